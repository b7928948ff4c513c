import { Button, Group, NumberInput, Paper, Select, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { JobRecord } from '../../../server/client-types.ts';
import { client, read } from '../../app/client.ts';
import { isActive, jobsKey, useJobAction, useJobs } from '../../app/jobs.ts';
import { useRelease } from '../../app/release.ts';
import { Chart, type PlotLibrary } from '../../components/chart.tsx';
import { Chip } from '../../components/chip.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { figure } from '../../components/format.ts';
import { JobBar } from '../../components/job-progress.tsx';
import classes from './benchmark.module.css';

/** A training: how far, its losses so far, and a way to stop it or go on. */
function TrainingCard({ job }: { readonly job: JobRecord }) {
  const action = useJobAction();
  const active = isActive(job);
  const { data } = useQuery({ queryKey: ['epochs', job.id, job.state], queryFn: () => read(client.api.jobs[':id'].epochs.$get({ param: { id: job.id } })), refetchInterval: active ? 2000 : false });
  const epochs = data?.epochs;
  const describe = useCallback((plot: PlotLibrary) => ({
    x: { label: 'epoch', ticks: Math.min(10, epochs?.length ?? 1), tickFormat: 'd' }, y: { label: 'loss', grid: true },
    marks: [
      plot.line(epochs ?? [], { x: 'epoch', y: 'loss', stroke: 'var(--accent)', strokeWidth: 2 }), plot.dot(epochs ?? [], { x: 'epoch', y: 'loss', fill: 'var(--accent)', r: 2.5 }),
      plot.line((epochs ?? []).map(({ epoch, val }) => ({ epoch, loss: val.loss })), { x: 'epoch', y: 'loss', stroke: 'var(--covid)', strokeWidth: 2, strokeDasharray: '4,2' }),
    ],
  }), [epochs]);
  const last = epochs?.at(-1);
  return (
    <Paper withBorder p="md" bg="var(--surface)" component="article" aria-label={job.title}>
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Group gap="xs"><Text fw={600} size="sm">{job.title}</Text><Chip tone={job.state === 'done' ? 'good' : job.state === 'failed' ? 'error' : job.state === 'running' ? 'accent' : 'note'}>{job.state}</Chip></Group>
        {active ? <Button variant="default" onClick={() => action.mutate({ id: job.id, action: 'cancel' })}>Stop</Button> : job.state === 'done' ? null : <Button variant="default" onClick={() => action.mutate({ id: job.id, action: 'retry' })}>Go on</Button>}
      </Group>
      {active && <JobBar job={job} />}
      {job.note !== null && <Text size="xs" c="dimmed" className="wrap-anywhere">{job.note}</Text>}
      {last !== undefined && (
        <>
          <Text size="sm" className="numbers" mt={6}>Epoch {last.epoch}{data?.total === null ? '' : ` of ${data?.total ?? ''}`}: loss {last.loss.toFixed(4)}, validation loss {last.val.loss.toFixed(4)}, validation AUC {figure(last.val.auc)}, {last.imagesPerSecond.toFixed(1)} images/s</Text>
          <Text size="xs" c="dimmed" mb={4}>Loss on training images (solid) and validation images (dashed)</Text>
          <Chart describe={describe} label={`Losses of ${epochs?.length ?? 0} epochs`} height={180} />
        </>
      )}
    </Paper>
  );
}

/** Begins trainings, and shows those of this release. */
export function Training({ release, track }: { readonly release: string; readonly track: 'legacy' | 'clean' }) {
  const queries = useQueryClient();
  const { data: summary } = useRelease();
  const { data: recipes } = useQuery({ queryKey: ['recipes'], queryFn: () => read(client.api.recipes.$get()), staleTime: Infinity });
  const { data: jobs } = useJobs();
  const synthetic = summary?.synthetic === true;
  const [picked, setChoice] = useState<string>();
  const wanted = picked ?? (synthetic ? 'scratch sample' : 'scratch cpu');
  const [seed, setSeed] = useState<number | string>(0);
  const [epochs, setEpochs] = useState<number | string>('');
  const [init, setInit] = useState('');
  const recipe = recipes?.recipes.find((one) => `${one.recipe} ${one.preset}` === wanted);
  const start = useMutation({
    mutationFn: () => {
      if (recipe === undefined) throw new Error('Choose a recipe.');
      return read(client.api.releases[':release'].trainings.$post({
        param: { release },
        json: { recipe: recipe.recipe as 'scratch', preset: recipe.preset, track, seed: Number(seed), ...(epochs === '' ? {} : { epochs: Number(epochs) }), ...(init.trim() === '' ? {} : { init: init.trim() }) },
      }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: jobsKey }),
  });
  const trainings = (jobs?.jobs ?? []).filter((job) => job.kind === 'train' && job.release === release);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
      <Paper withBorder p="md" bg="var(--surface)" component="form" onSubmit={(event) => { event.preventDefault(); start.mutate(); }}>
        <Title order={2} mb="sm">Train a baseline on the {track} track</Title>
        <Stack gap="sm">
          <Select label="Recipe and preset" data={(recipes?.recipes ?? []).map((one) => ({ value: `${one.recipe} ${one.preset}`, label: `${one.recipe}, ${one.preset} (${one.architecture})` }))} value={wanted} onChange={(value) => setChoice(value ?? undefined)} allowDeselect={false} />
          {recipe !== undefined && <Text size="sm" c="dimmed">{recipe.note}</Text>}
          {recipe !== undefined && recipe.recipe !== 'scratch' && <TextInput label="Weights to start from" description="A file on the server’s machine, or a name of covid-ct models list" required value={init} onChange={(event) => setInit(event.currentTarget.value)} />}
          <Group grow><NumberInput label="Seed" min={0} value={seed} onChange={setSeed} allowDecimal={false} /><NumberInput label="Epochs" min={1} placeholder={String(recipe?.epochs ?? '')} value={epochs} onChange={setEpochs} allowDecimal={false} /></Group>
          {synthetic && <Text size="sm" c="dimmed">The sample is synthetic: a model trained on it says nothing of real pictures.</Text>}
          {start.error !== null && <ErrorPanel error={start.error} />}
          <Group justify="flex-end"><Button type="submit" loading={start.isPending}>Train</Button></Group>
        </Stack>
      </Paper>
      <Stack className={classes['trainings'] ?? ''}>
        {trainings.length === 0 && <Text c="dimmed" size="sm">No training of this release yet. They go on in processes of their own, and from their last whole epoch after a restart.</Text>}
        {trainings.map((job) => <TrainingCard key={job.id} job={job} />)}
      </Stack>
    </SimpleGrid>
  );
}
