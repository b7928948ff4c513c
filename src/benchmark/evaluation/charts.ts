import { html, lineChart, type Axis, type ChartSeries, type Html } from '../../report/index.ts';
import { precisionRecallCurve, rocCurve, wilsonInterval } from '../../statistics/index.ts';
import type { JudgedCase } from './cases.ts';
import type { Evaluation } from './evaluate.ts';
import type { OperatingPoint } from './figures.ts';
import { thresholdTitles } from './thresholds.ts';

const shareTicks = [0, 0.2, 0.4, 0.6, 0.8, 1];
const share = (label: string): Axis => ({ label, domain: [0, 1], ticks: shareTicks });

function figure(chart: Html, caption: string): Html {
  return html`<figure>${chart}<figcaption>${caption}</figcaption></figure>`;
}

/** Models to draw in one chart, each with its cases. */
export interface NamedCases {
  readonly name: string;
  readonly cases: readonly JudgedCase[];
}

const styleOf = (i: number): 1 | 2 | 3 | 4 => ([1, 2, 3, 4] as const)[i % 4] ?? 1;

/** ROC curves of one model or several, with where the thresholds put the first. */
export function rocChart(models: readonly NamedCases[], points: readonly OperatingPoint[] = []): Html {
  const curves = models.map(({ name, cases }, i): ChartSeries => ({
    label: name,
    shape: 'line',
    style: styleOf(i),
    points: rocCurve(cases).map(({ falsePositiveRate, truePositiveRate }) => [falsePositiveRate, truePositiveRate]),
  }));
  const dots = points.map((point, i): ChartSeries => ({
    label: thresholdTitles[point.rule],
    shape: 'dots',
    style: styleOf(i + models.length),
    points: [[1 - (point.metrics.specificity.value ?? 0), point.metrics.sensitivity.value ?? 0]],
  }));
  const chance: ChartSeries = { label: 'chance', shape: 'line', style: 5, points: [[0, 0], [1, 1]] };
  return lineChart([...curves, ...dots, chance], { title: 'ROC curve', x: share('1 − specificity'), y: share('sensitivity') });
}

function precisionRecallChart({ cases }: Evaluation): Html {
  const points = precisionRecallCurve(cases).map(({ recall, precision }): [number, number] => [recall, precision]);
  const positives = cases.filter(({ positive }) => positive).length / cases.length;
  const [first] = points;
  return lineChart(
    [
      // From the right: a level holds from its own recall down to that of the next higher threshold.
      { label: 'model', shape: 'step', style: 1, points: [...points.toReversed(), [0, first?.[1] ?? 0]] },
      { label: 'chance: share of positive images', shape: 'line', style: 5, points: [[0, positives], [1, positives]] },
    ],
    { title: 'Precision–recall curve', x: share('recall (sensitivity)'), y: share('precision (PPV)') },
  );
}

function calibrationChart({ calibration }: Evaluation): Html {
  const shares = calibration.map(({ n, positives }) => wilsonInterval(positives, n));
  return lineChart(
    [
      { label: 'images in ten bins, with Wilson’s interval', shape: 'dots', style: 1, points: calibration.map(({ meanScore }, i) => [meanScore, shares[i]?.estimate ?? 0]), intervals: shares.map(({ low, high }) => [low, high]) },
      { label: 'calibrated', shape: 'line', style: 5, points: [[0, 0], [1, 1]] },
    ],
    { title: 'Calibration', x: share('mean score'), y: share('share of positive images') },
  );
}

function decisionChart({ decisionCurve: curve }: Evaluation): Html {
  const lowest = -0.05;
  const highest = Math.max(0.1, ...curve.map(({ model, all }) => Math.max(model, all)));
  const ticks = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].filter((tick) => tick <= highest + 0.05);
  return lineChart(
    [
      { label: 'act on the model', shape: 'line', style: 1, points: curve.map(({ threshold, model }) => [threshold, Math.max(lowest, model)]) },
      { label: 'act on everybody', shape: 'line', style: 2, points: curve.filter(({ all }) => all >= lowest).map(({ threshold, all }) => [threshold, all]) },
      { label: 'act on nobody', shape: 'line', style: 5, points: [[0, 0], [1, 0]] },
    ],
    { title: 'Decision curve', x: share('threshold'), y: { label: 'net benefit', domain: [lowest, highest + 0.02], ticks } },
  );
}

function scoresChart({ cases, positive }: Evaluation): Html {
  const bins = 20;
  const outline = (wanted: boolean): [number, number][] => {
    const own = cases.filter((one) => one.positive === wanted);
    const heights = Array.from({ length: bins }, (_, i) => own.filter(({ score }) => Math.min(bins - 1, Math.floor(score * bins)) === i).length / Math.max(1, own.length));
    return [[0, heights[0] ?? 0], ...heights.map((height, i): [number, number] => [i / bins, height]), [1, heights[bins - 1] ?? 0]];
  };
  const [yes, no] = [outline(true), outline(false)];
  const highest = Math.max(...[...yes, ...no].map(([, height]) => height));
  return lineChart(
    [
      { label: positive, shape: 'step', style: 1, points: yes },
      { label: 'the other label', shape: 'step', style: 2, points: no },
    ],
    { title: 'Scores by label', x: share('score'), y: { label: 'share of the label', domain: [0, Math.max(0.1, highest * 1.05)], ticks: [0, 0.1, 0.2, 0.4, 0.6, 0.8, 1].filter((tick) => tick <= highest * 1.05) } },
  );
}

/** The curves of a report: ROC, precision–recall, calibration, decision curve, scores. */
export function evaluationCharts(evaluation: Evaluation): Html {
  const { cases, images, positive } = evaluation;
  return html`<div class="charts">
${figure(rocChart([{ name: 'model', cases }], images.operatingPoints), `ROC curve over ${images.n} images, ${positive} positive, with the operating points.`)}
${figure(precisionRecallChart(evaluation), 'Precision depends on the share of positive images, which is that of this test set and of no clinic.')}
${figure(calibrationChart(evaluation), 'Below the diagonal the scores are too high, above it too low.')}
${figure(decisionChart(evaluation), 'Net benefit in true positives an image; a model is worth acting on where its line is the highest.')}
${figure(scoresChart(evaluation), 'How the scores of both labels are spread, in twenty bins.')}
</div>`;
}
