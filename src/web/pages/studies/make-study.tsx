import { Button, FileButton, Group, List, Paper, SimpleGrid, Stack, Table, Text, Textarea, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { InferResponseType } from 'hono/client';
import { useState } from 'react';
import { client, read } from '../../app/client.ts';
import { jobsKey, useJob } from '../../app/jobs.ts';
import { useReleaseId } from '../../app/release.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { JobPanel } from '../../components/job-progress.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { PowerResult } from './power-result.tsx';

type Plan = NonNullable<InferResponseType<(typeof client.api)['study-plans']['$post'], 200>['plan']>;

const simulations = 60;
const within = (least: number, most: number, value: number): number => Math.min(most, Math.max(least, Math.round(value)));

/** Power at the plan's own size and about it, for the margin that it sets. */
function PlanPower({ plan }: { readonly plan: Plan }) {
  const margin = plan.nonInferiorityMargin ?? plan.equivalenceMargin;
  const goal = plan.nonInferiorityMargin !== undefined ? 'non-inferiority' : plan.equivalenceMargin !== undefined ? 'equivalence' : 'difference';
  const readers = [...new Set([plan.readers - 2, plan.readers, plan.readers + 3].map((count) => within(2, 40, count)))];
  const cases = [...new Set([plan.cases / 2, plan.cases, 2 * plan.cases].map((count) => within(8, 400, count)))];
  const power = useMutation({
    mutationFn: () => read(client.api.studies.power.$post({ json: { auc: 0.85, difference: goal === 'difference' ? -0.05 : 0, goal, ...(margin === undefined ? {} : { margin }), readers, cases, variance: 'LH 0.855', simulations } })),
  });
  const aim = goal === 'difference' ? 'to find a difference of 0.05' : `to show ${goal} within ${margin}, where there is no difference`;
  return (
    <div>
      <Group justify="space-between" mb="xs">
        <Text size="sm">Power {aim}, at an AUC of 0.85 and variances of the row LH 0.855 of Roe and Metz.</Text>
        <Button variant="default" onClick={() => power.mutate()} loading={power.isPending}>Simulate the power</Button>
      </Group>
      {power.error !== null && <ErrorPanel error={power.error} />}
      {power.data !== undefined && <PowerResult points={power.data.points} simulations={simulations} />}
    </div>
  );
}

/** What a plan asks for, in words. */
function PlanSummary({ plan }: { readonly plan: Plan }) {
  const rows = [['Question', plan.question], ['Cases', `${plan.cases}: ${plan.source}`], ['Readers', String(plan.readers)], ['Design', plan.design], ['Rating', plan.rating], ...plan.arms.map(({ id, title, what }) => [`Arm ${id}`, `${title === '' ? '' : `${title}: `}${what}`])];
  return <Table><Table.Tbody>{rows.map(([name, value]) => <Table.Tr key={name}><Table.Th w={120}>{name}</Table.Th><Table.Td className="wrap-anywhere">{value}</Table.Td></Table.Tr>)}</Table.Tbody></Table>;
}

/** The job that makes the study, and the way to it. */
function Making({ id, study }: { readonly id: string; readonly study: string }) {
  const release = useReleaseId();
  const job = useJob(id);
  if (job === undefined) return <Waiting />;
  if (job.state !== 'done') return <JobPanel job={job} what={`The study ${study} is being made`} />;
  return (
    <Paper withBorder p="md" bg="var(--surface)">
      <Text fw={600}>The study {study} is made.</Text>
      <Text size="sm" mt={4}><Link to={`/${release}/studies/${study}`}>Open it: links for the readers, lock, report, export</Link></Text>
    </Paper>
  );
}

function Editor({ first, templates }: { readonly first: string; readonly templates: readonly { readonly name: string; readonly text: string }[] }) {
  const release = useReleaseId();
  const queries = useQueryClient();
  const [text, setText] = useState(first);
  const [settled] = useDebouncedValue(text, 300);
  const checked = useQuery({ queryKey: ['study-plan', settled], queryFn: () => read(client.api['study-plans'].$post({ json: { text: settled } })), placeholderData: (before) => before, staleTime: 0 });
  const make = useMutation({
    mutationFn: () => read(client.api.releases[':release'].studies.$post({ param: { release }, json: { text } })),
    onSettled: () => queries.invalidateQueries({ queryKey: jobsKey }),
  });
  const plan = checked.data?.plan;
  const faults = checked.data?.faults ?? [];
  const current = settled === text && !checked.isFetching;
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="xs"><Text size="sm">Begin with</Text>{templates.map((template) => <Button key={template.name} variant="default" onClick={() => setText(template.text)}>{template.name === 'paper' ? 'Pictures of the release' : 'Slices against series'}</Button>)}</Group>
          <FileButton accept=".yaml,.yml,.json" onChange={(file) => void file?.text().then(setText)}>{(props) => <Button variant="default" {...props}>Open a plan file</Button>}</FileButton>
        </Group>
        <Textarea aria-label="The plan, in YAML or JSON" value={text} onChange={(event) => setText(event.currentTarget.value)} autosize minRows={24} maxRows={44} spellCheck={false} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12, lineHeight: 1.5, whiteSpace: 'pre', overflowX: 'auto' } }} />
        <Text size="xs" c="dimmed">Paths of volumes are absolute, or relative to the folder plans of the workspace. covid-ct study schema prints what may stand in a plan.</Text>
      </Stack>
      <Stack gap="sm">
        <Paper withBorder p="md" bg="var(--surface)" aria-live="polite">
          <Title order={2} mb="xs">{plan !== undefined ? plan.title : faults.length > 0 ? 'What is wrong with the plan' : 'The plan is being looked at …'}</Title>
          {checked.error !== null && <ErrorPanel error={checked.error} retry={() => void checked.refetch()} />}
          {plan === undefined && checked.data !== undefined && <List size="sm" spacing={4}>{faults.map((fault) => <List.Item key={fault} className="wrap-anywhere">{fault}</List.Item>)}</List>}
          {plan !== undefined && <PlanSummary plan={plan} />}
          {plan?.taken === true && make.data === undefined && <Text size="sm" c="var(--error)" mt="xs">There is a study {plan.id} already. Give the plan another id: a study cannot be changed.</Text>}
          <Button mt="md" onClick={() => make.mutate()} loading={make.isPending} disabled={plan === undefined || plan.taken || !current || make.data !== undefined}>Make the study</Button>
          {make.error !== null && <ErrorPanel error={make.error} />}
        </Paper>
        {make.data !== undefined && plan !== undefined && <Making id={make.data.id} study={plan.id} />}
        {plan !== undefined && <Paper withBorder p="md" bg="var(--surface)"><Title order={2} mb="xs">How many readers and cases</Title><PlanPower key={`${plan.readers} ${plan.cases} ${plan.nonInferiorityMargin} ${plan.equivalenceMargin}`} plan={plan} /></Paper>}
      </Stack>
    </SimpleGrid>
  );
}

/** Make a study from a plan that is checked as it is written. */
export default function MakeStudy() {
  const templates = useQuery({ queryKey: ['study-templates'], queryFn: () => read(client.api['study-templates'].$get()), staleTime: Infinity });
  return (
    <PageFrame title="Make a study" about="A plan is checked as it is written; its hash stands in every report, so that it cannot be changed once the study is made.">
      {templates.isError ? <ErrorPanel error={templates.error} retry={() => void templates.refetch()} /> : templates.data === undefined ? <Waiting /> : <Editor first={templates.data.templates[0]?.text ?? ''} templates={templates.data.templates} />}
    </PageFrame>
  );
}
