import { ActionIcon, Button, Group, Paper, SegmentedControl, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { client, read } from '../../app/client.ts';
import { useDocument } from '../../app/document.ts';
import { useRelease } from '../../app/release.ts';
import type { Submission } from '../../app/submissions.ts';
import { Chart, type PlotLibrary } from '../../components/chart.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { counted, figure, metricTitle } from '../../components/format.ts';
import { JobPanel } from '../../components/job-progress.tsx';
import { ThumbnailLink } from '../../components/thumbnail-link.tsx';
import { Waiting } from '../../components/waiting.tsx';
import classes from './benchmark.module.css';
import { Robustness } from './robustness.tsx';

const api = client.api.releases[':release'].submissions[':id'];

interface Line {
  readonly x: number;
  readonly y: number;
}

/** A curve in the unit square. */
function Curve({ points, x, y, label, diagonal, steps = false }: { readonly points: readonly Line[]; readonly x: string; readonly y: string; readonly label: string; readonly diagonal: boolean; readonly steps?: boolean }) {
  const describe = useCallback((plot: PlotLibrary) => ({
    x: { domain: [0, 1], label: x, grid: true }, y: { domain: [0, 1], label: y, grid: true },
    marks: [
      ...(diagonal ? [plot.line([{ x: 0, y: 0 }, { x: 1, y: 1 }], { x: 'x', y: 'y', stroke: 'var(--text-dim)', strokeDasharray: '3,3' })] : []),
      plot.line(points, { x: 'x', y: 'y', stroke: 'var(--accent)', strokeWidth: 2, ...(steps ? { curve: 'step-after' as const } : {}) }),
    ],
  }), [points, x, y, diagonal, steps]);
  return <Chart describe={describe} label={label} />;
}

function Curves({ release, id }: { readonly release: string; readonly id: string }) {
  const { data, error } = useQuery({ queryKey: ['release', release, 'curves', id], queryFn: () => read(api.curves.$get({ param: { release, id } })) });
  const histogram = useCallback((plot: PlotLibrary) => ({
    x: { domain: [0, 1], label: 'score' }, y: { label: 'images', grid: true },
    marks: [
      plot.rectY(data?.scores ?? [], plot.binX({ y: 'count' }, { x: { value: 'score', thresholds: 20 }, fill: (one: { readonly positive: boolean }) => (one.positive ? 'var(--covid)' : 'var(--other)'), insetLeft: 0.5, insetRight: 0.5, order: 'fill' } as never)),
      plot.ruleX([data?.threshold ?? 0.5], { stroke: 'var(--text)', strokeDasharray: '4,3' }),
      plot.ruleY([0], { stroke: 'var(--line-strong)' }),
    ],
  }), [data]);
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  return (
    <SimpleGrid cols={{ base: 1, md: 3 }}>
      <figure className={classes['figure']}><figcaption>ROC curve</figcaption><Curve points={data.roc} x="1 − specificity" y="sensitivity" label="ROC curve of the test images" diagonal /></figure>
      <figure className={classes['figure']}><figcaption>Precision and recall</figcaption><Curve points={data.pr} x="recall" y="precision" label="Precision-recall curve of the test images" diagonal={false} /></figure>
      <figure className={classes['figure']}><figcaption>Scores, and the threshold</figcaption><Chart describe={histogram} label={`Histogram of ${data.n} scores, threshold ${data.threshold.toFixed(2)}`} /></figure>
    </SimpleGrid>
  );
}

/** Bins of the calibration as the evaluation has them, whatever else is in it. */
interface Bin {
  readonly n: number;
  readonly positives: number;
  readonly meanScore: number;
}

function binsOf(calibration: unknown): readonly Bin[] {
  const list = Array.isArray(calibration) ? calibration : calibration !== null && typeof calibration === 'object' && 'bins' in calibration && Array.isArray(calibration.bins) ? calibration.bins : [];
  return (list as readonly Bin[]).filter((bin) => typeof bin.n === 'number' && bin.n > 0);
}

function Judged({ release, submission }: { readonly release: string; readonly submission: Submission }) {
  const { data, error } = useDocument(release, ['evaluation', submission.id], () => read(api.evaluation.$get({ param: { release, id: submission.id } })));
  const document = data?.state === 'ready' ? data.document : undefined;
  const calibration = useCallback((plot: PlotLibrary) => ({
    x: { domain: [0, 1], label: 'mean score', grid: true }, y: { domain: [0, 1], label: 'share positive', grid: true }, r: { range: [2, 9] },
    marks: [plot.line([{ x: 0, y: 0 }, { x: 1, y: 1 }], { x: 'x', y: 'y', stroke: 'var(--text-dim)', strokeDasharray: '3,3' }), plot.dot(binsOf(document?.calibration), { x: 'meanScore', y: (bin: Bin) => bin.positives / bin.n, r: 'n', fill: 'var(--accent)' })],
  }), [document]);
  const decision = useCallback((plot: PlotLibrary) => {
    const points = document?.decisionCurve ?? [];
    return {
      x: { domain: [0, 1], label: 'threshold probability', grid: true }, y: { domain: [-0.1, Math.max(0.1, ...points.map(({ model }) => model))], label: 'net benefit', grid: true, clamp: true },
      marks: [plot.ruleY([0], { stroke: 'var(--line-strong)' }), plot.line(points, { x: 'threshold', y: 'all', stroke: 'var(--text-dim)', strokeDasharray: '3,3', clip: true }), plot.line(points, { x: 'threshold', y: 'model', stroke: 'var(--accent)', strokeWidth: 2, clip: true })],
    };
  }, [document]);
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  if (data.state !== 'ready') return <JobPanel job={data.job} what={`${submission.name} is being judged`} />;
  const { metrics, patients, n, positives, threshold, subgroups } = data.document;
  const names = Object.keys(metrics);
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
      <div>
        <Text size="sm" c="dimmed" mb={6}>{counted(n, 'test image')}, {positives} positive{threshold === null ? '' : `; threshold ${threshold.value.toFixed(3)}, chosen on ${threshold.chosenOn}`}.</Text>
        <Table className="numbers" withTableBorder bg="var(--surface)" verticalSpacing={3}>
          <Table.Thead><Table.Tr><Table.Th>Figure</Table.Th><Table.Th ta="right">by image</Table.Th><Table.Th ta="right">95 % interval</Table.Th><Table.Th ta="right">by patient</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{names.map((name) => <Table.Tr key={name}><Table.Td>{metricTitle(name)}</Table.Td><Table.Td ta="right">{figure(metrics[name]?.value)}</Table.Td><Table.Td ta="right" className="dim">{metrics[name]?.low === null ? '' : `${figure(metrics[name]?.low)} to ${figure(metrics[name]?.high)}`}</Table.Td><Table.Td ta="right">{figure(patients.mean.metrics[name]?.value)}</Table.Td></Table.Tr>)}</Table.Tbody>
        </Table>
      </div>
      <Stack>
        <figure className={classes['figure']}><figcaption>Calibration</figcaption><Chart describe={calibration} label="Calibration: share of positives by mean score" height={220} /></figure>
        <figure className={classes['figure']}><figcaption>Decision curve (dashed: act on everybody)</figcaption><Chart describe={decision} label="Decision curve: net benefit by threshold probability" height={220} /></figure>
        {subgroups.length > 0 && (
          <details className={classes['details']}>
            <summary>Subgroups</summary>
            <Table className="numbers" verticalSpacing={3}><Table.Thead><Table.Tr><Table.Th>Group</Table.Th><Table.Th ta="right">images</Table.Th><Table.Th ta="right">AUC</Table.Th><Table.Th ta="right">sensitivity</Table.Th><Table.Th ta="right">specificity</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{subgroups.map((group) => <Table.Tr key={`${group.by} ${group.value}`}><Table.Td>{group.by}: {group.value}</Table.Td><Table.Td ta="right">{group.n}</Table.Td><Table.Td ta="right">{group.auc === undefined ? '' : figure(group.auc.value)}</Table.Td><Table.Td ta="right">{group.sensitivity === undefined ? '' : figure(group.sensitivity.value)}</Table.Td><Table.Td ta="right">{group.specificity === undefined ? '' : figure(group.specificity.value)}</Table.Td></Table.Tr>)}</Table.Tbody>
            </Table>
          </details>
        )}
      </Stack>
    </SimpleGrid>
  );
}

const outcomes = [['miss', 'Misses'], ['hit', 'Hits'], ['false-positive', 'False positives'], ['false-negative', 'False negatives']] as const;
type Outcome = (typeof outcomes)[number][0];

function Gallery({ release, id }: { readonly release: string; readonly id: string }) {
  const { data: summary } = useRelease();
  const [outcome, setOutcome] = useState<Outcome>('miss');
  const { data } = useQuery({ queryKey: ['release', release, 'outcomes', id, outcome], queryFn: () => read(client.api.releases[':release'].images.$get({ param: { release }, query: { submission: id, outcome, sort: 'score', order: 'down', limit: '24' } })) });
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Group gap="sm"><Title order={3}>Hits and misses</Title><SegmentedControl aria-label="Which images" value={outcome} onChange={(value) => setOutcome(outcomes.find(([name]) => name === value)?.[0] ?? 'miss')} data={outcomes.map(([value, label]) => ({ value, label }))} /></Group>
        <Link to={`/${release}/images`} search={{ submission: id, outcome, sort: 'score', order: 'down' } as never}>{data === undefined ? 'All' : `All ${data.total}`}</Link>
      </Group>
      <div className={classes['gallery']}>{data?.items.map((image) => <ThumbnailLink key={image.key} release={release} fingerprint={summary?.fingerprint} image={image} positive={summary?.labels[0] ?? ''} note={figure(image.score, 2)} />)}</div>
      {data?.total === 0 && <Text size="sm" c="dimmed">None.</Text>}
    </section>
  );
}

/** All that is known of a model: figures, curves, hits and misses, robustness. */
export function ModelDetail({ release, submission, close }: { readonly release: string; readonly submission: Submission; readonly close: () => void }) {
  return (
    <Paper withBorder p="lg" mt="lg" bg="var(--surface)" component="section" aria-label={submission.name}>
      <Group justify="space-between" mb="md" wrap="nowrap">
        <div><Title order={2} className="wrap-anywhere">{submission.name}</Title><Text size="sm" c="dimmed">{[submission.recipe, submission.architecture, `${submission.track} track`, submission.seed === null ? null : `seed ${submission.seed}`].filter((part) => part !== null).join(', ')}</Text></div>
        <Group gap={4} wrap="nowrap">
          {submission.model && <Button variant="default" component={Link} {...({ to: `/${release}/try`, search: { model: submission.id } } as object)}>Try it</Button>}
          <ActionIcon aria-label="Close" onClick={close}><IconX size={17} /></ActionIcon>
        </Group>
      </Group>
      <Stack gap="xl">
        <Curves release={release} id={submission.id} />
        <Judged release={release} submission={submission} />
        <Gallery release={release} id={submission.id} />
        <Robustness release={release} submission={submission} />
      </Stack>
    </Paper>
  );
}
