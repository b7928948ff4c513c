import { Button, Group, NumberInput, Paper, Select, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client, read } from '../../app/client.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { PowerResult } from './power-result.tsx';

const goals = [
  { value: 'difference', label: 'find a difference' },
  { value: 'non-inferiority', label: 'show non-inferiority' },
  { value: 'equivalence', label: 'show equivalence' },
] as const;
const variances = ['HL 0.702', 'LH 0.702', 'LH 0.855', 'LH 0.961'] as const;
const readers = [3, 5, 8, 12];
const cases = [40, 80, 160];
const simulations = 100;

const numberOf = (value: string | number, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** Power by simulation at some sizes of study, with a plot. */
export default function Power() {
  const [auc, setAuc] = useState(0.85);
  const [difference, setDifference] = useState(-0.05);
  const [goal, setGoal] = useState<(typeof goals)[number]['value']>('difference');
  const [margin, setMargin] = useState(0.05);
  const [variance, setVariance] = useState<(typeof variances)[number]>('LH 0.855');
  const power = useMutation({ mutationFn: () => read(client.api.studies.power.$post({ json: { auc, difference, goal, margin, readers, cases, variance, simulations } })) });
  return (
    <PageFrame title="How many readers and cases" about="Simulated studies of each size, readers and cases random. covid-ct study power takes more simulations, other sizes, and the variances of a pilot.">
      <Paper p="md" withBorder bg="var(--surface)">
        <Group align="flex-end">
          <NumberInput label="AUC of the reference" value={auc} min={0.55} max={0.98} step={0.01} decimalScale={3} onChange={(value) => setAuc(numberOf(value, auc))} />
          <NumberInput label="True difference" value={difference} min={-0.3} max={0.3} step={0.01} decimalScale={3} onChange={(value) => setDifference(numberOf(value, difference))} />
          <Select label="Aim" data={[...goals]} value={goal} allowDeselect={false} onChange={(value) => setGoal(goals.find((one) => one.value === value)?.value ?? goal)} />
          {goal !== 'difference' && <NumberInput label="Margin" value={margin} min={0.01} max={0.3} step={0.01} decimalScale={3} onChange={(value) => setMargin(numberOf(value, margin))} />}
          <Select label="Variances (rows of Roe and Metz)" data={[...variances]} value={variance} allowDeselect={false} onChange={(value) => setVariance(variances.find((one) => one === value) ?? variance)} />
          <Button onClick={() => power.mutate()} loading={power.isPending}>Simulate</Button>
        </Group>
      </Paper>
      {power.error !== null && <ErrorPanel error={power.error} />}
      {power.data !== undefined && (
        <Paper p="md" withBorder bg="var(--surface)">
          <Title order={2} mb="xs">Power</Title>
          <PowerResult points={power.data.points} simulations={simulations} />
        </Paper>
      )}
    </PageFrame>
  );
}
