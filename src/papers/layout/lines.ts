import type { Box, TextRun } from '../pdf/index.ts';
import { overlapY, union } from './boxes.ts';

/** A line of text within one column. */
export interface TextLine {
  readonly text: string;
  readonly box: Box;
  readonly baseline: number;
  /** Of most of its letters, in points. */
  readonly size: number;
  /** Of most of its letters. */
  readonly font: string;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly runs: readonly TextRun[];
}

/** Gaps wider than this many font sizes part a line, whether or not they lie on a gutter. */
const widestGap = 3;
/** The narrowest gap that parts a line on a gutter, in font sizes. */
const gutterGap = 0.9;

/**
 * The x of the gutter between two columns, where a page has one: a stretch near its middle that next to no text crosses,
 * with text on both sides.
 */
export function gutterOf(runs: readonly TextRun[], pageWidth: number): number | undefined {
  const upright = runs.filter((run) => run.upright);
  const covered = new Float64Array(Math.ceil(pageWidth) + 1);
  for (const { box } of upright) for (let x = Math.max(0, Math.floor(box.x)); x < Math.min(covered.length, box.x + box.width); x++) covered[x] = (covered[x] ?? 0) + 1;
  const [from, to] = [Math.floor(pageWidth * 0.35), Math.ceil(pageWidth * 0.65)];
  const sideOf = (start: number, end: number): number => Math.max(0, ...covered.subarray(start, end));
  const [left, right] = [sideOf(0, from), sideOf(to, covered.length)];
  const few = 0.2 * Math.min(left, right);
  if (Math.min(left, right) < 6) return undefined;
  let best: { readonly start: number; readonly length: number } | undefined;
  for (let x = from; x < to; x++) {
    if ((covered[x] ?? 0) > few) continue;
    const start = x;
    while (x < to && (covered[x] ?? 0) <= few) x++;
    if (best === undefined || x - start > best.length) best = { start, length: x - start };
  }
  return best === undefined || best.length < 6 ? undefined : best.start + best.length / 2;
}

/**
 * The gutter of each page, settled over the whole document: one that most pages share holds for all, since tables and figures
 * hide it on some; where none is shared there is one column.
 */
export function sharedGutters(own: readonly (number | undefined)[]): readonly (number | undefined)[] {
  const near = (x: number): number => own.filter((other) => other !== undefined && Math.abs(other - x) <= 15).length;
  const found = own.filter((x) => x !== undefined);
  const shared = found.reduce<number | undefined>((best, x) => (best === undefined || near(x) > near(best) ? x : best), undefined);
  if (shared === undefined || near(shared) < 0.4 * own.length) return own.map(() => undefined);
  return own.map((x) => (x !== undefined && Math.abs(x - shared) <= 15 ? x : shared));
}

/** The upright lines of a page, parted at the gutter, from top to bottom. */
export function linesOf(runs: readonly TextRun[], gutter: number | undefined): TextLine[] {
  const rows: TextRun[][] = [];
  // The largest first: raised and lowered characters then find the line beside which they stand.
  for (const run of runs.filter(({ upright }) => upright).toSorted((a, b) => b.size - a.size || a.baseline - b.baseline)) {
    const row = rows.findLast((each) => each.some((other) => onOneLine(other, run)));
    if (row === undefined) rows.push([run]);
    else row.push(run);
  }
  return rows.flatMap((row) => parts(row, gutter)).toSorted((a, b) => a.box.y - b.box.y);
}

function onOneLine(a: TextRun, b: TextRun): boolean {
  const size = Math.max(a.size, b.size);
  if (Math.abs(a.baseline - b.baseline) < 0.25 * size) return true;
  const small = Math.min(a.size, b.size);
  const beside = Math.max(a.box.x, b.box.x) - Math.min(a.box.x + a.box.width, b.box.x + b.box.width) < 0.5 * size;
  return small < 0.85 * size && beside && overlapY(a.box, b.box) > 0.5 * Math.min(a.box.height, b.box.height);
}

function parts(row: readonly TextRun[], gutter: number | undefined): TextLine[] {
  const sorted = row.toSorted((a, b) => a.box.x - b.box.x);
  const split: TextRun[][] = [];
  let right = Number.NEGATIVE_INFINITY;
  for (const run of sorted) {
    const gap = run.box.x - right;
    const onGutter = gutter !== undefined && right <= gutter + 2 && run.box.x >= gutter - 2 && gap > gutterGap * run.size;
    const open = split.at(-1);
    if (open === undefined || onGutter || gap > widestGap * run.size) split.push([run]);
    else open.push(run);
    right = Math.max(right, run.box.x + run.box.width);
  }
  return split.map(lineOf);
}

function lineOf(runs: readonly TextRun[]): TextLine {
  const weights = new Map<string, { weight: number; run: TextRun }>();
  for (const run of runs) {
    const key = `${run.font} ${run.size.toFixed(1)}`;
    weights.set(key, { weight: (weights.get(key)?.weight ?? 0) + run.text.length, run });
  }
  const main = [...weights.values()].reduce((a, b) => (b.weight > a.weight ? b : a)).run;
  let text = '';
  let right = Number.NaN;
  for (const run of runs) {
    const apart = run.box.x - right > 0.15 * run.size;
    text += apart && !text.endsWith(' ') && !run.text.startsWith(' ') ? ` ${run.text}` : run.text;
    right = run.box.x + run.box.width;
  }
  return { text: text.replaceAll(/\s+/g, ' ').trim(), box: union(runs.map(({ box }) => box)), baseline: main.baseline, size: main.size, font: main.font, bold: main.bold, italic: main.italic, runs };
}

/** The font size in which most of a document is set, in steps of half a point. */
export function bodySizeOf(pages: readonly (readonly TextLine[])[]): number {
  const letters = new Map<number, number>();
  for (const { size, text } of pages.flat()) {
    const step = Math.round(size * 2) / 2;
    letters.set(step, (letters.get(step) ?? 0) + text.length);
  }
  return [...letters].reduce((best, each) => (each[1] > best[1] ? each : best), [10, 0])[0];
}
