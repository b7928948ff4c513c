import type { Picture } from './picture.ts';

/** A point in pixels; whole numbers are the left upper corners of pixels. */
export type Point = readonly [x: number, y: number];

/** One sample a channel, 0…255. */
export type Colour = readonly number[];

function checkColour(picture: Picture, colour: Colour): void {
  if (colour.length !== picture.channels) throw new RangeError(`a colour of ${colour.length} samples for ${picture.channels} channels`);
}

/** A copy with a filled polygon (even-odd rule, at pixel centres, no smoothing); what lies outside the picture is cut off. */
export function fillPolygon(picture: Picture, points: readonly Point[], colour: Colour): Picture {
  checkColour(picture, colour);
  const { width, height, channels } = picture;
  const data = picture.data.slice();
  for (let y = 0; y < height; y++) {
    const centre = y + 0.5;
    const crossings: number[] = [];
    points.forEach(([x0, y0], i) => {
      const [x1, y1] = points[(i + 1) % points.length] ?? [x0, y0];
      if (y0 <= centre !== y1 <= centre) crossings.push(x0 + ((centre - y0) / (y1 - y0)) * (x1 - x0));
    });
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.ceil((crossings[i] ?? 0) - 0.5));
      const to = Math.min(width, Math.ceil((crossings[i + 1] ?? 0) - 0.5));
      for (let x = from; x < to; x++) data.set(colour, (y * width + x) * channels);
    }
  }
  return { ...picture, data };
}

/** An arrow of a shaft and a head, as figures of papers carry them: tip, direction in radians, length in pixels. */
export function drawArrow(picture: Picture, tip: Point, direction: number, length: number, colour: Colour): Picture {
  const along = [Math.cos(direction), Math.sin(direction)] as const;
  /** `back` pixels behind the tip, `aside` pixels to its left. */
  const place = (back: number, aside: number): Point => [tip[0] - back * along[0] - aside * along[1], tip[1] - back * along[1] + aside * along[0]];
  const head = length * 0.45;
  const shaft = Math.max(1, length * 0.09);
  const corners = [place(0, 0), place(head, head * 0.6), place(head, shaft), place(length, shaft), place(length, -shaft), place(head, -shaft), place(head, -head * 0.6)];
  return fillPolygon(picture, corners, colour);
}

/** Letters of 5×7 dots, a row a number of five bits; only those that are burned into scans here. */
const letters: Readonly<Record<string, readonly number[]>> = {
  A: [14, 17, 17, 31, 17, 17, 17],
  B: [30, 17, 17, 30, 17, 17, 30],
  C: [14, 17, 16, 16, 16, 17, 14],
  D: [30, 17, 17, 17, 17, 17, 30],
  E: [31, 16, 16, 30, 16, 16, 31],
  F: [31, 16, 16, 30, 16, 16, 16],
  L: [16, 16, 16, 16, 16, 16, 31],
  R: [30, 17, 17, 30, 20, 18, 17],
};

/** A copy with a letter (A–F, L, R), each dot a square of `size` pixels, its left upper corner at `at`. @throws RangeError for others */
export function drawLetter(picture: Picture, letter: string, at: Point, size: number, colour: Colour): Picture {
  checkColour(picture, colour);
  const rows = letters[letter];
  if (rows === undefined) throw new RangeError(`no dots for the letter ${JSON.stringify(letter)}`);
  const data = picture.data.slice();
  for (let y = 0; y < 7 * size; y++) {
    for (let x = 0; x < 5 * size; x++) {
      const dotted = ((rows[Math.floor(y / size)] ?? 0) >> (4 - Math.floor(x / size))) & 1;
      const [px, py] = [at[0] + x, at[1] + y];
      if (dotted === 1 && px >= 0 && py >= 0 && px < picture.width && py < picture.height) data.set(colour, (py * picture.width + px) * picture.channels);
    }
  }
  return { ...picture, data };
}
