import type { FoundCaption } from '../captions/find.ts';
import { readLabel } from '../captions/label.ts';
import { overlapX, overlapY } from '../layout/boxes.ts';
import type { FlowItem, Piece } from './flow.ts';

/** A caption with the pieces that it describes; a figure without a caption has none. */
export interface Matched {
  readonly caption: FoundCaption | undefined;
  readonly pieces: readonly Piece[];
}

/** Where a document's captions stand. */
export type CaptionSide = 'below' | 'above';

/**
 * Gives pieces to captions over a whole document at once. In the order of reading, pieces wait for the caption that follows
 * them (or, where captions stand above, take the one that went before); running text between parts them. Pieces may wait
 * over the end of a column or a page. Whether captions stand below or above is settled by which leaves less over.
 * @param flow the document in the order of reading
 */
export function matchCaptions(flow: readonly FlowItem[]): { readonly side: CaptionSide; readonly figures: readonly Matched[] } {
  const below = walk(flow, 'below');
  const above = walk(flow.toReversed(), 'above');
  const left = (matched: Walked): number => matched.left.filter(({ kind }) => kind === 'picture').length + [...matched.given.values()].filter((pieces) => pieces.length === 0).length;
  const side = left(above) < left(below) ? 'above' : 'below';
  const { given, left: over } = side === 'below' ? below : above;
  const near = matchNearest(given, over);
  joinLegends(given);
  const rest = matchLegends(given, near);
  const captions = flow.flatMap((item) => (item.kind === 'caption' && given.has(item.caption) ? [item.caption] : []));
  return {
    side,
    figures: [...captions.map((caption) => ({ caption, pieces: inOrder(given.get(caption) ?? [], flow) })), ...rest.filter(({ kind }) => kind === 'picture').map((piece) => ({ caption: undefined, pieces: [piece] }))],
  };
}

interface Walked {
  readonly given: Map<FoundCaption, Piece[]>;
  readonly left: Piece[];
}

function walk(flow: readonly FlowItem[], side: CaptionSide): Walked {
  const given = new Map<FoundCaption, Piece[]>();
  const left: Piece[] = [];
  let waiting: Piece[] = [];
  for (let i = 0; i < flow.length; i++) {
    const item = flow[i];
    if (item === undefined) break;
    // A figure may begin on the page before its caption, but hardly ends on the page after it.
    const lost = waiting.filter(({ page }) => (side === 'below' ? page < item.page - 1 : page !== item.page));
    left.push(...lost);
    waiting = waiting.filter((piece) => !lost.includes(piece));
    if (item.kind === 'piece') {
      waiting.push(item.piece);
    } else if (item.kind === 'text') {
      left.push(...waiting);
      waiting = [];
    } else if (item.caption.kind === 'table') {
      // A table's caption stands above it: what is drawn next to it is its frame, whichever way the walk goes.
      if (side === 'below') {
        left.push(...waiting);
        waiting = [];
        while (nextIsFrame(flow, i)) i++;
      } else {
        left.push(...waiting.filter(({ kind }) => kind === 'picture'));
        waiting = [];
      }
    } else {
      // Captions side by side share what waits.
      const row = [item.caption];
      for (let next = flow[i + 1]; next?.kind === 'caption' && next.caption.kind === 'figure' && beside(next.caption, item.caption); next = flow[i + 1]) {
        row.push(next.caption);
        i++;
      }
      for (const caption of row) given.set(caption, []);
      for (const piece of waiting) given.get(closest(row, piece))?.push(piece);
      waiting = [];
    }
  }
  left.push(...waiting);
  return { given, left };
}

function nextIsFrame(flow: readonly FlowItem[], i: number): boolean {
  const next = flow[i + 1];
  return next?.kind === 'piece' && next.piece.kind === 'drawn' && next.page === flow[i]?.page;
}

const beside = (a: FoundCaption, b: FoundCaption): boolean => a.page === b.page && overlapY(a.box, b.box) > 0.5 * Math.min(a.box.height, b.box.height);

function closest(captions: readonly FoundCaption[], piece: Piece): FoundCaption {
  const [first, ...others] = captions;
  if (first === undefined) throw new RangeError('there is no caption to choose');
  return others.reduce((best, each) => (overlapX(each.box, piece.box) > overlapX(best.box, piece.box) ? each : best), first);
}

/** Points within which a caption beside or on the other side of a figure is still its own. */
const reach = 60;

/** Gives pieces that were left over to captions without any that stand next to them on any side. @returns what is still left */
function matchNearest(given: Map<FoundCaption, Piece[]>, over: readonly Piece[]): Piece[] {
  const rest = [...over];
  const free = new Set([...given].filter(([, pieces]) => pieces.length === 0).map(([caption]) => caption));
  for (;;) {
    let best: { readonly caption: FoundCaption; readonly piece: Piece; readonly gap: number } | undefined;
    for (const caption of free) {
      const taken = given.get(caption) ?? [];
      for (const piece of rest) {
        // A caption that got one piece draws in those beside it.
        const gap = Math.min(gapBetween(caption, piece), ...taken.map((other) => gapBetween(other, piece)));
        if (gap <= reach && (best === undefined || gap < best.gap)) best = { caption, piece, gap };
      }
    }
    if (best === undefined) return rest;
    given.get(best.caption)?.push(best.piece);
    rest.splice(rest.indexOf(best.piece), 1);
  }
}

/** Whether a caption is a label alone, as pages of figures at a manuscript's end carry them. */
const isBare = (caption: FoundCaption): boolean => readLabel(caption.text)?.rest === '';

/** A label at a picture and a legend elsewhere with the same number are one: the legend takes the pieces. */
function joinLegends(given: Map<FoundCaption, Piece[]>): void {
  for (const [label, pieces] of given) {
    if (!isBare(label) || pieces.length === 0) continue;
    const legend = [...given.keys()].find((other) => other.number === label.number && !isBare(other) && given.get(other)?.length === 0);
    if (legend === undefined) continue;
    given.set(legend, pieces);
    given.delete(label);
  }
}

/**
 * Legends that stand together, with no picture near, belong to pictures that stand by themselves: in their order, and only
 * where there is one picture, or one page of pictures, for each. @returns the pieces that are left
 */
function matchLegends(given: Map<FoundCaption, Piece[]>, over: readonly Piece[]): readonly Piece[] {
  const legends = [...given].filter(([caption, pieces]) => pieces.length === 0 && !isBare(caption)).map(([caption]) => caption);
  const pictures = over.filter(({ kind }) => kind === 'picture');
  if (legends.length === 0 || pictures.length === 0) return over;
  const pages = [...new Set(pictures.map(({ page }) => page))].map((page) => pictures.filter((piece) => piece.page === page));
  const groups = pages.length === legends.length ? pages : pictures.length === legends.length ? pictures.map((piece) => [piece]) : undefined;
  if (groups === undefined) return over;
  const byNumber = legends.toSorted((a, b) => a.number.localeCompare(b.number, 'en', { numeric: true }));
  for (const [i, legend] of byNumber.entries()) given.set(legend, groups[i] ?? []);
  return over.filter((piece) => !pictures.includes(piece));
}

function gapBetween(a: Pick<Piece, 'page' | 'box'>, b: Pick<Piece, 'page' | 'box'>): number {
  if (a.page !== b.page) return Number.POSITIVE_INFINITY;
  const [across, down] = [-overlapX(a.box, b.box), -overlapY(a.box, b.box)];
  if (across <= 0) return Math.max(0, down);
  return down <= 0 ? across : Number.POSITIVE_INFINITY;
}

/** Pieces in the order of reading. */
function inOrder(pieces: readonly Piece[], flow: readonly FlowItem[]): Piece[] {
  const wanted = new Set(pieces);
  return flow.flatMap((item) => (item.kind === 'piece' && wanted.has(item.piece) ? [item.piece] : []));
}
