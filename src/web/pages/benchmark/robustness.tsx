import { Button, SimpleGrid, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { client, read } from '../../app/client.ts';
import { useDocument } from '../../app/document.ts';
import type { Submission } from '../../app/submissions.ts';
import { Chart, type PlotLibrary } from '../../components/chart.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { difference, figure, words } from '../../components/format.ts';
import { JobPanel } from '../../components/job-progress.tsx';
import classes from './benchmark.module.css';

const api = client.api.releases[':release'].submissions[':id'].robustness;

interface Figure {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A degradation at one strength. */
interface Condition {
  readonly degradation: string;
  readonly strength: number;
  readonly setting: string;
  readonly auc: Figure;
  readonly aucChange: Figure;
  readonly callsChanged: number;
}

/** Names that do not say enough by themselves. */
const titles: Readonly<Record<string, string>> = { jpeg: 'JPEG compression', window: 'Another window', crop: 'Cropped', marks: 'Burned-in marks', 'phone-photo': 'Photo of a screen' };

/** A curve of the AUC by strength. Its band is the interval of the change from the clean images, paired, put on the clean value; as in the report of `covid-ct robustness`. */
function RobustnessCurve({ conditions, clean, floor, images }: { readonly conditions: readonly Condition[]; readonly clean: number; readonly floor: number; readonly images: number }) {
  const last = conditions.at(-1);
  const describe = useCallback((plot: PlotLibrary) => {
    const settings = new Map(conditions.map(({ strength, setting }) => [strength, strength === 0 ? 'clean' : (/±?\d+(?:\/\d+)?(?:\.\d+)?/.exec(setting)?.[0] ?? setting)]));
    const crowded = (conditions[1]?.strength ?? 1) < 0.1;
    return {
      x: { domain: [0, 1], ticks: conditions.map(({ strength }) => strength), tickFormat: (strength: number) => (strength === 0 && crowded ? '' : (settings.get(strength) ?? '')), label: last?.setting ?? 'strength', grid: true },
      y: { domain: [floor, 1], label: 'ROC AUC', grid: true, clamp: true },
      marks: [
        plot.areaY(conditions, { x: 'strength', y1: ({ aucChange }: Condition) => clean + (aucChange.low ?? 0), y2: ({ aucChange }: Condition) => clean + (aucChange.high ?? 0), fill: 'var(--accent)', fillOpacity: 0.18 }),
        plot.ruleY([clean], { stroke: 'var(--text-dim)', strokeDasharray: '3,3' }),
        plot.line(conditions, { x: 'strength', y: ({ auc }: Condition) => auc.value, stroke: 'var(--accent)', strokeWidth: 2 }),
        plot.dot(conditions, { x: 'strength', y: ({ auc }: Condition) => auc.value, fill: 'var(--accent)', r: 2.5 }),
      ],
    };
  }, [conditions, clean, floor, last]);
  if (last === undefined) return null;
  const lost = last.aucChange.high !== null && last.aucChange.high < 0;
  return (
    <figure className={classes['figure']} aria-label={`Robustness against ${last.degradation}`}>
      <figcaption>{titles[last.degradation] ?? words(last.degradation.replaceAll('-', ' '))}</figcaption>
      <Text size="xs" c="dimmed" className="numbers" truncate title={last.setting}>At {last.setting}</Text>
      <Text size="xs" c="dimmed" className="numbers" mb={4}><b style={lost ? { color: 'var(--error)' } : undefined}>{difference(last.aucChange)}</b>, {last.callsChanged} of {images} calls changed</Text>
      <Chart describe={describe} label={`ROC AUC by strength of ${last.degradation}: ${clean.toFixed(3)} when clean, ${figure(last.auc.value)} at ${last.setting}, with a band of 95 %`} height={190} />
    </figure>
  );
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
  const document = data?.state === 'ready' ? data.document : undefined;
  const conditions = useMemo(() => document?.conditions ?? [], [document]);
  // Grouped once: a chart is drawn anew where its list is another one.
  const curves = useMemo(() => [...new Set(conditions.map(({ degradation }) => degradation))].map((name) => conditions.filter(({ degradation }) => degradation === name)), [conditions]);
  const clean = document?.clean.auc.value ?? 0;
  // One floor for all, so that curves can be compared by eye.
  const floor = Math.max(0, Math.min(0.5, Math.floor(10 * Math.min(...conditions.map(({ aucChange }) => clean + (aucChange.low ?? 0)))) / 10));
  return (
    <section>
      <Title order={3} mb={4}>Robustness</Title>
      {error !== null && <ErrorPanel error={error} />}
      {start.error !== null && <ErrorPanel error={start.error} />}
      {data !== undefined && data.state !== 'ready' && <JobPanel job={data.job} what="Degraded pictures are being scored" />}
      {data?.state === 'ready' && data.document === undefined && (
        <>
          <Text size="sm" c="dimmed" mb="xs">{submission.model ? 'Scores the test images at rising strengths of nine degradations, from bit depth to a photo of a screen: some minutes.' : 'Needs a run that was trained here: scores alone cannot be degraded.'}</Text>
          {submission.model && <Button variant="default" loading={start.isPending} onClick={() => start.mutate()}>Measure robustness</Button>}
        </>
      )}
      {document !== undefined && curves.length > 0 && (
        <>
          <Text size="sm" c="dimmed" mb="md" maw={860}>ROC AUC {figure(clean)} ({figure(document.clean.auc.low)} to {figure(document.clean.auc.high)}) on the {document.n} clean images (dashed), and under rising strengths of {curves.length} degradations. Bands hold 95 % of the change from the clean images, paired, over {document.bootstrap.draws.toLocaleString('en')} draws of whole patients; red where it is lost beyond chance at full strength.</Text>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg" verticalSpacing="lg">
            {curves.map((own) => <RobustnessCurve key={own[0]?.degradation} conditions={own} clean={clean} floor={floor} images={document.n} />)}
          </SimpleGrid>
        </>
      )}
    </section>
  );
}
