import { findCaptions, styleOf, type DocumentStyle, type FoundCaption } from '../captions/find.ts';
import { isWithin, overlapX, sharedArea, union } from '../layout/boxes.ts';
import { repeatedObjects, withoutFurniture, type LaidPage } from '../layout/furniture.ts';
import { bodySizeOf, gutterOf, linesOf, sharedGutters } from '../layout/lines.ts';
import type { Box, PdfPage } from '../pdf/index.ts';
import { drawnAreas } from './drawn.ts';
import { flowOf, type FlowItem, type Piece } from './flow.ts';
import { matchCaptions, type CaptionSide } from './match.ts';
import { placePictures } from './place.ts';
import type { PlacedPicture } from './stitch.ts';

/** A part of a figure: what stands together on one page. */
export interface FigurePart {
  readonly page: number;
  /** Pictures, drawings, and the lettering within and at them. */
  readonly box: Box;
}

/** A figure of a paper. */
export interface Figure {
  /** As the caption has it; `undefined` for a picture without a caption. */
  readonly number: string | undefined;
  readonly caption: FoundCaption | undefined;
  readonly parts: readonly FigurePart[];
  /** Its embedded pictures, in the order of reading; none where it is drawn. */
  readonly pictures: readonly PlacedPicture[];
  /** `drawn`: lines and areas without a picture; `scan`: a page that is one picture, without text. */
  readonly kind: 'pictures' | 'drawn' | 'scan' | 'missing';
}

/** What a paper's pages hold. */
export interface FoundFigures {
  readonly figures: readonly Figure[];
  readonly captions: readonly FoundCaption[];
  readonly side: CaptionSide;
  readonly style: DocumentStyle;
  readonly pages: readonly LaidPage[];
}

/** Finds a paper's figures and gives them their captions. @param pages all pages of the paper */
export function findFigures(pages: readonly PdfPage[]): FoundFigures {
  const gutters = sharedGutters(pages.map(({ text, width }) => gutterOf(text, width)));
  const laid = withoutFurniture(pages.map((page, i) => ({ number: page.number, width: page.width, height: page.height, gutter: gutters[i], lines: linesOf(page.text, gutters[i]), drawings: page.drawings })));
  const style = styleOf(laid, bodySizeOf(laid.map(({ lines }) => lines)));
  const captions = findCaptions(laid, style);
  const repeated = repeatedObjects(pages);
  const flow: FlowItem[] = [];
  const scans: Figure[] = [];
  for (const [i, page] of laid.entries()) {
    const source = pages[i];
    if (source === undefined) continue;
    const own = captions.filter((caption) => caption.page === page.number);
    const placed = placePictures(source, repeated);
    flow.push(...flowOf(page, own, piecesOf(page, placed.pictures, own), style.bodySize));
    if (placed.scan !== undefined && placed.pictures.length === 0 && page.lines.length === 0) {
      scans.push({ number: undefined, caption: undefined, parts: [{ page: page.number, box: placed.scan.box }], pictures: [placed.scan], kind: 'scan' });
    }
  }
  const { side, figures } = matchCaptions(flow);
  const found = figures.map(({ caption, pieces }): Figure => {
    const pictures = pieces.flatMap(({ picture }) => (picture === undefined ? [] : [picture]));
    const parts = partsOf(pieces, laid, captions);
    return { number: caption?.number, caption, parts, pictures, kind: pictures.length > 0 ? 'pictures' : parts.length > 0 ? 'drawn' : 'missing' };
  });
  return { figures: [...found, ...scans], captions, side, style, pages: laid };
}

/** The pieces of a page: its pictures, and what is drawn apart from them. Frames around pictures widen the pictures' pieces. */
function piecesOf(page: LaidPage, pictures: readonly PlacedPicture[], captions: readonly FoundCaption[]): Piece[] {
  const areas = drawnAreas(page.drawings, page).filter((area) => !captions.some(({ box }) => sharedArea(area, box) > 0.5 * box.width * box.height));
  const pieces: Piece[] = pictures.map((picture) => ({ kind: 'picture', page: page.number, box: picture.box, picture }));
  for (const area of areas) {
    const framed = pieces.filter(({ picture, box }) => picture !== undefined && sharedArea(area, box) > 0.3 * Math.min(area.width * area.height, box.width * box.height));
    if (framed.length === 0) pieces.push({ kind: 'drawn', page: page.number, box: area, picture: undefined });
    for (const [i, piece] of pieces.entries()) if (framed.includes(piece)) pieces[i] = { ...piece, box: union([piece.box, area]) };
  }
  return pieces;
}

/** Points around a piece within which short lines are its lettering. */
const letteringReach = 14;

/** Where the pieces stand, page by page and column by column, with their lettering. */
function partsOf(pieces: readonly Piece[], pages: readonly LaidPage[], captions: readonly FoundCaption[]): FigurePart[] {
  const parts: FigurePart[] = [];
  for (const page of pages) {
    const own = pieces.filter((piece) => piece.page === page.number);
    const sideOf = ({ box }: Piece): string => (page.gutter === undefined ? '' : box.x + box.width <= page.gutter + 6 ? 'left' : box.x >= page.gutter - 6 ? 'right' : '');
    const sides = new Set(own.map(sideOf));
    // Pieces in both columns are one part where they stand beside each other, two where the figure goes on in the next column.
    const groups = sides.has('') || sides.size < 2 || besideEachOther(own, sideOf) ? [own] : [...sides].map((side) => own.filter((piece) => sideOf(piece) === side));
    for (const group of groups) if (group.length > 0) parts.push({ page: page.number, box: withLettering(union(group.map(({ box }) => box)), page, captions) });
  }
  return parts;
}

function besideEachOther(pieces: readonly Piece[], sideOf: (piece: Piece) => string): boolean {
  const [left, right] = ['left', 'right'].map((side) => union(pieces.filter((piece) => sideOf(piece) === side).map(({ box }) => box)));
  return left !== undefined && right !== undefined && Math.min(left.y + left.height, right.y + right.height) - Math.max(left.y, right.y) > 0.5 * Math.min(left.height, right.height);
}

/** A box widened by short lines that stand at it: axis labels, names of tiles. */
function withLettering(box: Box, page: LaidPage, captions: readonly FoundCaption[]): Box {
  const inCaption = new Set(captions.flatMap(({ lines }) => lines));
  let wide = box;
  const short = page.lines.filter((line) => !inCaption.has(line) && line.box.width < 0.7 * box.width && line.box.height < 30 && line.text.length < 60);
  for (let again = true; again; ) {
    again = false;
    for (const line of short) {
      if (isWithin(line.box, wide)) continue;
      const around: Box = { x: wide.x - letteringReach, y: wide.y - letteringReach, width: wide.width + 2 * letteringReach, height: wide.height + 2 * letteringReach };
      if (!isWithin(line.box, around, 2) || overlapX(line.box, wide) < -letteringReach) continue;
      wide = union([wide, line.box]);
      again = true;
    }
  }
  return wide;
}
