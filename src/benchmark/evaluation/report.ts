import { html, renderPage, renderTable, type Html, type ReportSection, type TableCell } from '../../report/index.ts';
import { evaluationCharts } from './charts.ts';
import { benchmarkNotice, figureOrder, figureTitles, type EvaluationContext } from './document.ts';
import type { Evaluation } from './evaluate.ts';
import type { UnitFigures } from './figures.ts';
import type { Figure } from './intervals.ts';
import { legacyLines } from './legacy-metrics.ts';
import { subgroupKinds } from './subgroups.ts';
import { thresholdTitles } from './thresholds.ts';

/**
 * A figure with its interval: `0.866 (0.805–0.917)`; a dash where there is none.
 * @param between what stands between the interval's ends: ` to ` where they can be below 0
 */
export function figureText(figure: Figure | undefined, digits = 3, between = '–'): string {
  if (figure?.value === null || figure === undefined) return '–';
  // No "-0.00".
  const text = (value: number): string => value.toFixed(digits).replace(/^-(0(?:\.0*)?)$/, '$1').replace('-', '−');
  return figure.low === null || figure.high === null ? text(figure.value) : `${text(figure.value)} (${text(figure.low)}${between}${text(figure.high)})`;
}

/** The interval below its figure, so that many figures fit a page. */
export function stackedFigure(figure: Figure): Html {
  const [value = '–', interval] = figureText(figure).split(' ');
  return html`${value}${interval === undefined ? null : html`<br><span class="quiet small whole">${interval.slice(1, -1)}</span>`}`;
}

/** The units of a figure table: images, patients by mean, patients by maximum. */
export function unitsOf(evaluation: Evaluation): readonly (readonly [title: string, figures: UnitFigures])[] {
  return [
    ['images', evaluation.images],
    ['patients, mean', evaluation.patients.mean],
    ['patients, max', evaluation.patients.max],
  ];
}

/** How the figures were made, in sentences. */
export function methodLines(evaluation: Evaluation, context: EvaluationContext): string[] {
  const [main] = evaluation.images.operatingPoints;
  const threshold = main?.rule === 'given' ? `The threshold ${main.value} was given` : main?.rule === 'half' ? 'No validation predictions were given: the threshold is 0.5, chosen on nothing' : `The threshold of the main figures maximises sensitivity + specificity on the validation predictions (${context.validation ?? ''}), never on these images`;
  return [
    `Positive: ${evaluation.positive}. ${threshold}.`,
    `Intervals hold 95 %: percentiles of ${evaluation.bootstrap.draws.toLocaleString('en')} draws of whole patients (of the track's groups where no patient is named), by label, seed ${evaluation.bootstrap.seed}; a share of 0 or 1, or of fewer than 5 patients, has Wilson's interval over patients.`,
    'A patient counts once, with the mean or with the most COVID-like of the scores of its images.',
    'Calibration: expected calibration error in ten bins of equal width; slope and intercept of logistic recalibration, 1 and 0 where calibrated.',
  ];
}

function metricsTable(evaluation: Evaluation): Html {
  const units = unitsOf(evaluation);
  const rows: TableCell[][] = [
    ['n', ...units.map(([, { n }]) => n)],
    [`of these ${evaluation.positive}`, ...units.map(([, { positives }]) => positives)],
    ...figureOrder.map((name) => [figureTitles[name], ...units.map(([, { metrics }]) => html`${figureText(metrics[name], 3, (metrics[name].low ?? 0) < 0 ? ' to ' : '–')}`)]),
    ['ROC AUC, DeLong', ...units.map(([, { aucDelong, metrics }]) => html`${figureText(aucDelong === null ? undefined : { ...metrics.auc, ...aucDelong })}`)],
  ];
  return renderTable({ title: `Figures, ${evaluation.positive} positive, with 95 % intervals`, columns: ['figure', ...units.map(([title]) => title)], rows });
}

/** Shown at every operating point; the rest are in `--json`. */
const pointFigures = ['sensitivity', 'specificity', 'ppv', 'npv', 'accuracy'] as const;

function pointsTable(title: string, { operatingPoints }: UnitFigures): Html {
  return renderTable({
    title: `Operating points: ${title}`,
    columns: ['threshold', 'at', 'TP', 'FP', 'TN', 'FN', ...pointFigures.map((name) => figureTitles[name])],
    rows: operatingPoints.map((point) => [
      html`${thresholdTitles[point.rule]}`,
      point.value.toFixed(3),
      point.confusion.truePositives,
      point.confusion.falsePositives,
      point.confusion.trueNegatives,
      point.confusion.falseNegatives,
      ...pointFigures.map((name) => html`<span class="whole">${figureText(point.metrics[name], 2)}</span>`),
    ]),
  });
}

function subgroupTables(evaluation: Evaluation): Html {
  const tables = subgroupKinds.flatMap((by) => {
    const own = evaluation.subgroups.filter((group) => group.by === by);
    if (own.length === 0) return [];
    return [
      renderTable({
        title: `By ${by}`,
        columns: [by, 'n', evaluation.positive, 'ROC AUC', 'sensitivity', 'specificity'],
        rows: own.map(({ value, n, positives, auc, sensitivity, specificity }) => [html`${value}`, n, positives, ...[auc, sensitivity, specificity].map((figure) => (figure === undefined ? null : html`${figureText(figure)}`))]),
      }),
    ];
  });
  return html`<p class="quiet">Images, at the main threshold. A subgroup with one label alone has a sensitivity or a specificity, and nothing else. COVID-CT-Dataset tells sex and age of COVID images only.</p>${tables.length === 0 ? html`<p>The release tells nothing to divide by.</p>` : tables}`;
}

/** What a report's head says of the data: research only, synthetic, the confound. */
export function reportBanners(context: Pick<EvaluationContext, 'release'>): Html[] {
  return [
    ...(context.release.synthetic ? [html`<strong>Synthetic.</strong> The pictures behind these figures were drawn by covid-ct. None of them is real, and no figure here says anything of a disease.`] : []),
    html`<strong>For research, never for diagnosis.</strong> ${benchmarkNotice.slice(benchmarkNotice.indexOf('.') + 2)}`,
  ];
}

/** The sections that say how good a model is: figures, curves, operating points, subgroups. */
export function evaluationSections(evaluation: Evaluation, context: EvaluationContext): ReportSection[] {
  return [
    { id: 'figures', title: 'Figures', body: html`${metricsTable(evaluation)}${methodLines(evaluation, context).map((line) => html`<p class="quiet">${line}</p>`)}` },
    { id: 'curves', title: 'Curves', body: evaluationCharts(evaluation) },
    { id: 'operating-points', title: 'Operating points', body: html`${unitsOf(evaluation).map(([title, figures]) => pointsTable(title, figures))}` },
    { id: 'subgroups', title: 'Subgroups', body: subgroupTables(evaluation) },
    ...(context.legacyMetrics === true
      ? [{ id: 'legacy', title: 'As the original scripts print it', body: html`<p class="quiet">Label 1, ${evaluation.legacy.positive}, counts as positive there: recall, precision and F1 are its own.</p><pre>${legacyLines(evaluation.legacy).join('\n')}</pre>` }]
      : []),
  ];
}

/** An evaluation as one self-contained HTML page. */
export function renderEvaluation(evaluation: Evaluation, context: EvaluationContext): string {
  const { release, track, part, source } = context;
  return renderPage({
    title: `Figures of ${context.run ?? source}`,
    subtitle: html`${evaluation.images.n} images: ${part} of the ${track.name} track of ${release.name}${track.seed === undefined ? '' : `, seed ${track.seed}`}; ${evaluation.positive} positive; predictions: <code>${source}</code>; covid-ct ${context.version}`,
    banners: reportBanners(context),
    sections: evaluationSections(evaluation, context),
    footer: html`<p>${benchmarkNotice}</p>`,
  });
}
