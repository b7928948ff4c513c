import { Button, SimpleGrid, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { client, read } from '../../app/client.ts';
import { useDocument } from '../../app/document.ts';
import type { Submission } from '../../app/submissions.ts';
import { Chart, type PlotLibrary } from '../../components/chart.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { words } from '../../components/format.ts';
import { JobPanel } from '../../components/job-progress.tsx';
import classes from './benchmark.module.css';

const api = client.api.releases[':release'].submissions[':id'].robustness;

interface Point {
  readonly strength: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

function RobustnessCurve({ name, points }: { readonly name: string; readonly points: readonly Point[] }) {
  const describe = useCallback((plot: PlotLibrary) => ({
    x: { label: 'strength', grid: true }, y: { domain: [0.3, 1], label: 'AUC', grid: true, clamp: true },
    marks: [
      plot.areaY(points, { x: 'strength', y1: 'low', y2: 'high', fill: 'var(--accent)', fillOpacity: 0.18 }),
      plot.line(points, { x: 'strength', y: 'value', stroke: 'var(--accent)', strokeWidth: 2 }),
      plot.dot(points, { x: 'strength', y: 'value', fill: 'var(--accent)', r: 2.5 }),
      plot.ruleY([0.5], { stroke: 'var(--text-dim)', strokeDasharray: '3,3' }),
    ],
  }), [points]);
  return <figure className={classes['figure']}><figcaption>{words(name)}</figcaption><Chart describe={describe} label={`AUC by strength of ${name}`} height={180} /></figure>;
}

/** What degraded pictures do to a model's AUC, with bands of 95 %. */
export function Robustness({ release, submission }: { readonly release: string; readonly submission: Submission }) {
  const queries = useQueryClient();
  const param = { release, id: submission.id };
  const key = ['robustness', submission.id];
  const { data, error } = useDocument(release, key, async () => {
    const answer = await read(api.$get({ param }));
    return answer.state === 'absent' ? { state: 'ready' as const, document: undefined } : answer;
  });
  const start = useMutation({ mutationFn: () => read(api.$post({ param })), onSettled: () => queries.invalidateQueries({ queryKey: ['document', release, ...key] }) });
  const conditions = data?.state === 'ready' ? (data.document?.conditions ?? []) : [];
  const names = [...new Set(conditions.map(({ degradation }) => degradation))];
  return (
    <section>
      <Title order={3} mb={4}>Robustness</Title>
      {error !== null && <ErrorPanel error={error} />}
      {start.error !== null && <ErrorPanel error={start.error} />}
      {data !== undefined && data.state !== 'ready' && <JobPanel job={data.job} what="Degraded pictures are being scored" />}
      {data?.state === 'ready' && data.document === undefined && (
        <>
          <Text size="sm" c="dimmed" mb="xs">{submission.model ? 'Scores the test images at rising strengths of nine degradations, from bit depth to a photo of a screen: some minutes.' : 'Needs a run that was trained here: recorded scores alone cannot be degraded.'}</Text>
          {submission.model && <Button variant="default" loading={start.isPending} onClick={() => start.mutate()}>Measure robustness</Button>}
        </>
      )}
      {names.length > 0 && (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
          {names.map((name) => <RobustnessCurve key={name} name={name} points={conditions.filter(({ degradation }) => degradation === name).map(({ strength, auc }) => ({ strength, value: auc.value ?? Number.NaN, low: auc.low ?? auc.value ?? Number.NaN, high: auc.high ?? auc.value ?? Number.NaN }))} />)}
        </SimpleGrid>
      )}
    </section>
  );
}
