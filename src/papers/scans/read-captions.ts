import { placePictures } from '../figures/index.ts';
import { renderBox, type Box, type PdfPage, type TextRun } from '../pdf/index.ts';
import { overlapX } from '../layout/boxes.ts';
import { loadRecognizer, type RecognizedLine } from './recognizer.ts';

/** Pixels an inch at which a caption is rendered to be read: captions of reduced pages have letters of a millimetre. */
const resolution = 600;
/** Points below (or above) a picture in which a caption is looked for, and beside it. */
const reach = { along: 48, beside: 4 };
/** Pictures of one paper under which captions are looked for: each takes a fraction of a second. */
const mostPictures = 60;

/** Pages of a scan with the captions that were read from their pixels. */
export interface ReadScans {
  readonly pages: readonly PdfPage[];
  /** Pages, from 1, that have no text of their own. */
  readonly scanned: readonly number[];
  /** False where there is no recognizer. */
  readonly couldRead: boolean;
}

/**
 * Reads the captions at the pictures of pages that have no text, so that they are found as others are. Only what stands right
 * below or above a picture and begins as a caption does is read: a whole page of small print takes half a minute.
 * @param bytes the whole file
 */
export async function readScannedCaptions(pages: readonly PdfPage[], bytes: Uint8Array): Promise<ReadScans> {
  const scanned = pages.filter(({ text, pictures }) => text.length === 0 && pictures.length > 0);
  const withPictures = scanned.filter((page) => placePictures(page, new Set()).pictures.length > 0);
  if (withPictures.length === 0) return { pages, scanned: scanned.map(({ number }) => number), couldRead: true };
  const recognizer = await loadRecognizer();
  if (recognizer === undefined) return { pages, scanned: scanned.map(({ number }) => number), couldRead: false };
  const read = new Map<PdfPage, TextRun[]>();
  let left = mostPictures;
  for (const page of withPictures) {
    const boxes = placePictures(page, new Set()).pictures.map(({ box }) => box);
    const runs: TextRun[] = [];
    for (const box of boxes.slice(0, left)) {
      for (const region of [below(box, boxes, page), above(box, boxes)]) {
        const pixels = region.height < 6 ? undefined : await renderBox(bytes, page.number, region, resolution / 72);
        if (pixels === undefined) continue;
        const caption = captionIn(recognizer.lines(pixels, resolution));
        if (caption.length === 0) continue;
        runs.push(...caption.map((line) => runOf(line, region)));
        break;
      }
    }
    left -= boxes.length;
    read.set(page, runs);
  }
  return { pages: pages.map((page) => ({ ...page, text: read.get(page) ?? page.text })), scanned: scanned.map(({ number }) => number), couldRead: true };
}

/** The region under a picture, down to the next picture. */
function below(box: Box, all: readonly Box[], page: PdfPage): Box {
  const top = box.y + box.height;
  const next = Math.min(page.height, top + reach.along, ...all.filter((other) => other.y >= top - 1 && overlapX(box, other) > 0).map(({ y }) => y));
  return { x: Math.max(0, box.x - reach.beside), y: top, width: box.width + 2 * reach.beside, height: next - top };
}

function above(box: Box, all: readonly Box[]): Box {
  const top = Math.max(0, box.y - reach.along, ...all.filter((other) => other.y + other.height <= box.y + 1 && overlapX(box, other) > 0).map(({ y, height }) => y + height));
  return { x: Math.max(0, box.x - reach.beside), y: top, width: box.width + 2 * reach.beside, height: box.y - top };
}

/**
 * A caption's label as a scan has it. Small capitals are misread (`FIG` as `HG`, `rin`, `ti`), so that at this place any short
 * word counts before a number and a dash, a point or a colon with words after it.
 */
const label = /^[^\p{L}\p{N}]*(?:fig(?:ure)?|(?!tab)\p{L}{1,4})[\s.,]*(\d{1,2}|[IVX]{1,4})\s*(?:[-—–.:|]\s*)+(?=\p{L})/iu;

/** The lines of the caption within what was read; none where no line begins as one. */
function captionIn(lines: readonly RecognizedLine[]): RecognizedLine[] {
  const start = lines.findIndex(({ text }) => label.test(text));
  const first = lines[start];
  if (first === undefined) return [];
  const caption: RecognizedLine[] = [{ ...first, text: first.text.replace(label, (_, number: string) => `FIG ${number}— `) }];
  let last = first;
  for (const line of lines.slice(start + 1)) {
    const gap = line.box.y - last.box.y - last.box.height;
    if (gap > 0.8 * first.box.height || line.box.height > 2 * first.box.height) break;
    caption.push(line);
    last = line;
  }
  return caption;
}

function runOf({ text, box }: RecognizedLine, region: Box): TextRun {
  const points = 72 / resolution;
  const placed: Box = { x: region.x + box.x * points, y: region.y + box.y * points, width: box.width * points, height: box.height * points };
  return { text, box: placed, baseline: placed.y + 0.8 * placed.height, font: 'scan', size: placed.height, bold: false, italic: false, upright: true };
}
