import { stripVTControlCharacters } from 'node:util';

/** What a cell may hold; `undefined` and `null` print as nothing. */
export type TableCell = string | number | null | undefined;

/** How {@link formatTable} lays out. */
export interface TableOptions {
  /** Characters a line may have. Default: 80, or the terminal's width where it is wider. */
  readonly width?: number;
  /** Columns that are aligned right; default: those in which every cell is a number or empty. */
  readonly right?: readonly number[];
}

const gap = 2;
const wideCharacters = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/gu;

/** Columns of a terminal that a text takes: East Asian wide characters take two, colours none. */
export function textWidth(text: string): number {
  const plain = stripVTControlCharacters(text);
  return [...plain].length + (plain.match(wideCharacters)?.length ?? 0);
}

/** A number as people read it: `1,234`, at most four digits after the point. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 4 });
}

function shorten(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let short = '';
  for (const character of stripVTControlCharacters(text)) {
    if (textWidth(short + character) > width - 1) break;
    short += character;
  }
  return `${short}…`;
}

/**
 * An aligned table: header, rule, rows, each line without trailing blanks. Where it would be too wide, the widest text
 * column is shortened (`…`) until it fits; numbers are never cut.
 * @param header a name for each column
 * @param rows as many cells each as the header has names
 */
export function formatTable(header: readonly string[], rows: readonly (readonly TableCell[])[], options: TableOptions = {}): string {
  const width = options.width ?? Math.max(80, process.stdout.columns ?? 80);
  const right = new Set(options.right ?? header.map((_, i) => i).filter((i) => rows.length > 0 && rows.every((row) => row[i] === undefined || row[i] === null || typeof row[i] === 'number')));
  const toText = (cell: TableCell): string => (cell === undefined || cell === null ? '' : typeof cell === 'number' ? formatNumber(cell) : cell.replaceAll(/\s+/g, ' '));
  const texts = [header, ...rows].map((row) => header.map((_, i) => toText(row[i])));
  const widths = header.map((_, i) => Math.max(...texts.map((row) => textWidth(row[i] ?? ''))));
  let excess = widths.reduce((sum, w) => sum + w, gap * (header.length - 1)) - width;
  while (excess > 0) {
    const widest = widths.reduce((best, w, i) => (right.has(i) || w <= (best < 0 ? 4 : (widths[best] ?? 0)) ? best : i), -1);
    if (widest < 0) break;
    const second = Math.max(4, ...widths.filter((_, i) => i !== widest && !right.has(i)));
    const cut = Math.min(excess, Math.max(1, (widths[widest] ?? 0) - second));
    widths[widest] = (widths[widest] ?? 0) - cut;
    excess -= cut;
  }
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => {
        const short = shorten(text, widths[i] ?? 0);
        const fill = ' '.repeat(Math.max(0, (widths[i] ?? 0) - textWidth(short)));
        return right.has(i) ? fill + short : short + fill;
      })
      .join(' '.repeat(gap))
      .trimEnd();
  const [head, ...body] = texts;
  return [line(head ?? []), widths.map((w) => '-'.repeat(w)).join(' '.repeat(gap)), ...body.map(line)].join('\n');
}
