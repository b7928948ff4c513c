import { html, type Html } from './html.ts';

/** A value with its interval, where it has one. */
export interface IntervalRow {
  readonly label: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** `0.866 (0.805–0.917)`; with words where a number is below 0: `−0.150 (−0.256 to −0.067)`. */
function intervalText({ value, low, high }: IntervalRow): string {
  const text = (number: number): string => number.toFixed(3).replace(/^-(0\.0*)$/, '$1').replace('-', '−');
  return low === null || high === null ? text(value) : `${text(value)} (${text(low)}${Math.min(value, low) < 0 ? ' to ' : '–'}${text(high)})`;
}

const labelWidth = 190;
const plotWidth = 380;
const figureWidth = 190;
const rowHeight = 26;

/**
 * A forest plot: a dot and its interval a row, on a common axis, with a dashed line at the value of no information.
 * @param options `domain`: the axis's ends; `reference`: where the dashed line stands (0.5 for an AUC)
 */
export function forestPlot(rows: readonly IntervalRow[], options: { readonly title: string; readonly domain: readonly [number, number]; readonly reference: number; readonly ticks: readonly number[] }): Html {
  const [from, to] = options.domain;
  const x = (value: number): number => Math.round(100 * (labelWidth + ((Math.min(Math.max(value, from), to) - from) / (to - from)) * plotWidth)) / 100;
  const y = (row: number): number => 12 + row * rowHeight + rowHeight / 2;
  const bottom = 12 + rows.length * rowHeight;
  const width = labelWidth + plotWidth + figureWidth;
  return html`<svg viewBox="0 0 ${width} ${bottom + 28}" width="${width}" role="img" aria-label="${options.title}">
${options.ticks.map((tick) => html`<line class="axis" x1="${x(tick)}" x2="${x(tick)}" y1="8" y2="${bottom}"/><text class="quiet" x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${String(tick).replace('-', '−')}</text>`)}
<line class="axis" x1="${x(options.reference)}" x2="${x(options.reference)}" y1="4" y2="${bottom}" stroke-width="2" stroke-dasharray="4 3"/>
${rows.map(
  (row, i) => html`<text x="0" y="${y(i) + 4}">${row.label}</text>
<line class="mark" x1="${x(row.low ?? row.value)}" x2="${x(row.high ?? row.value)}" y1="${y(i)}" y2="${y(i)}" stroke-width="2"/><circle class="mark" cx="${x(row.value)}" cy="${y(i)}" r="4"/>
<text x="${labelWidth + plotWidth + 14}" y="${y(i) + 4}">${intervalText(row)}</text>`,
)}
</svg>`;
}

/** Horizontal bars, each with its label and count. */
export function barChart(rows: readonly { readonly label: string; readonly value: number }[], options: { readonly title: string }): Html {
  const largest = Math.max(1, ...rows.map((row) => row.value));
  const width = labelWidth + plotWidth + 60;
  return html`<svg viewBox="0 0 ${width} ${rows.length * rowHeight + 8}" width="${width}" role="img" aria-label="${options.title}">
${rows.map(
  (row, i) => html`<text x="0" y="${i * rowHeight + 18}">${row.label}</text>
<rect class="mark" x="${labelWidth}" y="${i * rowHeight + 6}" width="${Math.round((row.value / largest) * plotWidth)}" height="${rowHeight - 10}" stroke="none"/>
<text x="${labelWidth + Math.round((row.value / largest) * plotWidth) + 8}" y="${i * rowHeight + 18}">${row.value}</text>`,
)}
</svg>`;
}
