import { benchmarkNotice, figureTitles, reportBanners, rocChart, type EvaluationContext, imageCases, stackedFigure } from '../evaluation/index.ts';
import { forestPlot, html, renderPage, renderTable, type Html } from '../../report/index.ts';
import { comparedFigures, type Comparison, type Difference } from './compare.ts';
import type { ComparedModel } from './models.ts';

/** Where the compared scores come from. */
export type ComparisonContext = Pick<EvaluationContext, 'release' | 'track' | 'part' | 'version'>;

/** A letter for each model, since their names are too long for tables: A … Z, AA, AB … */
export function modelLetter(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : modelLetter(Math.floor(index / 26) - 1) + letter;
}

/** A difference with its interval and sign: `+0.021 (−0.010 to 0.052)`. */
export function differenceText(difference: Difference | null, digits = 3): string {
  if (difference === null) return '–';
  const text = (value: number): string => value.toFixed(digits).replace(/^-(0(?:\.0*)?)$/, '$1').replace('-', '−');
  return `${difference.value > 0 ? '+' : ''}${text(difference.value)} (${text(difference.low)} to ${text(difference.high)})`;
}

/** A p value as papers print it. */
export function pText(p: number | undefined): string {
  if (p === undefined) return '–';
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

/** How the comparison was made, in sentences. */
export function comparisonLines(comparison: Comparison): string[] {
  const pairs = comparison.pairs.length;
  return [
    `${comparison.n} images of ${comparison.patients} patients (groups where no patient is named), ${comparison.positive} positive (${comparison.positives}). Differences are first minus second.`,
    `DeLong and McNemar (exact) take images as independent; the bootstrap draws whole patients (${comparison.bootstrap.draws.toLocaleString('en')} draws, seed ${comparison.bootstrap.seed}), its p is from the normal distribution with the draws' spread.${pairs > 1 ? ` Holm: corrected for ${pairs} pairs, each kind of test by itself.` : ''}`,
    'McNemar, accuracy, sensitivity, specificity and F1 are at each model’s own threshold: Youden’s on its validation predictions, 0.5 without them. Of a model that is several trainings the mean figure is compared.',
  ];
}

const pairName = (comparison: Comparison, first: string, second: string): string => {
  const letter = (name: string) => modelLetter(comparison.models.findIndex((model) => model.name === name));
  return `${letter(first)} − ${letter(second)}`;
};

const pairCell = (comparison: Comparison, first: string, second: string): Html => html`<span class="whole">${pairName(comparison, first, second)}</span>`;

function modelsTable({ models, positive }: Comparison): Html {
  return renderTable({
    title: `Models, ${positive} positive, with 95 % intervals over patients`,
    columns: ['', 'model', 'trainings', 'threshold', ...comparedFigures.map((name) => figureTitles[name]), 'AUC by patient'],
    rows: models.map((model, i) => [modelLetter(i), html`<div class="item">${model.name}</div>`, model.sources.length, html`${model.thresholds.map((threshold) => threshold.toFixed(3)).join(', ')}`, ...comparedFigures.map((name) => stackedFigure(model.metrics[name])), stackedFigure(model.patientAuc)]),
  });
}

function pairsTables(comparison: Comparison): Html {
  const cell = (difference: Difference | null) => html`<span class="whole">${differenceText(difference)}</span>${difference === null ? null : html`<br><span class="quiet whole">p ${pText(difference.p)}, Holm ${pText(difference.pHolm)}</span>`}`;
  const auc = renderTable({
    title: 'Difference of the ROC AUC',
    columns: ['pair', 'DeLong, images', 'bootstrap, images', 'bootstrap, patients’ means'],
    rows: comparison.pairs.map(({ first, second, delong, bootstrap, patients }) => [pairCell(comparison, first, second), cell(delong), cell(bootstrap.auc), cell(patients)]),
  });
  const others = comparedFigures.filter((name) => name !== 'auc');
  const calls = renderTable({
    title: 'Differences at each model’s own threshold, and of the Brier score (bootstrap, images)',
    columns: ['pair', ...others.map((name) => figureTitles[name])],
    rows: comparison.pairs.map(({ first, second, bootstrap }) => [pairCell(comparison, first, second), ...others.map((name) => cell(bootstrap[name]))]),
  });
  const right = renderTable({
    title: 'Images that exactly one of two calls right (McNemar, exact)',
    columns: ['pair', 'only first', 'only second', 'p', 'Holm'],
    rows: comparison.pairs.map(({ first, second, mcnemar }) => [pairCell(comparison, first, second), mcnemar?.firstOnly ?? null, mcnemar?.secondOnly ?? null, html`${pText(mcnemar?.p)}`, html`${pText(mcnemar?.pHolm)}`]),
  });
  return html`${auc}${calls}${right}`;
}

function differencesPlot(comparison: Comparison): Html {
  const rows = comparison.pairs.flatMap(({ first, second, bootstrap }) => (bootstrap.auc === null ? [] : [{ label: pairName(comparison, first, second), ...bootstrap.auc }]));
  const widest = Math.max(0.05, ...rows.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]));
  const end = Math.ceil(widest * 20) / 20;
  return forestPlot(rows, { title: 'Difference of the AUC, bootstrap over patients', domain: [-end, end], reference: 0, ticks: [-end, -end / 2, 0, end / 2, end] });
}

/** A comparison as one self-contained HTML page. */
export function renderComparison(comparison: Comparison, models: readonly ComparedModel[], labels: readonly string[], context: ComparisonContext): string {
  const { release, track, part, version } = context;
  const curves = models.flatMap(({ name, members }, i) =>
    members.map(({ predictions }, k) => ({ name: `${modelLetter(i)}${members.length > 1 ? `, training ${k + 1}` : ''}: ${name}`, cases: imageCases(predictions, labels, comparison.positive) })),
  );
  return renderPage({
    title: `Comparison of ${models.length} models`,
    subtitle: `${part} of the ${track.name} track of ${release.name}${track.seed === undefined ? '' : `, seed ${track.seed}`}; ${comparison.n} images, ${comparison.positive} positive; covid-ct ${version}`,
    banners: reportBanners(context),
    sections: [
      { id: 'models', title: 'Models', body: html`${modelsTable(comparison)}${comparisonLines(comparison).map((line) => html`<p class="quiet">${line}</p>`)}` },
      { id: 'pairs', title: 'Pairs', body: html`${differencesPlot(comparison)}${pairsTables(comparison)}` },
      { id: 'curves', title: 'Curves', body: html`<div class="charts">${rocChart(curves.slice(0, 8))}</div>${curves.length > 8 ? html`<p class="quiet">The first eight of ${curves.length}.</p>` : null}` },
    ],
    footer: html`<p>${benchmarkNotice}</p>`,
  });
}

/** What `covid-ct compare --json` prints. */
export function comparisonDocument(comparison: Comparison, context: ComparisonContext): object {
  return {
    format: 'covid-ct comparison 1',
    version: context.version,
    notice: benchmarkNotice,
    release: { name: context.release.name, synthetic: context.release.synthetic },
    track: context.track.name,
    trackSeed: context.track.seed ?? null,
    split: context.part,
    ...comparison,
  };
}
