import type { Box, PdfPage } from '../pdf/index.ts';
import type { TextLine } from './lines.ts';

/** A page read into lines, without what is repeated from page to page. */
export interface LaidPage {
  readonly number: number;
  readonly width: number;
  readonly height: number;
  /** The x between its two columns, if it has two. */
  readonly gutter: number | undefined;
  readonly lines: readonly TextLine[];
  readonly drawings: readonly Box[];
}

/** Running heads and feet stand within this share of the page's height, at top and bottom. */
const margin = 0.1;
/** Things that stand at the same place on this many pages are furniture. */
const fewestPages = 3;

const place = ({ x, y, width, height }: Box): string => [x, y, width, height].map((value) => Math.round(value / 2)).join(' ');
/** Digits count as alike, so that page numbers do. */
const words = ({ text, box }: TextLine): string => `${Math.round(box.y / 4)} ${text.replaceAll(/\d+/g, '#')}`;
const inMargin = (box: Box, height: number): boolean => box.y + box.height < margin * height || box.y > (1 - margin) * height;

function repeated<T>(pages: readonly (readonly T[])[], key: (item: T) => string): (item: T) => boolean {
  const seen = new Map<string, number>();
  for (const page of pages) for (const name of new Set(page.map(key))) seen.set(name, (seen.get(name) ?? 0) + 1);
  return (item) => (seen.get(key(item)) ?? 0) >= fewestPages;
}

/** Takes running heads, feet, page numbers and repeated rules off the pages. */
export function withoutFurniture(pages: readonly LaidPage[]): LaidPage[] {
  const isRunningLine = repeated(pages.map((page) => page.lines.filter(({ box }) => inMargin(box, page.height))), words);
  const isRunningDrawing = repeated(pages.map(({ drawings }) => drawings), place);
  return pages.map((page) => ({
    ...page,
    lines: page.lines.filter((line) => !(inMargin(line.box, page.height) && (isRunningLine(line) || /^(?:page )?\d{1,4}$/i.test(line.text)))),
    drawings: page.drawings.filter((drawing) => !isRunningDrawing(drawing) && drawing.width * drawing.height < 0.9 * page.width * page.height),
  }));
}

/** Numbers of objects that are painted on so many pages that they are logos or backgrounds. */
export function repeatedObjects(pages: readonly PdfPage[]): ReadonlySet<number> {
  const seen = new Map<number, number>();
  for (const { pictures } of pages) for (const object of new Set(pictures.map((picture) => picture.object))) if (object !== undefined) seen.set(object, (seen.get(object) ?? 0) + 1);
  return new Set([...seen].filter(([, count]) => count >= fewestPages).map(([object]) => object));
}
