import type { Random } from '../../base/index.ts';
import { crop, toRgb, type Picture } from '../../imaging/index.ts';
import { encodeJpeg } from '../../imaging/node.ts';
import { imageStream, jpegStream, paintPicture, PdfWriter, writeLine, type PdfStream } from './pdf-writer.ts';

/** A figure to be set into a paper. */
export interface PaperFigure {
  /** Its pixels; alpha becomes a soft mask. */
  readonly picture: Picture;
  /** Without the label, which the paper puts before it. */
  readonly caption: string;
  /** Quality of the JPEG that keeps it; lossless (Flate) where absent. */
  readonly jpeg?: number;
  /** In how many strips it is cut; 1 where absent. */
  readonly strips?: number;
  /** Adds a soft mask that leaves all of it visible, as some writers do. */
  readonly mask?: boolean;
  /** The page, from 1, and the number of the PDF object that it must have; the first one of its strips. */
  readonly page?: number;
  readonly object?: number;
}

export interface PaperStyle {
  readonly columns: 1 | 2;
  readonly captions: 'above' | 'below';
  readonly title: string;
}

/** Where a figure went. */
export interface SetFigure {
  readonly number: number;
  /** From 1. */
  readonly page: number;
  /** Of its strips from top to bottom. */
  readonly objects: readonly number[];
  /** With its label, as it stands in the paper. */
  readonly caption: string;
}

export interface DrawnPaper {
  readonly bytes: Uint8Array;
  /** In the order of the figures that were given. */
  readonly figures: readonly SetFigure[];
}

/** A4, in points. */
const sheet = { width: 595, height: 842, margin: 56, gutter: 20 };
const bodySize = 10;
const captionSize = 8.5;
/** Of Times at a size of 1: a little more than the mean, so that no line runs over. */
const characterWidth = 0.47;

const words = 'patients were examined after admission and the images were read by two readers who did not know the results of the tests in this study lesions were described by their place shape and density as in earlier reports which used the same terms the time between the first symptoms and the scan was noted'.split(' ');

function sentence(random: Random, characters: number): string {
  let text = '';
  while (text.length < characters) text += `${random.pick(words)} `;
  return text.slice(0, characters).trim();
}

function wrap(text: string, width: number, size: number): string[] {
  const most = Math.floor(width / (size * characterWidth));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > most) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** Streams of a picture's strips. */
async function streamsOf({ picture, jpeg, strips = 1 }: PaperFigure, mask: number | undefined): Promise<PdfStream[]> {
  const opaque = picture.channels === 4 ? toRgb(picture) : picture;
  const space = opaque.channels === 1 ? '/DeviceGray' : '/DeviceRGB';
  const streams: PdfStream[] = [];
  for (let i = 0; i < strips; i++) {
    const [top, bottom] = [Math.round((i * picture.height) / strips), Math.round(((i + 1) * picture.height) / strips)];
    const strip = strips === 1 ? opaque : crop(opaque, { x: 0, y: top, width: picture.width, height: bottom - top });
    const more = mask === undefined ? '' : ` /SMask ${mask} 0 R`;
    if (jpeg === undefined) streams.push(imageStream(strip.width, strip.height, space, strip.data, more));
    else {
      const stream = jpegStream(strip.width, strip.height, space, await encodeJpeg(strip, jpeg));
      streams.push({ ...stream, entries: `${stream.entries}${more}` });
    }
  }
  return streams;
}

function maskOf({ picture, mask, strips = 1 }: PaperFigure): PdfStream | undefined {
  if (strips > 1 || (picture.channels !== 4 && mask !== true)) return undefined;
  const pixels = picture.width * picture.height;
  const alpha = Uint8Array.from({ length: pixels }, (_, i) => (picture.channels === 4 ? (picture.data[4 * i + 3] as number) : 255));
  return imageStream(picture.width, picture.height, '/DeviceGray', alpha);
}

interface Numbered {
  readonly figure: PaperFigure;
  readonly index: number;
  objects: readonly number[];
}

/** Adds pictures so that those that must have a number have it; the others and the masks come after. */
async function addPictures(file: PdfWriter, figures: readonly PaperFigure[]): Promise<readonly Numbered[]> {
  const numbered: Numbered[] = figures.map((figure, index) => ({ figure, index, objects: [] }));
  const order = numbered.toSorted((a, b) => (a.figure.object ?? Number.MAX_SAFE_INTEGER) - (b.figure.object ?? Number.MAX_SAFE_INTEGER));
  const last = order.reduce((most, { figure }) => (figure.object === undefined ? most : Math.max(most, figure.object + (figure.strips ?? 1) - 1)), 0);
  const free = order.filter(({ figure }) => figure.object === undefined).reduce((sum, { figure }) => sum + (figure.strips ?? 1), 0);
  const masks: PdfStream[] = [];
  let next = 1;
  for (const one of order) {
    const { figure } = one;
    if (figure.object !== undefined) {
      if (figure.object < next) throw new RangeError(`two figures want the object ${figure.object}`);
      file.skip(figure.object - next);
      next = figure.object;
    }
    const mask = maskOf(figure);
    if (mask !== undefined) masks.push(mask);
    const streams = await streamsOf(figure, mask === undefined ? undefined : last + free + masks.length);
    one.objects = streams.map((stream) => file.add(stream));
    next += streams.length;
  }
  for (const mask of masks) file.add(mask);
  return numbered;
}

/** A rectangle of a page to be filled, in points from the lower left corner. */
interface Area {
  readonly x: number;
  readonly width: number;
  top: number;
  readonly bottom: number;
}

class Sheet {
  readonly content: string[] = [];
  readonly pictures: Record<string, number> = {};

  text(area: Area, random: Random): void {
    area.top -= bodySize;
    for (; area.top - bodySize > area.bottom; area.top -= 1.2 * bodySize) {
      const [line = ''] = wrap(sentence(random, 200), area.width, bodySize);
      this.content.push(writeLine('R', bodySize, area.x, area.top, line));
    }
  }

  /** Sets a figure with its caption at the top of an area. @param room points that both may take */
  figure({ figure, objects }: Numbered, caption: string, area: Area, captions: PaperStyle['captions'], room: number): void {
    const lines = wrap(caption, area.width, captionSize);
    const captionHeight = lines.length * 1.2 * captionSize;
    const { width, height } = figure.picture;
    const scale = Math.min(area.width / width, (room - captionHeight - 30) / height, 0.9);
    const writeCaption = (): void => {
      for (const line of lines) {
        area.top -= 1.2 * captionSize;
        this.content.push(writeLine('C', captionSize, area.x, area.top, line));
      }
    };
    area.top -= 8;
    if (captions === 'above') {
      writeCaption();
      area.top -= 6;
    }
    const x = area.x + (area.width - width * scale) / 2;
    const strips = objects.length;
    for (const [i, object] of objects.entries()) {
      const [from, to] = [Math.round((i * height) / strips), Math.round(((i + 1) * height) / strips)];
      this.pictures[`P${object}`] = object;
      this.content.push(paintPicture(`P${object}`, x, area.top - to * scale, width * scale, (to - from) * scale));
    }
    area.top -= height * scale;
    if (captions === 'below') {
      area.top -= 3;
      writeCaption();
    }
    area.top -= 14;
  }
}

/** The pages of the figures: as they ask, else one or two on a page in the order given. */
function pagesOf(figures: readonly PaperFigure[], random: Random): number[] {
  let page = 2;
  return figures.map((figure) => {
    if (figure.page !== undefined) return figure.page;
    if (random.uniform() < 0.6) page += 1;
    return page;
  });
}

/**
 * Sets figures into a paper of running text. Its words are made up and mean nothing.
 * @throws RangeError where two figures must have the same object number
 */
export async function drawPaper(figures: readonly PaperFigure[], style: PaperStyle, random: Random): Promise<DrawnPaper> {
  const file = new PdfWriter();
  const numbered = await addPictures(file, figures);
  const pages = pagesOf(figures, random);
  const count = Math.max(...pages, 1) + 1;
  const set: SetFigure[] = [];
  const order = numbered.toSorted((a, b) => (pages[a.index] ?? 0) - (pages[b.index] ?? 0) || a.index - b.index);
  for (let page = 1; page <= count; page++) {
    const sheetOf = new Sheet();
    const own = order.filter(({ index }) => pages[index] === page);
    const { width, height, margin, gutter } = sheet;
    const full: Area = { x: margin, width: width - 2 * margin, top: height - margin, bottom: margin };
    if (page === 1) {
      sheetOf.content.push(writeLine('B', 16, margin, full.top - 16, style.title.slice(0, 60)));
      full.top -= 40;
    }
    const place = (one: Numbered, area: Area, room: number): void => {
      const number = set.length + 1;
      const caption = `Figure ${number}. ${one.figure.caption}`;
      sheetOf.figure(one, caption, area, style.captions, room);
      set.push({ number, page, objects: one.objects, caption });
    };
    const isNarrow = ({ figure }: Numbered): boolean => style.columns === 2 && figure.picture.width < 1.5 * figure.picture.height;
    const inColumns = own.length > 2 || (own.length > 0 && own.every(isNarrow));
    const columnsHeight = full.top - full.bottom;
    if (!inColumns) for (const one of own) place(one, full, Math.min(columnsHeight / own.length, 420));
    const columns = style.columns === 1 && !inColumns ? 1 : 2;
    const side = columns === 1 ? full.width : (full.width - gutter) / 2;
    const areas: Area[] = Array.from({ length: columns }, (_, i) => ({ x: full.x + i * (side + gutter), width: side, top: full.top, bottom: full.bottom }));
    if (inColumns) {
      const perColumn = Math.ceil(own.length / columns);
      for (const [i, one] of own.entries()) place(one, areas[Math.floor(i / perColumn)] as Area, Math.min(columnsHeight / perColumn, 340));
    }
    for (const area of areas) sheetOf.text(area, random);
    file.page({ content: sheetOf.content.join(''), width, height, fonts: { R: 'Times-Roman', B: 'Times-Bold', C: 'Times-Roman' }, pictures: sheetOf.pictures });
  }
  const ordered = order.map(({ index }, i) => ({ index, figure: set[i] as SetFigure })).toSorted((a, b) => a.index - b.index);
  return { bytes: file.bytes({ Title: style.title.replaceAll(/[()\\]/g, '') }), figures: ordered.map(({ figure }) => figure) };
}
