import type { Degradation } from '../../imaging/index.ts';
import { forestPlot, html, lineChart, renderPage, renderTable, type Axis, type ChartSeries, type Html, type IntervalRow } from '../../report/index.ts';
import { benchmarkNotice, figureText, reportBanners, type EvaluationContext, type Figure } from '../evaluation/index.ts';
import type { ConditionFigures, Robustness } from './judge.ts';

/** One image at each strength of a degradation, as the model sees it. */
export interface DegradedExample {
  readonly image: string;
  readonly degradation: string;
  /** By the degradation's strengths. */
  readonly pictures: readonly { readonly jpeg: Uint8Array; readonly width: number; readonly height: number; readonly score: number }[];
}

/** What was judged. */
export interface RobustnessContext extends Pick<EvaluationContext, 'release' | 'track' | 'part' | 'version'> {
  /** The run or the model's file, as it was named. */
  readonly model: string;
  readonly run: string;
  readonly degradations: readonly Degradation[];
  /** Where the threshold comes from. */
  readonly thresholdFrom: string;
  /** Largest difference between the exported model's scores of the clean images and the run's own table; null without one. */
  readonly gapToRun: number | null;
}

/** How the figures are made, in sentences. */
export function robustnessLines({ n, positives, positive, threshold, bootstrap, unread }: Robustness, { thresholdFrom, gapToRun }: RobustnessContext): string[] {
  return [
    `${n} images, ${positive} positive (${positives}). Each image is degraded by itself, at the same place and with the same noise at every strength; strength 0 is the clean image, with the clean score.`,
    `Changes are degraded minus clean, on the same images; intervals hold 95 %: percentiles of ${bootstrap.draws.toLocaleString('en')} draws of whole patients (groups where no patient is named), seed ${bootstrap.seed}, the same draws for every condition. They are not corrected for having looked at many conditions.`,
    `Calls are at the threshold ${threshold.toFixed(3)} (${thresholdFrom}), chosen on clean images.`,
    ...(gapToRun === null ? [] : [`The exported model's clean scores differ from the run's own table by at most ${gapToRun.toExponential(1)}.`]),
    ...(unread.length === 0 ? [] : [`${unread.length} images could not be read and are left out: ${unread.map(({ image }) => image).join(', ')}.`]),
    'Pictures cut from papers have 8 bits a sample already: what the loss of Hounsfield units costs cannot be measured on them.',
  ];
}

/** A change with its sign: `−0.031 (−0.060 to −0.008)`. */
export function changeText(figure: Figure, digits = 3): string {
  if (figure.value === null) return '–';
  const text = (value: number): string => value.toFixed(digits).replace(/^-(0(?:\.0*)?)$/, '$1').replace('-', '−');
  const sign = figure.value > 0 && Number(figure.value.toFixed(digits)) !== 0 ? '+' : '';
  return `${sign}${text(figure.value)}${figure.low === null || figure.high === null ? '' : ` (${text(figure.low)} to ${text(figure.high)})`}`;
}

/** Whether a change is beyond chance, and which way. */
export function verdictOf({ low, high }: Figure): 'loss' | 'gain' | 'none' {
  if (high !== null && high < 0) return 'loss';
  return low !== null && low > 0 ? 'gain' : 'none';
}

/** The conditions of one degradation, strength 0 first. */
export function curveOf({ conditions }: Robustness, name: string): readonly ConditionFigures[] {
  return conditions.filter(({ degradation }) => degradation === name);
}

/** The weakest strength from which on the AUC is lost beyond chance at every strength; undefined where it is not at the strongest. */
export function lossFrom(curve: readonly ConditionFigures[]): ConditionFigures | undefined {
  const kept = curve.findLastIndex(({ aucChange }) => verdictOf(aucChange) !== 'loss');
  return curve[kept + 1];
}

/** The number in a setting, for an axis: `40` of `quality 40`. */
const shortSetting = (setting: string): string => /±?\d+(?:\/\d+)?(?:\.\d+)?/.exec(setting)?.[0] ?? '0';

function axisOf(curve: readonly ConditionFigures[]): Axis {
  const last = curve.at(-1)?.setting ?? '';
  // Beside a first strength that is near 0 there is no room for a word.
  const isCrowded = (curve[1]?.strength ?? 1) < 0.1;
  return {
    label: `strength, up to ${last}`,
    domain: [0, 1],
    ticks: curve.map(({ strength }) => strength),
    tickLabels: curve.map(({ setting }, i) => (i > 0 || /\d/.test(setting) ? shortSetting(setting) : isCrowded ? '' : 'clean')),
  };
}

/** A line of values with a band: the paired interval of the change, put on the clean value. */
function paired(label: string, style: 1 | 2, clean: Figure, points: readonly { readonly strength: number; readonly value: Figure; readonly change: Figure }[]): ChartSeries {
  const known = points.flatMap(({ strength, value, change }) => (value.value === null ? [] : [{ strength, value: value.value, change }]));
  const base = clean.value ?? 0;
  return {
    label,
    shape: 'line',
    style,
    points: known.map(({ strength, value }) => [strength, value]),
    band: known.flatMap(({ strength, change: { low, high } }): [number, number, number][] => (low === null || high === null ? [] : [[strength, base + low, base + high]])),
  };
}

const tenths = (from: number, to: number): number[] => Array.from({ length: Math.round((to - from) * 10) + 1 }, (_, i) => Math.round((from + i / 10) * 10) / 10);

function charts(robustness: Robustness, curve: readonly ConditionFigures[], title: string, floor: number): Html {
  const { clean } = robustness;
  const axis = axisOf(curve);
  const auc = lineChart(
    [
      paired('ROC AUC; band: the paired change’s interval', 1, clean.auc, curve.map(({ strength, auc, aucChange }) => ({ strength, value: auc, change: aucChange }))),
      { label: `clean, ${figureText(clean.auc)}`, shape: 'line', style: 5, points: [[0, clean.auc.value ?? 0], [1, clean.auc.value ?? 0]] },
    ],
    { title: `${title}: ROC AUC`, x: axis, y: { label: 'ROC AUC', domain: [floor, 1], ticks: tenths(floor, 1) }, height: 200 },
  );
  const scores = lineChart(
    Object.keys(clean.scores).map((label, k) => paired(`mean score of ${label} images`, k === 0 ? 1 : 2, clean.scores[label]?.mean ?? clean.auc, curve.flatMap(({ strength, scores }) => {
      const own = scores[label];
      return own === undefined ? [] : [{ strength, value: own.mean, change: own.change }];
    }))),
    { title: `${title}: mean score`, x: axis, y: { label: 'mean score', domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] }, height: 200 },
  );
  return html`<div class="charts"><figure>${auc}</figure><figure>${scores}</figure></div>`;
}

function strip(example: DegradedExample | undefined, curve: readonly ConditionFigures[]): Html | null {
  if (example === undefined) return null;
  const pictures = example.pictures.map(({ jpeg, width, height, score }, i) => html`<figure><img src="data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}" width="${width}" height="${height}" alt="${curve[i]?.setting ?? ''}"><figcaption>${i === 0 ? 'clean' : (curve[i]?.setting ?? '')}: score ${score.toFixed(2)}</figcaption></figure>`);
  return html`<div class="pictures strip">${pictures}</div>`;
}

function tableOf(curve: readonly ConditionFigures[], labels: readonly string[]): Html {
  const whole = (text: string): Html => html`<span class="whole">${text}</span>`;
  return html`<details><summary>Figures</summary><div>${renderTable({
    title: 'Change from the clean images, with 95 % intervals',
    columns: ['setting', 'ROC AUC', 'change of the AUC', ...labels.map((label) => `change of the score, ${label}`), 'calls changed'],
    rows: curve.map(({ setting, auc, aucChange, scores, callsChanged }) => [
      whole(setting), whole(figureText(auc)), whole(changeText(aucChange)), ...labels.map((label) => whole(scores[label] === undefined ? '–' : changeText(scores[label].change))), callsChanged,
    ]),
  })}</div></details>`;
}

function summaryOf(robustness: Robustness, degradations: readonly Degradation[]): Html {
  const rows = degradations.flatMap(({ name }): IntervalRow[] => {
    const last = curveOf(robustness, name).at(-1);
    const change = last?.aucChange;
    return last === undefined || change === undefined || change.value === null ? [] : [{ label: name, value: change.value, low: change.low, high: change.high }];
  });
  const least = Math.min(-0.1, ...rows.map(({ value, low }) => low ?? value));
  const most = Math.max(0.1, ...rows.map(({ value, high }) => high ?? value));
  const [from, to] = [Math.floor(least * 10) / 10, Math.ceil(most * 10) / 10];
  return html`${forestPlot(rows, { title: 'Change of the AUC at full strength', domain: [from, to], reference: 0, ticks: tenths(from, to) })}
${renderTable({
    title: 'What each degradation does to the AUC',
    columns: ['degradation', 'change at full strength', 'lost beyond chance from', 'calls changed at full strength'],
    rows: degradations.map(({ name, title }) => {
      const curve = curveOf(robustness, name);
      const last = curve.at(-1);
      const from = lossFrom(curve);
      return [html`<a href="#${name}">${title}</a>`, html`<span class="whole">${last === undefined ? '–' : changeText(last.aucChange)}</span>`, from === undefined ? html`<span class="quiet">nowhere</span>` : html`<span class="whole">${from.setting}</span>`, html`${last === undefined ? '–' : `${last.callsChanged} of ${robustness.n}`}`];
    }),
    note: '“Lost beyond chance”: the interval of the paired change lies below 0 from there on up to full strength.',
  })}`;
}

/** The floor of the AUC axes, one for all, so that curves can be compared by eye. */
function floorOf({ clean, conditions }: Robustness): number {
  const lows = conditions.flatMap(({ auc, aucChange }) => [auc.value ?? 1, (clean.auc.value ?? 1) + (aucChange.low ?? 0)]);
  return Math.max(0, Math.min(0.5, Math.floor(Math.min(...lows) * 10) / 10));
}

/** Robustness as one self-contained HTML page. */
export function renderRobustness(robustness: Robustness, context: RobustnessContext, examples: readonly DegradedExample[]): string {
  const { release, track, part, model, run, degradations, version } = context;
  const floor = floorOf(robustness);
  return renderPage({
    title: `What quality loss does to ${run}`,
    subtitle: html`${robustness.n} images: ${part} of the ${track.name} track of ${release.name}; ${robustness.positive} positive; model: <code>${model}</code>; covid-ct ${version}`,
    banners: reportBanners(context),
    sections: [
      { id: 'summary', title: 'At a glance', body: html`${summaryOf(robustness, degradations)}${robustnessLines(robustness, context).map((line) => html`<p class="quiet">${line}</p>`)}` },
      ...degradations.map(({ name, title }) => {
        const curve = curveOf(robustness, name);
        return { id: name, title, short: name, body: html`${strip(examples.find(({ degradation }) => degradation === name), curve)}${charts(robustness, curve, title, floor)}${tableOf(curve, Object.keys(robustness.clean.scores))}` };
      }),
    ],
    footer: html`<p>${examples[0] === undefined ? null : `The pictures are ${examples[0].image}, as the model sees it. `}${benchmarkNotice}</p>`,
  });
}

/** What `covid-ct robustness --json` prints and `robustness.json` holds. */
export function robustnessDocument(robustness: Robustness, context: RobustnessContext): object {
  const { release, track, part, model, run, version, thresholdFrom, gapToRun } = context;
  return {
    format: 'covid-ct robustness 1',
    version,
    notice: benchmarkNotice,
    release: { name: release.name, synthetic: release.synthetic },
    model,
    run,
    track: track.name,
    trackSeed: track.seed ?? null,
    split: part,
    thresholdFrom,
    gapToRun,
    ...robustness,
  };
}
