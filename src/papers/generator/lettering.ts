import type { Picture, Point } from '../../imaging/index.ts';
import { renderBox } from '../pdf/index.ts';
import { PdfWriter, writeLine } from './pdf-writer.ts';

/** Typefaces that every PDF reader has, so that no font of the machine is needed. */
export const letterFonts = ['Helvetica', 'Helvetica-Bold', 'Courier-Bold', 'Times-Roman'] as const;
export type LetterFont = (typeof letterFonts)[number];

const characters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
/** Points of a glyph's cell, of its size, and pixels a point. */
const cell = { width: 80, height: 90 };
const size = 64;
const columns = 10;

/** Coverage of each pixel by ink, 0…1. */
export interface InkMask {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A picture of every glyph of a font: rows from the highest to the lowest ink of capitals, digits and descenders. */
type Glyphs = ReadonlyMap<string, InkMask>;

/** Draws text as pixels. */
export interface Lettering {
  /** @param height of capitals, in pixels; letters that go below the line add a third of it */
  draw(text: string, height: number, font?: LetterFont): InkMask;
}

async function renderFont(font: LetterFont): Promise<Glyphs> {
  const rows = Math.ceil(characters.length / columns);
  const page = { width: columns * cell.width, height: rows * cell.height };
  const file = new PdfWriter();
  const content = characters.map((character, i) => writeLine('F', size, (i % columns) * cell.width + 8, page.height - Math.floor(i / columns) * cell.height - 62, character)).join('');
  file.page({ content, ...page, fonts: { F: font } });
  const rendered = await renderBox(file.bytes(), 1, { x: 0, y: 0, ...page }, 1);
  if (rendered === undefined) throw new Error('PDFium does not render its own fonts');
  return new Map(characters.map((character, i) => [character, glyphAt(rendered, (i % columns) * cell.width, Math.floor(i / columns) * cell.height)]));
}

/** Capitals reach 46 points above the baseline at this size; 15 below it for descenders. */
const above = 46;
const below = 15;

function glyphAt(page: Picture, left: number, top: number): InkMask {
  const ink = (x: number, y: number): number => 1 - (page.data[(y * page.width + x) * page.channels] as number) / 255;
  let [first, last] = [cell.width, -1];
  for (let x = 0; x < cell.width; x++) {
    for (let y = 0; y < cell.height; y++) {
      if (ink(left + x, top + y) < 0.05) continue;
      first = Math.min(first, x);
      last = Math.max(last, x);
    }
  }
  const width = Math.max(1, last - first + 1);
  const height = above + below;
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = ink(left + Math.min(first, cell.width - 1) + x, top + 62 - above + y);
  return { width, height, data };
}

/** Scales coverage down by averaging areas. */
function scaled({ width, height, data }: InkMask, scale: number): InkMask {
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const result = new Float32Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const [x0, x1] = [Math.floor((x * width) / size.width), Math.max(Math.floor((x * width) / size.width) + 1, Math.ceil(((x + 1) * width) / size.width))];
      const [y0, y1] = [Math.floor((y * height) / size.height), Math.max(Math.floor((y * height) / size.height) + 1, Math.ceil(((y + 1) * height) / size.height))];
      let sum = 0;
      for (let v = y0; v < y1; v++) for (let u = x0; u < x1; u++) sum += data[v * width + u] as number;
      result[y * size.width + x] = sum / ((x1 - x0) * (y1 - y0));
    }
  }
  return { ...size, data: result };
}

/** Renders the fonts once. */
export async function loadLettering(): Promise<Lettering> {
  const fonts = new Map<LetterFont, Glyphs>();
  for (const font of letterFonts) fonts.set(font, await renderFont(font));
  return {
    draw(text, height, font = 'Helvetica-Bold') {
      const scale = height / above;
      const gap = Math.max(1, Math.round(height * 0.16));
      const glyphs = [...text].map((character) => {
        const glyph = fonts.get(font)?.get(character);
        return glyph === undefined ? { width: Math.round(height * 0.35), height: 1, data: new Float32Array(Math.round(height * 0.35)) } : scaled(glyph, scale);
      });
      const width = glyphs.reduce((sum, glyph) => sum + glyph.width + gap, -gap);
      const high = Math.max(1, ...glyphs.map((glyph) => glyph.height));
      const data = new Float32Array(width * high);
      let left = 0;
      for (const glyph of glyphs) {
        for (let y = 0; y < glyph.height; y++) data.set(glyph.data.subarray(y * glyph.width, (y + 1) * glyph.width), y * width + left);
        left += glyph.width + gap;
      }
      return { width, height: high, data };
    },
  };
}

/** A copy with ink laid on; what lies outside the picture is cut off. @param colour one sample a channel */
export function layInk(picture: Picture, mask: InkMask, [left, top]: Point, colour: readonly number[]): Picture {
  const { width, height, channels } = picture;
  const data = picture.data.slice();
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      const [px, py] = [left + x, top + y];
      const ink = mask.data[y * mask.width + x] as number;
      if (ink === 0 || px < 0 || py < 0 || px >= width || py >= height) continue;
      const at = (py * width + px) * channels;
      for (let c = 0; c < channels; c++) data[at + c] = Math.round((data[at + c] as number) * (1 - ink) + (colour[c] ?? 0) * ink);
    }
  }
  return { ...picture, data };
}

/** How letters are burned in: of one colour, or on a plate. */
export type Ink = 'white' | 'black' | 'black on white' | 'white on black';

/** A copy with text burned in, its capitals `height` pixels high. */
export function burnIn(picture: Picture, lettering: Lettering, text: string, [left, top]: Point, height: number, ink: Ink, font?: LetterFont): Picture {
  const mask = lettering.draw(text, height, font);
  const colour = (level: number): number[] => Array.from({ length: picture.channels }, () => level);
  const pad = Math.max(2, Math.round(height / 5));
  const high = height + 2 * pad;
  const plate: InkMask = { width: mask.width + 2 * pad, height: high, data: new Float32Array((mask.width + 2 * pad) * high).fill(1) };
  const hasPlate = ink === 'black on white' || ink === 'white on black';
  const ground = hasPlate ? layInk(picture, plate, [left, top], colour(ink === 'black on white' ? 255 : 0)) : picture;
  return layInk(ground, mask, hasPlate ? [left + pad, top + pad] : [left, top], colour(ink === 'white' || ink === 'white on black' ? 255 : 0));
}
