import { Button, Group, Modal, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconDownload, IconPackageExport, IconQuote } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { client, read } from '../../app/client.ts';
import { useDocument } from '../../app/document.ts';
import { useStartJob } from '../../app/jobs.ts';
import { useRelease, useReleaseId } from '../../app/release.ts';
import { choice, useUrlState } from '../../app/url-state.ts';
import { Chip } from '../../components/chip.tsx';
import { CopyBlock } from '../../components/copy-block.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { bytes, count, words } from '../../components/format.ts';
import { JobPanel } from '../../components/job-progress.tsx';
import { Meter } from '../../components/meter.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { ExportDialog } from './export-dialog.tsx';
import classes from './overview.module.css';
import { Splits, type Summary } from './splits.tsx';

const parts = { track: choice(['legacy', 'clean']) };

function Fact({ value, name, to }: { readonly value: string; readonly name: string; readonly to?: string }) {
  const figures = (
    <>
      <span className={classes['value']}>{value}</span>
      <span className={classes['name']}>{name}</span>
    </>
  );
  return to === undefined ? <div className={classes['fact']}>{figures}</div> : <Link to={to} className={classes['fact']}>{figures}</Link>;
}

function Sources({ summary }: { readonly summary: Summary }) {
  const most = Math.max(...summary.venues.map(({ images }) => images));
  return (
    <Paper withBorder p="md" bg="var(--surface)">
      <Title order={2} mb={4}>Sources</Title>
      <Text size="sm" c="dimmed" mb="sm">The two labels come from different places: a model can tell places apart without seeing disease.</Text>
      <div className={classes['sources']}>
        {summary.venues.map(({ venue, label, images }) => {
          const positive = label === summary.labels[0];
          return (
            <Link key={`${label} ${venue}`} className={classes['source']} to={`/${summary.id}/images`} search={{ venue, label } as never}>
              <span className="cut">{venue}</span>
              <Meter label={`${venue}, ${label}`} total={most} parts={[{ name: label, value: images, tone: positive ? 'covid' : 'other' }]} />
              <span className="numbers">{count(images)}</span>
            </Link>
          );
        })}
      </div>
    </Paper>
  );
}

function Numbers({ release }: { readonly release: string }) {
  const { data, error, refetch } = useDocument(release, ['stats'], () => read(client.api.releases[':release'].stats.$get({ param: { release } })));
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  if (data.state !== 'ready') return <JobPanel job={data.job} what="Counting formats, sizes and patients" />;
  const { patients, modes, problems } = data.document;
  return (
    <SimpleGrid cols={{ base: 1, md: 3 }}>
      <Paper withBorder p="md" bg="var(--surface)">
        <Title order={2} mb="sm">Patients, claimed and found</Title>
        <dl className={classes['pairs']}>
          <dt>Claimed by the README</dt><dd>{patients.claimed === null ? 'nothing' : count(patients.claimed)}</dd>
          <dt>Named in the metadata</dt><dd>{count(patients.found)}</dd>
          <dt>Numbers that no image has</dt><dd>{count(patients.missing.length)}</dd>
          <dt>In more than one split</dt><dd data-bad={patients.inSeveralSplits.length > 0}>{count(patients.inSeveralSplits.length)}</dd>
        </dl>
      </Paper>
      <Paper withBorder p="md" bg="var(--surface)">
        <Title order={2} mb="sm">File formats</Title>
        <dl className={classes['pairs']}>
          {modes.map(({ format, mode, label, images }) => [<dt key={`${label}${format}${mode}t`}>{label}: {format.toUpperCase()} {mode}</dt>, <dd key={`${label}${format}${mode}d`}>{count(images)}</dd>])}
        </dl>
      </Paper>
      <Paper withBorder p="md" bg="var(--surface)">
        <Title order={2} mb="sm">Odd things met in reading</Title>
        {Object.keys(problems).length === 0 ? <Text size="sm" c="dimmed">None.</Text> : (
          <dl className={classes['pairs']}>
            {Object.entries(problems).map(([code, times]) => [<dt key={`${code}t`}>{words(code)}</dt>, <dd key={`${code}d`}>{count(times)}</dd>])}
          </dl>
        )}
      </Paper>
    </SimpleGrid>
  );
}

function CiteDialog({ release, opened, close }: { readonly release: string; readonly opened: boolean; readonly close: () => void }) {
  const { data, error } = useQuery({ queryKey: ['release', release, 'citations'], queryFn: () => read(client.api.releases[':release'].citations.$get({ param: { release } })), enabled: opened });
  return (
    <Modal opened={opened} onClose={close} title="How to cite" size="xl">
      {error !== null && <ErrorPanel error={error} />}
      {data !== undefined && (
        <Stack>
          <CopyBlock title="Plain text" text={data.plain} />
          <CopyBlock title="BibTeX" text={data.bibtex} />
          <CopyBlock title="Dataset card (Markdown)" text={data.card} />
        </Stack>
      )}
    </Modal>
  );
}

function ImportDialog({ opened, close }: { readonly opened: boolean; readonly close: () => void }) {
  const start = useStartJob();
  const [source, setSource] = useState('');
  const begin = (): void => start.mutate({ kind: 'import', release: null, input: source.trim() === '' ? {} : { source: source.trim() } }, { onSuccess: close });
  return (
    <Modal opened={opened} onClose={close} title="Bring a release into the workspace" size="lg">
      <Stack component="form" onSubmit={(event) => { event.preventDefault(); begin(); }}>
        <Text size="sm">Every image is checked against its known hash. What was brought is kept, and the import goes on where it stopped.</Text>
        <TextInput label="From" description="A folder or zip on the server’s machine, or an http(s) address. Left empty: the publishers’ own repository." placeholder="~/COVID-CT or https://…" value={source} onChange={(event) => setSource(event.currentTarget.value)} data-autofocus />
        {start.error !== null && <ErrorPanel error={start.error} />}
        <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit" loading={start.isPending}>Import</Button></Group>
      </Stack>
    </Modal>
  );
}

/** What the release is: counts, splits, sources, patients, licence, how to cite. */
export default function OverviewPage() {
  const release = useReleaseId();
  const { data: summary, error, refetch } = useRelease();
  const [{ track }, change] = useUrlState(parts);
  const [dialog, setDialog] = useState<'cite' | 'export' | 'import'>();
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (summary === undefined) return <Waiting />;
  const [licence] = summary.licences;
  return (
    <PageFrame
      title={summary.name}
      about={<span className="wrap-anywhere">{summary.source}</span>}
      actions={
        <>
          <Button variant="default" leftSection={<IconQuote size={15} />} onClick={() => setDialog('cite')}>Cite</Button>
          <Button variant="default" leftSection={<IconPackageExport size={15} />} onClick={() => setDialog('export')}>Export</Button>
          <Button variant={summary.synthetic ? 'filled' : 'default'} leftSection={<IconDownload size={15} />} onClick={() => setDialog('import')}>{summary.synthetic ? 'Bring the real release' : 'Import a release'}</Button>
        </>
      }
    >
      <div className={classes['facts']}>
        <Fact value={count(summary.images)} name="images" to={`/${release}/images`} />
        <Fact value={count(summary.papers)} name="papers" />
        <Fact value={count(summary.patients)} name="patients named" />
        <Fact value={bytes(summary.bytes)} name="of pictures" />
        <Fact value={licence === undefined ? '–' : licence.licence} name={licence !== undefined && licence.images < summary.images ? `licence of ${count(licence.images)}` : 'licence'} />
      </div>
      <Text size="sm" c="dimmed">{summary.copyright}</Text>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Splits summary={summary} track={track} setTrack={(chosen) => change({ track: chosen })} />
        <Sources summary={summary} />
      </SimpleGrid>
      <Numbers release={release} />
      {summary.layout !== 'upstream' && <div><Chip tone="note">layout: {summary.layout}</Chip></div>}
      <CiteDialog release={release} opened={dialog === 'cite'} close={() => setDialog(undefined)} />
      {dialog === 'export' && <ExportDialog release={release} track={track} close={() => setDialog(undefined)} />}
      <ImportDialog opened={dialog === 'import'} close={() => setDialog(undefined)} />
    </PageFrame>
  );
}
