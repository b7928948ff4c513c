import { Group, Paper, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { client, read } from '../../app/client.ts';
import { useDocument } from '../../app/document.ts';
import type { useRelease } from '../../app/release.ts';
import { Chip } from '../../components/chip.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { count, counted } from '../../components/format.ts';
import { JobPanel } from '../../components/job-progress.tsx';
import { LabelMark } from '../../components/label-mark.tsx';
import { Meter } from '../../components/meter.tsx';
import { Waiting } from '../../components/waiting.tsx';

/** What a release holds, as the server counts it. */
export type Summary = NonNullable<ReturnType<typeof useRelease>['data']>;

/** Whose lists are counted. */
export type TrackName = 'legacy' | 'clean';

const splits = ['train', 'val', 'test'] as const;

interface Row {
  readonly label: string;
  readonly parts: readonly number[];
  /** Of all images of the label. */
  readonly total: number;
  readonly about: string;
}

function Counts({ id, rows, rest, linked }: { readonly id: string; readonly rows: readonly Row[]; readonly rest: string; readonly linked: boolean }) {
  const most = Math.max(...rows.map(({ total }) => total));
  const restOf = ({ total, parts }: Row): number => total - parts.reduce((sum, part) => sum + part, 0);
  const figure = (row: Row, s: number) => {
    const shown = count(row.parts[s] ?? 0);
    return linked ? <Link to={`/${id}/images`} search={{ label: row.label, split: splits[s] } as never}>{shown}</Link> : shown;
  };
  return (
    <>
      <Stack gap="md">
        {rows.map((row, i) => (
          <div key={row.label}>
            <Group justify="space-between" mb={5}>
              <LabelMark label={row.label} positive={i === 0} />
              <Text size="sm" className="numbers">{row.about}</Text>
            </Group>
            <Meter label={row.label} total={most} parts={splits.map((split, s) => ({ name: split, value: row.parts[s] ?? 0, tone: i === 0 ? 'covid' : 'other', strength: [1, 0.65, 0.4][s] ?? 1 }))} />
          </div>
        ))}
      </Stack>
      <Table mt="md" className="numbers" aria-label="Images by label and split">
        <Table.Thead><Table.Tr><Table.Th>Images</Table.Th>{splits.map((split) => <Table.Th key={split} ta="right">{split}</Table.Th>)}<Table.Th ta="right">{rest}</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {rows.map((row, i) => (
            <Table.Tr key={row.label}>
              <Table.Td><LabelMark label={row.label} positive={i === 0} /></Table.Td>
              {splits.map((split, s) => <Table.Td key={split} ta="right">{figure(row, s)}</Table.Td>)}
              <Table.Td ta="right">{count(restOf(row))}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

/** The published lists: they come with the release. */
function Legacy({ summary }: { readonly summary: Summary }) {
  const rows = summary.counts.map((row): Row => ({ label: row.label, total: row.total, parts: splits.map((split) => row[split]), about: `${counted(row.total, 'image')} · ${counted(row.papers, 'paper')}${row.patients > 0 ? ` · ${counted(row.patients, 'patient')}` : ''}` }));
  return <Counts id={summary.id} rows={rows} rest="in no list" linked />;
}

/** The clean track: made by a job, once for the same release and corrections. */
function Clean({ summary }: { readonly summary: Summary }) {
  const release = summary.id;
  const { data, error, refetch } = useDocument(release, ['track', 'clean'], () => read(client.api.releases[':release'].tracks[':track'].$get({ param: { release, track: 'clean' } })));
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  if (data.state !== 'ready') return <JobPanel job={data.job} what="The clean track is being made" />;
  const { parts, groups, holds, seed } = data.document;
  const of = (label: string, split: string): number => parts.find(({ part }) => part === split)?.labels.find((one) => one.label === label)?.images ?? 0;
  const rows = summary.counts.map(({ label, total }): Row => {
    const own = splits.map((split) => of(label, split));
    return { label, total, parts: own, about: `${count(own.reduce((sum, one) => sum + one, 0))} of ${counted(total, 'image')}` };
  });
  return (
    <>
      <Counts id={release} rows={rows} rest="left out" linked={false} />
      <Group gap="xs" mt="sm"><Chip tone={holds ? 'good' : 'error'}>{holds ? 'nothing leaks' : 'leaks'}</Chip><Text size="sm" c="dimmed">{counted(groups, 'group')} of patients, papers and copies, each on one side{seed === null ? '' : `; seed ${seed}`}. <Link to={`/${release}/audit`} search={{ tab: 'track' } as never}>What was left out, and why</Link></Text></Group>
    </>
  );
}

/** Labels and splits of a track. */
export function Splits({ summary, track, setTrack }: { readonly summary: Summary; readonly track: TrackName; readonly setTrack: (track: TrackName) => void }) {
  return (
    <Paper withBorder p="md" bg="var(--surface)">
      <Group justify="space-between" mb="sm">
        <Title order={2}>{track === 'clean' ? 'Labels and the clean track' : 'Labels and published splits'}</Title>
        <SegmentedControl aria-label="Track" value={track} onChange={(value) => setTrack(value === 'clean' ? 'clean' : 'legacy')} data={[{ value: 'legacy', label: 'Legacy' }, { value: 'clean', label: 'Clean' }]} />
      </Group>
      {track === 'clean' ? <Clean summary={summary} /> : <Legacy summary={summary} />}
    </Paper>
  );
}
