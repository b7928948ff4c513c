import { type Box } from '../pdf/index.ts';
import { overlapX, union } from '../layout/boxes.ts';
import type { LaidPage } from '../layout/furniture.ts';
import type { TextLine } from '../layout/lines.ts';
import { isSentence, readLabel } from './label.ts';

/** A caption where it stands. */
export interface FoundCaption {
  readonly kind: 'figure' | 'table';
  readonly number: string;
  /** The whole text, its label included; hyphens at line ends taken out. */
  readonly text: string;
  readonly page: number;
  readonly box: Box;
  readonly lines: readonly TextLine[];
  /** What spoke for it, 3 and more. */
  readonly score: number;
}

/** What captions are told from. */
export interface DocumentStyle {
  readonly bodySize: number;
  /** The usual distance of baselines by font size, in steps of half a point. */
  readonly spacing: ReadonlyMap<number, number>;
  /** Every word of the document, in lower case, hyphens kept. */
  readonly words: ReadonlySet<string>;
}

const step = (size: number): number => Math.round(size * 2) / 2;
/** A line counts as a caption's first from this score on. */
const enough = 3;

/** Measures a document's style. */
export function styleOf(pages: readonly LaidPage[], bodySize: number): DocumentStyle {
  const distances = new Map<number, number[]>();
  for (const { lines } of pages) {
    for (const line of lines) {
      const below = lineBelow(line, lines);
      if (below === undefined || step(below.size) !== step(line.size)) continue;
      const distance = below.baseline - line.baseline;
      if (distance >= 2.4 * line.size) continue;
      const list = distances.get(step(line.size));
      if (list === undefined) distances.set(step(line.size), [distance]);
      else list.push(distance);
    }
  }
  const spacing = new Map([...distances].map(([size, list]) => [size, list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? size * 1.2]));
  const words = new Set(pages.flatMap(({ lines }) => lines.flatMap(({ text }) => text.toLowerCase().match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu) ?? [])));
  return { bodySize, spacing, words };
}

/** The nearest line below that shares at least half of the narrower one's width. */
export function lineBelow(line: TextLine, lines: readonly TextLine[]): TextLine | undefined {
  let best: TextLine | undefined;
  for (const other of lines) {
    if (other.baseline <= line.baseline + 0.3 * line.size || overlapX(line.box, other.box) < 0.5 * Math.min(line.box.width, other.box.width)) continue;
    if (best === undefined || other.baseline < best.baseline) best = other;
  }
  return best;
}

function lineAbove(line: TextLine, lines: readonly TextLine[]): TextLine | undefined {
  let best: TextLine | undefined;
  for (const other of lines) {
    if (other.baseline >= line.baseline - 0.3 * line.size || overlapX(line.box, other.box) < 0.5 * Math.min(line.box.width, other.box.width)) continue;
    if (best === undefined || other.baseline > best.baseline) best = other;
  }
  return best;
}

/** How much speaks for a line being the first of a caption; below {@link enough}: running text. */
function scoreOf(line: TextLine, page: LaidPage, style: DocumentStyle): number {
  const label = readLabel(line.text);
  if (label === undefined || /\.{5}|(?: \.){5}/.test(line.text)) return 0;
  const [first] = line.runs;
  const last = line.runs.at(-1);
  let score = label.punctuated ? 3 : 0;
  if (label.rest === '' && line.text.length < 24) score += 2;
  if (first !== undefined && (first.bold || first.italic !== (last?.italic ?? false) || (line.italic && first.italic))) score += 2;
  if (Math.abs(line.size - style.bodySize) >= 0.4) score += 2;
  if (isSentence(label)) score -= 5;
  const above = lineAbove(line, page.lines);
  const usual = style.spacing.get(step(line.size)) ?? 1.3 * line.size;
  if (above === undefined || line.baseline - above.baseline > 1.25 * usual || Math.abs(above.size - line.size) >= 0.4) score += 1;
  // It goes on with a paragraph whose last line is full.
  else if (above.box.x + above.box.width > line.box.x + line.box.width - line.size && !above.text.endsWith('.')) score -= 3;
  return score;
}

/** Finds the captions of figures and tables. */
export function findCaptions(pages: readonly LaidPage[], style: DocumentStyle): FoundCaption[] {
  return pages.flatMap((page) => {
    const starts = new Map(page.lines.map((line) => [line, scoreOf(line, page, style)] as const).filter(([, score]) => score >= enough));
    return [...starts].map(([start, score]) => {
      const lines = collect(start, page, style, (line) => starts.has(line));
      const text = joinLines(lines, style.words);
      const label = readLabel(text);
      return { kind: label?.kind ?? 'figure', number: label?.number ?? '', text, page: page.number, box: union(lines.map(({ box }) => box)), lines, score };
    });
  });
}

function collect(start: TextLine, page: LaidPage, style: DocumentStyle, isStart: (line: TextLine) => boolean): TextLine[] {
  const usual = style.spacing.get(step(start.size)) ?? 1.3 * start.size;
  const likeBody = Math.abs(start.size - style.bodySize) < 0.4;
  const bare = readLabel(start.text)?.rest === '';
  const lines = [start];
  let row: TextLine[] = [start];
  for (;;) {
    const [last] = row;
    if (last === undefined) return lines;
    const left = Math.min(...lines.map(({ box }) => box.x));
    const right = Math.max(...lines.map(({ box }) => box.x + box.width));
    const below = page.lines.filter(
      (line) =>
        line.baseline > last.baseline + 0.3 * last.size &&
        line.baseline - last.baseline <= 1.3 * usual &&
        overlapX(line.box, { x: left, y: 0, width: right - left, height: 0 }) >= 0.5 * Math.min(line.box.width, right - left),
    );
    const nearest = Math.min(...below.map(({ baseline }) => baseline));
    // A justified line with wide gaps is in several parts.
    row = below.filter(({ baseline }) => baseline - nearest < 0.3 * start.size).toSorted((a, b) => a.box.x - b.box.x);
    const [next] = row;
    if (next === undefined || row.some(isStart)) return lines;
    // Small capitals are of two sizes; a label that stands alone does not tell the size of its text.
    const size = lines.length === 1 && bare ? undefined : (lines[bare ? 1 : 0] ?? start).size;
    if (size !== undefined && next.text.length > 8 && !next.runs.some((run) => Math.abs(run.size - size) < 0.36)) return lines;
    if (likeBody && start.italic && !next.runs.some(({ italic }) => italic)) return lines;
    if (likeBody && !start.italic && next.box.x > left + 0.8 * start.size && lines.length > 1) return lines;
    if (next.box.x < left - 1.5 * start.size && lines.length > 1 && !bare) return lines;
    lines.push(...row);
  }
}

/** The text of lines in a row: a word parted by a hyphen is joined, unless the document writes it with one elsewhere. */
export function joinLines(lines: readonly TextLine[], words: ReadonlySet<string>): string {
  let text = '';
  for (const line of lines) {
    const parted = /([\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*)-$/u.exec(text);
    const next = /^[\p{L}\p{N}]+/u.exec(line.text)?.[0];
    if (parted === null || next === undefined) text += `${text === '' ? '' : ' '}${line.text}`;
    else {
      const [begin = '', end] = [parted[1], next].map((part) => part?.toLowerCase());
      const keeps = words.has(`${begin}-${end}`) || (!words.has(`${begin}${end}`) && /^[\p{Lu}\p{N}]/u.test(next));
      text = `${keeps ? text : text.slice(0, -1)}${line.text}`;
    }
  }
  return text.replaceAll(/\s+/g, ' ').trim();
}
