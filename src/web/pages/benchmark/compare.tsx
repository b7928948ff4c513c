import { Group, Select, Stack, Table, Text } from '@mantine/core';
import { client, read } from '../../app/client.ts';
import { useDocument } from '../../app/document.ts';
import type { Submission } from '../../app/submissions.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { counted, figure, metricTitle } from '../../components/format.ts';
import { JobPanel } from '../../components/job-progress.tsx';
import { Waiting } from '../../components/waiting.tsx';

const probability = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));

function Compared({ release, a, b }: { readonly release: string; readonly a: string; readonly b: string }) {
  const { data, error } = useDocument(release, ['comparison', a, b], () => read(client.api.releases[':release'].comparison.$get({ param: { release }, query: { a, b } })));
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  if (data.state !== 'ready') return <JobPanel job={data.job} what="The two are being compared" />;
  const { models, pairs, n, positives, patients, positive } = data.document;
  const [pair] = pairs;
  const names = Object.keys(pair?.bootstrap ?? {});
  return (
    <Stack gap="md" maw={900}>
      <Text size="sm" c="dimmed">The same {counted(n, 'image')} of {counted(patients, 'patient')}, {positives} {positive}. Differences are first minus second; intervals by draws of patients, p after Holm.</Text>
      <Table className="numbers" withTableBorder bg="var(--surface)">
        <Table.Thead><Table.Tr><Table.Th>Figure</Table.Th>{models.map(({ name }) => <Table.Th key={name} ta="right" className="wrap-anywhere">{name}</Table.Th>)}<Table.Th ta="right">difference</Table.Th><Table.Th ta="right">95 % interval</Table.Th><Table.Th ta="right">p</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {names.map((name) => {
            const difference = pair?.bootstrap[name];
            return <Table.Tr key={name}><Table.Td>{metricTitle(name)}</Table.Td>{models.map((model) => <Table.Td key={model.name} ta="right">{figure(model.metrics[name]?.value)}</Table.Td>)}<Table.Td ta="right"><b>{figure(difference?.value)}</b></Table.Td><Table.Td ta="right" className="dim">{difference === null || difference === undefined ? '' : `${figure(difference.low)} to ${figure(difference.high)}`}</Table.Td><Table.Td ta="right">{difference === null || difference === undefined ? '' : probability(difference.pHolm)}</Table.Td></Table.Tr>;
          })}
          {pair !== undefined && <Table.Tr><Table.Td>ROC AUC, DeLong</Table.Td><Table.Td /><Table.Td /><Table.Td ta="right"><b>{figure(pair.delong.value)}</b></Table.Td><Table.Td ta="right" className="dim">{figure(pair.delong.low)} to {figure(pair.delong.high)}</Table.Td><Table.Td ta="right">{probability(pair.delong.pHolm)}</Table.Td></Table.Tr>}
          {pair?.mcnemar !== null && pair?.mcnemar !== undefined && <Table.Tr><Table.Td colSpan={5}>McNemar, exact: images that one calls right and the other wrong</Table.Td><Table.Td ta="right">{probability(pair.mcnemar.p)}</Table.Td></Table.Tr>}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

/** Two models on the same images. */
export function Compare({ release, submissions, a, b, change }: { readonly release: string; readonly submissions: readonly Submission[]; readonly a: string; readonly b: string; readonly change: (to: { readonly a?: string; readonly b?: string }) => void }) {
  const options = submissions.map(({ id, name, origin }) => ({ value: id, label: origin === 'upload' ? `${name} (uploaded)` : name }));
  const known = (id: string): boolean => submissions.some((one) => one.id === id);
  return (
    <Stack>
      <Group align="flex-end">
        <Select label="First" placeholder="A run or table" w={320} data={options} value={known(a) ? a : null} onChange={(id) => change({ a: id ?? '' })} searchable />
        <Select label="Second" placeholder="Another one" w={320} data={options.filter(({ value }) => value !== a)} value={known(b) ? b : null} onChange={(id) => change({ b: id ?? '' })} searchable />
      </Group>
      {submissions.length < 2 && <Text size="sm" c="dimmed">A comparison needs two runs or tables on this track.</Text>}
      {known(a) && known(b) && a !== b && <Compared release={release} a={a} b={b} />}
    </Stack>
  );
}
