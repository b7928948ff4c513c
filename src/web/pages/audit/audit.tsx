import { Button, Group, Pagination, SegmentedControl, Stack, Table, Tabs, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { client, read } from '../../app/client.ts';
import { usePropose } from '../../app/corrections.ts';
import { useDocument } from '../../app/document.ts';
import { useRelease, useReleaseId } from '../../app/release.ts';
import { choice, number, text, useUrlState } from '../../app/url-state.ts';
import { Chip } from '../../components/chip.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { count, counted, duration, words } from '../../components/format.ts';
import { JobPanel } from '../../components/job-progress.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { WhoDialog } from '../../components/who-dialog.tsx';
import classes from './audit.module.css';
import { Corrections } from './corrections.tsx';
import { DefectCard } from './defect-card.tsx';
import { CleanTrack } from './clean-track.tsx';

const parts = { tab: choice(['defects', 'corrections', 'track', 'tables']), severity: choice(['any', 'error', 'warning', 'note']), code: text(), page: number(1) };
const perPage = 20;
const audits = client.api.releases[':release'];

function Tables({ release }: { readonly release: string }) {
  const { data } = useDocument(release, ['audit', 'tables'], () => read(audits.audit.tables.$get({ param: { release } })));
  if (data === undefined || data.state !== 'ready') return <Waiting />;
  return (
    <Stack gap="xl">
      {data.document.tables.map((table) => (
        <section key={`${table.check} ${table.title}`}>
          <Title order={2}>{table.title}</Title>
          <Text size="sm" c="dimmed" mb="xs" maw={820}>{table.note}</Text>
          <Table.ScrollContainer minWidth={400} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': table.title } }}>
            <Table className="numbers" withTableBorder bg="var(--surface)">
              <Table.Thead><Table.Tr>{table.columns.map((column) => <Table.Th key={column}>{column}</Table.Th>)}</Table.Tr></Table.Thead>
              <Table.Tbody>{table.rows.map((row, i) => <Table.Tr key={i}>{row.map((cell, j) => <Table.Td key={j}>{typeof cell === 'number' ? Number(cell.toFixed(4)) : cell}</Table.Td>)}</Table.Tr>)}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </section>
      ))}
    </Stack>
  );
}

/** Defects by kind and severity, side by side with their evidence; corrections; the clean track as it changes. */
export default function AuditPage() {
  const release = useReleaseId();
  const { data: summary } = useRelease();
  const [{ tab, severity, code, page }, change] = useUrlState(parts);
  const audit = useDocument(release, ['audit', 'counts'], () => read(audits.audit.$get({ param: { release } })));
  const ready = audit.data?.state === 'ready' ? audit.data.document : undefined;
  const filter = { ...(code === '' ? {} : { code: [code] }), ...(severity === 'any' ? {} : { severity }), offset: String((page - 1) * perPage), limit: String(perPage) };
  const defects = useDocument(release, ['audit', 'defects', filter], () => read(audits.defects.$get({ param: { release }, query: filter })));
  const [previous, setPrevious] = useState(defects.data);
  if (defects.data !== undefined && defects.data !== previous) setPrevious(defects.data);
  const propose = usePropose(release);
  const [proposing, setProposing] = useState<{ readonly indices: readonly number[]; readonly about: string }>();

  if (audit.error !== null) return <ErrorPanel error={audit.error} retry={() => void audit.refetch()} />;
  if (audit.data === undefined) return <Waiting />;
  if (ready === undefined) {
    return (
      <PageFrame title="Audit" about="What is wrong with the release: duplicates, leaks, labels, patients, shortcuts, metadata, quality, balance.">
        {audit.data.state !== 'ready' && <JobPanel job={audit.data.job} what="The release is being audited" />}
      </PageFrame>
    );
  }
  const shownCounts = ready.counts.filter((one) => severity === 'any' || one.severity === severity);
  const list = defects.data ?? previous;
  const total = list?.state === 'ready' ? list.document.total : 0;
  return (
    <PageFrame
      wide
      title="Audit"
      about={`${counted(ready.counts.reduce((sum, one) => sum + one.defects, 0), 'defect')} of ${counted(ready.counts.length, 'kind')} in ${counted(ready.images, 'image')}; it took ${duration(ready.seconds)}.`}
    >
      <Tabs value={tab} onChange={(value) => change({ tab: value === 'corrections' || value === 'track' || value === 'tables' ? value : 'defects' }, 'push')} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="defects">Defects</Tabs.Tab>
          <Tabs.Tab value="corrections">Corrections</Tabs.Tab>
          <Tabs.Tab value="track">Clean track</Tabs.Tab>
          <Tabs.Tab value="tables">What the checks counted</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="defects">
          <div className={classes['columns']}>
            <aside className={classes['codes']} aria-label="Kinds of defect">
              <SegmentedControl fullWidth mb="xs" aria-label="Severity" value={severity} onChange={(value) => change({ severity: value === 'error' || value === 'warning' || value === 'note' ? value : 'any', code: '', page: 1 })} data={[{ value: 'any', label: 'All' }, { value: 'error', label: 'Errors' }, { value: 'warning', label: 'Warnings' }, { value: 'note', label: 'Notes' }]} />
              <button type="button" className={classes['code']} aria-pressed={code === ''} onClick={() => change({ code: '', page: 1 })}><span /><span>All kinds</span><span className="numbers">{count(shownCounts.reduce((sum, one) => sum + one.defects, 0))}</span></button>
              {shownCounts.map((one) => (
                <button key={one.code} type="button" className={classes['code']} aria-pressed={code === one.code} onClick={() => change({ code: one.code, page: 1 })}>
                  <span className={classes['mark']} data-severity={one.severity} title={one.severity} />
                  <span>{words(one.code)}</span>
                  <span className="numbers">{count(one.defects)}</span>
                </button>
              ))}
            </aside>
            <Stack gap="sm" miw={0}>
              {code !== '' && (
                <Group justify="space-between">
                  <Group gap="xs"><Title order={2}>{words(code)}</Title><Chip tone={ready.counts.find((one) => one.code === code)?.severity ?? 'note'}>{ready.counts.find((one) => one.code === code)?.severity ?? ''}</Chip></Group>
                  <Group gap="xs">
                    <Button variant="subtle" component={Link} {...({ to: `/${release}/images`, search: { defect: code } } as object)}>See the images</Button>
                  </Group>
                </Group>
              )}
              {defects.error !== null && <ErrorPanel error={defects.error} />}
              {list?.state === 'ready' && list.document.items.map((defect) => (
                <DefectCard key={defect.index} defect={defect} release={release} fingerprint={summary?.fingerprint} positive={summary?.labels[0] ?? ''} propose={() => setProposing({ indices: [defect.index], about: defect.suggestion })} />
              ))}
              {list?.state === 'ready' && total === 0 && <Text c="dimmed">No defect of this kind.</Text>}
              {total > perPage && <Pagination size="sm" total={Math.ceil(total / perPage)} value={page} onChange={(next) => change({ page: next })} getItemProps={(item) => ({ 'aria-label': `Page ${item}` })} getControlProps={(control) => ({ 'aria-label': `${control} page` })} />}
            </Stack>
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="corrections"><Corrections release={release} fingerprint={summary?.fingerprint} positive={summary?.labels[0] ?? ''} /></Tabs.Panel>
        <Tabs.Panel value="track"><CleanTrack release={release} fingerprint={summary?.fingerprint} labels={summary?.labels ?? []} /></Tabs.Panel>
        <Tabs.Panel value="tables"><Tables release={release} /></Tabs.Panel>
      </Tabs>
      {proposing !== undefined && (
        <WhoDialog title="Propose what the audit suggests" about={proposing.about} action="Propose" opened close={() => setProposing(undefined)} pending={propose.isPending} error={propose.error} reasonFirst="Suggested by the audit"
          decide={(who) => propose.mutate({ ...who, defects: [...proposing.indices] }, { onSuccess: () => { setProposing(undefined); change({ tab: 'corrections' }, 'push'); } })} />
      )}
    </PageFrame>
  );
}
