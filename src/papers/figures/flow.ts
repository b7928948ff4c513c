import type { FoundCaption } from '../captions/find.ts';
import type { Box } from '../pdf/index.ts';
import { isWithin, overlapX, overlapY } from '../layout/boxes.ts';
import type { LaidPage } from '../layout/furniture.ts';
import type { TextLine } from '../layout/lines.ts';
import type { PlacedPicture } from './stitch.ts';

/** Something that may be a figure or a part of one: a picture, or an area of drawings. */
export interface Piece {
  readonly kind: 'picture' | 'drawn';
  readonly page: number;
  /** A picture's own box, or the area that is drawn. */
  readonly box: Box;
  readonly picture: PlacedPicture | undefined;
}

/** What a reader meets, in the order of reading: pieces, captions, and running text between them. */
export type FlowItem =
  | { readonly kind: 'piece'; readonly page: number; readonly box: Box; readonly piece: Piece }
  | { readonly kind: 'caption'; readonly page: number; readonly box: Box; readonly caption: FoundCaption }
  | { readonly kind: 'text'; readonly page: number; readonly box: Box };

/** A line of running text fills at least this share of its column. */
const fullLine = 0.7;

/** Whether lines and pieces lie left of the gutter, right of it, or across. */
function columnOf(box: Box, gutter: number | undefined): 'left' | 'right' | 'across' {
  if (gutter === undefined) return 'across';
  if (box.x + box.width <= gutter + 6) return 'left';
  return box.x >= gutter - 6 ? 'right' : 'across';
}

/** The width of the column in which a line stands: half of the text's width where the page has a gutter. */
function columnWidth(page: LaidPage): number {
  const left = Math.min(...page.lines.map(({ box }) => box.x));
  const right = Math.max(...page.lines.map(({ box }) => box.x + box.width));
  const whole = Math.max(0, right - left);
  return page.gutter === undefined ? whole : Math.min(whole, Math.max(page.gutter - left, right - page.gutter));
}

/** The lines that are running text: full lines outside of captions and pieces. */
function runningText(page: LaidPage, captions: readonly FoundCaption[], pieces: readonly Piece[], bodySize: number): TextLine[] {
  const width = columnWidth(page);
  const inCaption = new Set(captions.flatMap(({ lines }) => lines));
  return page.lines.filter(
    (line) =>
      !inCaption.has(line) &&
      line.text.length >= 20 &&
      line.size > 0.75 * bodySize &&
      line.box.width >= fullLine * width &&
      !pieces.some(({ box }) => isWithin(line.box, box, 4)),
  );
}

/** A page in the order of reading: across the page, then down the left column, then down the right one. */
export function flowOf(page: LaidPage, captions: readonly FoundCaption[], pieces: readonly Piece[], bodySize: number): FlowItem[] {
  const text = runningText(page, captions, pieces, bodySize);
  // One line alone may be a long label; running text has at least two below each other.
  const isRunning = (line: TextLine): boolean => text.some((other) => other !== line && Math.abs(other.baseline - line.baseline) < 2.6 * line.size && overlapX(other.box, line.box) > 0.5 * line.box.width);
  const items: FlowItem[] = [
    ...pieces.map((piece): FlowItem => ({ kind: 'piece', page: page.number, box: piece.box, piece })),
    ...captions.map((caption): FlowItem => ({ kind: 'caption', page: page.number, box: caption.box, caption })),
    ...text.filter(isRunning).map(({ box }): FlowItem => ({ kind: 'text', page: page.number, box })),
  ];
  const column = (item: FlowItem): 'left' | 'right' | 'across' => columnOf(item.box, page.gutter);
  const middle = ({ box }: FlowItem): number => box.y + box.height / 2;
  const byPlace = (a: FlowItem, b: FlowItem): number => (overlapY(a.box, b.box) > 0.5 * Math.min(a.box.height, b.box.height) ? a.box.x - b.box.x : a.box.y - b.box.y);
  const across = items.filter((item) => column(item) === 'across').toSorted((a, b) => a.box.y - b.box.y);
  const flow: FlowItem[] = [];
  let rest = items.filter((item) => column(item) !== 'across').toSorted(byPlace);
  for (const wide of [...across, undefined]) {
    const before = wide === undefined ? rest : rest.filter((item) => middle(item) < middle(wide));
    rest = rest.filter((item) => !before.includes(item));
    flow.push(...before.filter((item) => column(item) === 'left'), ...before.filter((item) => column(item) === 'right'));
    if (wide !== undefined) flow.push(wide);
  }
  return flow;
}
