import type { Random } from '../../base/index.ts';
import { toGray, type Picture, type Rectangle } from '../../imaging/index.ts';
import { layInk, letterFonts, type InkMask, type Lettering } from './lettering.ts';

/** A CT with a made-up name burned in. */
export interface NamedPicture {
  readonly picture: Picture;
  readonly text: string;
  /** Of the ink. */
  readonly box: Rectangle;
  /** Height of capitals, in pixels. */
  readonly height: number;
}

const consonants = 'BCDFGHJKLMNPRSTVWZ';
const vowels = 'AEIOU';

/** Syllables that make no one's name, dates and numbers as scanners burn them in. */
function drawText(random: Random): string {
  const part = (): string => Array.from({ length: random.integer(2, 3) }, () => `${random.pick([...consonants])}${random.pick([...vowels])}`).join('');
  const proper = (): string => {
    const one = part();
    return random.uniform() < 0.6 ? one : one.slice(0, 1) + one.slice(1).toLowerCase();
  };
  const date = `${random.integer(1930, 2020)}-${String(random.integer(1, 12)).padStart(2, '0')}-${String(random.integer(1, 28)).padStart(2, '0')}`;
  return random.pick([`${proper()}^${proper()}`, `${proper()} ${proper()}`, `${proper()}, ${proper()}`, proper(), `${proper()} ${date}`, `ID ${random.integer(10_000, 9_999_999)}`, date]);
}

/** A gray or coloured ink that can be read on a ground; `plate` where no ink can, since the ground is both dark and bright. */
function inkFor(low: number, high: number, random: Random): { readonly level: number; readonly plate: number | undefined } {
  if (high <= 150) return { level: random.pick([255, 255, 240]), plate: undefined };
  if (low >= 105) return { level: random.pick([0, 10]), plate: undefined };
  return random.uniform() < 0.5 ? { level: 255, plate: 0 } : { level: 0, plate: 255 };
}

/** Ink and what surrounds it by a pixel: an outline, so that letters can be read on anything. */
function outlined(mask: InkMask): InkMask {
  const data = new Float32Array(mask.data.length);
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      let most = 0;
      for (let v = Math.max(0, y - 1); v <= Math.min(mask.height - 1, y + 1); v++) for (let u = Math.max(0, x - 1); u <= Math.min(mask.width - 1, x + 1); u++) most = Math.max(most, mask.data[v * mask.width + u] as number);
      data[y * mask.width + x] = most;
    }
  }
  return { ...mask, data };
}

/** The rows that ink reaches; its width is that of the mask. */
function inkBox(mask: InkMask, x: number, y: number): Rectangle {
  const rows = Array.from({ length: mask.height }, (_, row) => row).filter((row) => mask.data.subarray(row * mask.width, (row + 1) * mask.width).some((ink) => ink > 0.3));
  const [first, last] = [rows[0] ?? 0, rows.at(-1) ?? mask.height - 1];
  return { x, y: y + first, width: mask.width, height: last - first + 1 };
}

/**
 * Burns a made-up name into a picture, where a person can read it: in an ink that stands out from the ground, with an
 * outline or on a plate where none would.
 * @param height of capitals, in pixels
 * @returns `undefined` where the picture is too small for the text
 */
export function burnName(picture: Picture, height: number, lettering: Lettering, random: Random): NamedPicture | undefined {
  const text = drawText(random);
  const mask = lettering.draw(text, height, random.pick(letterFonts));
  const pad = Math.max(2, Math.round(height / 4));
  if (mask.width + 2 * pad >= picture.width || mask.height + 2 * pad >= picture.height) return undefined;
  const edge = random.uniform() < 0.7;
  const [freeX, freeY] = [picture.width - mask.width - 2 * pad, picture.height - mask.height - 2 * pad];
  const x = pad + (edge ? random.pick([0, freeX]) : random.integer(0, freeX));
  const y = pad + (edge ? random.pick([0, freeY]) : random.integer(0, freeY));
  const gray = toGray(picture);
  const levels: number[] = [];
  for (let v = y; v < y + mask.height; v++) for (let u = x; u < x + mask.width; u++) levels.push(gray.data[v * gray.width + u] as number);
  levels.sort((a, b) => a - b);
  const { level, plate } = inkFor(levels[Math.floor(0.02 * levels.length)] ?? 0, levels[Math.floor(0.98 * levels.length)] ?? 255, random);
  const colour = (value: number): number[] => Array.from({ length: picture.channels }, () => value);
  let ground = picture;
  if (plate !== undefined) {
    const isOutline = random.uniform() < 0.4;
    const [wide, high] = [mask.width + 2 * pad, mask.height + 2 * pad];
    ground = isOutline ? layInk(picture, outlined(outlined(mask)), [x, y], colour(plate)) : layInk(picture, { width: wide, height: high, data: new Float32Array(wide * high).fill(1) }, [x - pad, y - pad], colour(plate));
  }
  const ink = picture.channels === 3 && level === 255 && random.uniform() < 0.3 ? random.pick([[255, 255, 0], [0, 255, 0], [255, 180, 0]]) : colour(level);
  return { picture: layInk(ground, mask, [x, y], ink), text, box: inkBox(mask, x, y), height };
}
