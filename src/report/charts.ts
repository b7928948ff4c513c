import { html, type Html } from './html.ts';

/** An axis: what it shows, its ends, and where it is ticked. */
export interface Axis {
  readonly label: string;
  readonly domain: readonly [from: number, to: number];
  readonly ticks: readonly number[];
  /** What stands at the ticks instead of their numbers. */
  readonly tickLabels?: readonly string[];
}

/** One line, or set of dots, of a chart. */
export interface ChartSeries {
  /** In the legend. */
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** `step`: from each point level to the next one's x, then up or down. */
  readonly shape: 'line' | 'step' | 'dots';
  /** A colour and a dash, so that series differ without colour too; 5 is quiet, for references. */
  readonly style: 1 | 2 | 3 | 4 | 5;
  /** Bars of the points, in their order. */
  readonly intervals?: readonly (readonly [low: number, high: number])[];
  /** A band around the line: low and high at each x. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[];
}

const left = 46;
const top = 10;
const bottomRoom = 40;
const dashes: Readonly<Record<ChartSeries['style'], string>> = { 1: 'none', 2: '7 3', 3: '2 3', 4: '9 3 2 3', 5: '3 4' };

/** Two decimals: half a hundredth of a pixel is not to be seen, and long numbers make large files. */
const short = (value: number): number => Math.round(value * 100) / 100;

/**
 * A chart of lines and dots on common axes, with a legend below.
 * @param options `width`, `height`: of the plot itself, in pixels
 */
export function lineChart(series: readonly ChartSeries[], options: { readonly title: string; readonly x: Axis; readonly y: Axis; readonly width?: number; readonly height?: number }): Html {
  const { title, x, y, width = 320, height = 260 } = options;
  const clamp = (value: number, [from, to]: readonly [number, number]): number => Math.min(Math.max(value, from), to);
  const px = (value: number): number => short(left + ((clamp(value, x.domain) - x.domain[0]) / (x.domain[1] - x.domain[0])) * width);
  const py = (value: number): number => short(top + height - ((clamp(value, y.domain) - y.domain[0]) / (y.domain[1] - y.domain[0])) * height);
  const at = (one: readonly [number, number]): string => `${px(one[0])},${py(one[1])}`;
  const path = (one: ChartSeries): string =>
    one.points.map((point, i) => (i === 0 ? `M${at(point)}` : one.shape === 'step' ? `H${px(point[0])}V${py(point[1])}` : `L${at(point)}`)).join('');
  const band = (of: readonly (readonly [number, number, number])[]): string =>
    `M${of.map(([a, , high]) => at([a, high])).join('L')}L${of.toReversed().map(([a, low]) => at([a, low])).join('L')}Z`;
  const legendRow = 18;
  const legend = top + height + bottomRoom;
  const right = left + width;
  return html`<svg viewBox="0 0 ${right + 12} ${legend + series.length * legendRow + 4}" width="${right + 12}" role="img" aria-label="${title}">
<rect class="axis" x="${left}" y="${top}" width="${width}" height="${height}" fill="none"/>
${x.ticks.map((tick, i) => html`<line class="axis" x1="${px(tick)}" x2="${px(tick)}" y1="${top}" y2="${top + height}"/><text class="quiet" x="${px(tick)}" y="${top + height + 15}" text-anchor="middle">${x.tickLabels?.[i] ?? tick}</text>`)}
${y.ticks.map((tick, i) => html`<line class="axis" x1="${left}" x2="${right}" y1="${py(tick)}" y2="${py(tick)}"/><text class="quiet" x="${left - 6}" y="${py(tick) + 4}" text-anchor="end">${y.tickLabels?.[i] ?? tick}</text>`)}
<text x="${left + width / 2}" y="${top + height + 32}" text-anchor="middle">${x.label}</text>
<text transform="translate(11 ${top + height / 2}) rotate(-90)" text-anchor="middle">${y.label}</text>
${series.map((one) => (one.band === undefined || one.band.length === 0 ? null : html`<path class="band s${one.style}" d="${band(one.band)}"/>`))}
${series.map((one) => [
    one.intervals?.map(([low, high], i) => html`<line class="s${one.style}" x1="${px(one.points[i]?.[0] ?? 0)}" x2="${px(one.points[i]?.[0] ?? 0)}" y1="${py(low)}" y2="${py(high)}" stroke-width="1.5"/>`),
    one.shape === 'dots'
      ? one.points.map(([a, b]) => html`<circle class="dot s${one.style}" cx="${px(a)}" cy="${py(b)}" r="4"/>`)
      : html`<path class="series s${one.style}" stroke-dasharray="${dashes[one.style]}" d="${path(one)}"/>`,
  ])}
${series.map(
    (one, i) => html`${one.shape === 'dots' ? html`<circle class="dot s${one.style}" cx="${left + 12}" cy="${legend + i * legendRow + 8}" r="4"/>` : html`<path class="series s${one.style}" stroke-dasharray="${dashes[one.style]}" d="M${left},${legend + i * legendRow + 8}h24"/>`}<text x="${left + 32}" y="${legend + i * legendRow + 12}">${one.label}</text>`,
  )}
</svg>`;
}
