import { Button, CopyButton, Group, Paper, Progress, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { client, read } from '../../app/client.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { StudyChips } from './studies.tsx';

const one = client.api.studies[':study'];

/** A study before and after its lock: plan, readers and their links, records, result. */
export default function Study() {
  const { study = '' } = useParams({ strict: false }) as { readonly study?: string };
  const queries = useQueryClient();
  const param = { study };
  const detail = useQuery({ queryKey: ['study', study], queryFn: () => read(one.$get({ param })), staleTime: 0 });
  const verify = useMutation({ mutationFn: () => read(one.verification.$get({ param })) });
  const lock = useMutation({ mutationFn: () => read(one.lock.$post({ param, json: {} })), onSuccess: () => queries.invalidateQueries({ queryKey: ['study', study] }) });
  const analyse = useMutation({ mutationFn: () => read(one.analysis.$post({ param, json: {} })) });
  if (detail.isError) return <ErrorPanel error={detail.error} retry={() => void detail.refetch()} />;
  if (detail.data === undefined) return <Waiting />;
  const { summary, question, arms, links, origin, design, rating, margins, planHash, peeks, notes } = detail.data;
  const missing = summary.readers.reduce((sum, { done, total }) => sum + total - done, 0);
  return (
    <PageFrame title={summary.title} about={question} actions={<StudyChips {...summary} />}>
      {summary.simulated && <Paper p="sm" withBorder role="note" style={{ background: 'var(--warning-soft)', color: 'var(--warning)' }}>Simulated readers: their ratings were drawn by a program. They prove the software, not the claim.</Paper>}
      <Paper p="md" withBorder bg="var(--surface)">
        <Title order={2} mb="xs">Readers</Title>
        <Table>
          <Table.Thead><Table.Tr><Table.Th>Reader</Table.Th><Table.Th>Read</Table.Th><Table.Th w="40%">Progress</Table.Th><Table.Th>Link</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {summary.readers.map(({ id, done, total, simulated }) => {
              const address = `${location.origin}${links.find(({ reader }) => reader === id)?.path ?? ''}`;
              return (
                <Table.Tr key={id}>
                  <Table.Td>{id}{simulated ? ' (simulated)' : ''}</Table.Td>
                  <Table.Td className="numbers">{done} of {total}</Table.Td>
                  <Table.Td><Progress value={(100 * done) / Math.max(1, total)} aria-label={`${id}: ${done} of ${total}`} /></Table.Td>
                  <Table.Td><Group gap={6}><a href={address} target="_blank" rel="noreferrer">Open {id}’s page</a><CopyButton value={address}>{({ copied, copy }) => <Button variant="default" onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}</CopyButton></Group></Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
        <Text size="xs" c="dimmed" mt="xs">Who has a link reads as that reader. For readers on other machines: covid-ct study serve {summary.id} --host 0.0.0.0, which shows nothing but their pages.</Text>
      </Paper>
      <Paper p="md" withBorder bg="var(--surface)">
        <Title order={2} mb="xs">Plan</Title>
        <Table>
          <Table.Tbody>
            {[['Cases', `${summary.cases}, from ${origin}`], ['Design', design], ['Rating', rating], ['Margins in AUC, set beforehand', margins.join(', ') || 'none'], ['Peeks before the lock', String(peeks)], ['Notes', String(notes)], ['SHA-256', planHash]].map(([name, value]) => <Table.Tr key={name}><Table.Th w={220}>{name}</Table.Th><Table.Td className="wrap-anywhere">{value}</Table.Td></Table.Tr>)}
            {arms.map(({ id, title, what }) => <Table.Tr key={id}><Table.Th>Arm {id}</Table.Th><Table.Td>{title === '' ? '' : `${title}: `}{what}</Table.Td></Table.Tr>)}
          </Table.Tbody>
        </Table>
      </Paper>
      <Paper p="md" withBorder bg="var(--surface)">
        <Title order={2} mb="xs">Records and result</Title>
        <Group>
          <Button variant="default" onClick={() => verify.mutate()} loading={verify.isPending}>Verify records and pictures</Button>
          {!summary.locked && <Button onClick={() => lock.mutate()} loading={lock.isPending} disabled={missing > 0}>Lock the study</Button>}
          {summary.locked && <Button onClick={() => analyse.mutate()} loading={analyse.isPending}>Analyse</Button>}
          {summary.locked && <Button variant="default" component="a" href={`/api/studies/${study}/report`} target="_blank" rel="noreferrer">Open the report</Button>}
          {summary.locked && <Button variant="default" component="a" href={`/api/studies/${study}/report`} download={`${study}.html`}>Download the report</Button>}
          {summary.locked && <Button variant="default" component="a" href={`/api/studies/${study}/export`} download>Export the readings</Button>}
        </Group>
        <Stack gap={4} mt="sm" aria-live="polite">
          {!summary.locked && missing > 0 && <Text size="sm" c="dimmed">{missing} readings are missing. Figures are seen once the study is locked.</Text>}
          {[verify, lock, analyse].map(({ error }, i) => error !== null && <ErrorPanel key={i} error={error} />)}
          {verify.data !== undefined && (verify.data.faults.length === 0 ? <Text size="sm">{verify.data.records} records and {verify.data.pictures} pictures are as they were written.</Text> : verify.data.faults.map((fault) => <Text key={fault} size="sm" c="var(--error)">{fault}</Text>))}
          {analyse.data?.arms.map(({ arm, estimate, low, high }) => <Text key={arm} size="sm" className="numbers">{arm}: mean AUC {estimate.toFixed(3)} ({low.toFixed(3)}–{high.toFixed(3)})</Text>)}
          {analyse.data?.lines.map((line) => <Text key={line} size="sm">{line}</Text>)}
          {analyse.data?.deviations.map((line) => <Text key={line} size="sm" c="dimmed">{line}</Text>)}
        </Stack>
      </Paper>
    </PageFrame>
  );
}
