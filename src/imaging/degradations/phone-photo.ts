import type { Random } from '../../base/pure.ts';
import { toRgb } from '../colour.ts';
import type { Point } from '../drawing.ts';
import type { Picture } from '../picture.ts';
import { homographyOf, project } from './homography.ts';
import { evenStrengths, type Degradation } from './types.ts';

/** One draw of how the photograph is taken; amounts are those of strength 1. */
interface Shot {
  /** How far each corner of the screen is moved, in shares of the sides: left upper, right upper, right lower, left lower. */
  readonly corners: readonly Point[];
  /** Stripes of screen and sensor against each other: waves across the picture, direction, phase, for red, green and blue. */
  readonly stripes: readonly { readonly waves: number; readonly direction: number; readonly phase: number }[];
  /** Middle of a lamp's reflection, its half width and height, in shares of the sides. */
  readonly glare: { readonly x: number; readonly y: number; readonly rx: number; readonly ry: number };
  /** Factor of each colour: the screen's cast. */
  readonly cast: readonly number[];
}

function drawShot(random: Random): Shot {
  const within = (low: number, high: number): number => low + (high - low) * random.uniform();
  const corners = Array.from({ length: 4 }, (): Point => [within(0.01, 0.07), within(0.01, 0.07)]);
  const waves = within(14, 40);
  const direction = within(0, Math.PI);
  return {
    corners,
    // The colours' dots lie beside each other, so that their stripes are of nearly one kind, and shifted: moiré is coloured.
    stripes: [0, 1, 2].map((c) => ({ waves: waves * (1 + 0.03 * c), direction: direction + 0.04 * c, phase: within(0, 2 * Math.PI) })),
    glare: { x: within(0.15, 0.85), y: within(0.1, 0.6), rx: within(0.12, 0.3), ry: within(0.1, 0.25) },
    cast: [within(0.92, 1), within(0.96, 1), 1],
  };
}

/** Bilinear sample of one channel, 0…255; black beyond the edge: the screen's rim. */
function sampleAt({ width, height, data }: Picture, x: number, y: number, channel: number): number {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const read = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= width || row >= height ? 8 : (data[3 * (row * width + column) + channel] as number);
  const [fx, fy] = [x - x0, y - y0];
  const top = read(x0, y0) * (1 - fx) + read(x0 + 1, y0) * fx;
  const bottom = read(x0, y0 + 1) * (1 - fx) + read(x0 + 1, y0 + 1) * fx;
  return top * (1 - fy) + bottom * fy;
}

function takePhoto(picture: Picture, strength: number, random: Random): Picture {
  const rgb = toRgb(picture);
  const { width, height } = rgb;
  const shot = drawShot(random);
  const signs: readonly Point[] = [[1, 1], [-1, 1], [-1, -1], [1, -1]];
  const screen: readonly Point[] = [[0, 0], [width, 0], [width, height], [0, height]];
  const moved = screen.map(([x, y], i): Point => {
    const [[dx, dy], [sx, sy]] = [shot.corners[i] ?? [0, 0], signs[i] ?? [0, 0]];
    return [x + sx * dx * strength * width, y + sy * dy * strength * height];
  });
  const back = homographyOf(moved, screen);
  const data = new Uint8Array(rgb.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [sx, sy] = project(back, x + 0.5, y + 0.5);
      const [u, v] = [(x + 0.5) / width, (y + 0.5) / height];
      const fall = 1 - 0.9 * strength * ((u - 0.5) ** 2 + (v - 0.5) ** 2);
      const { glare } = shot;
      const light = 110 * strength * Math.exp(-(((u - glare.x) / glare.rx) ** 2) - ((v - glare.y) / glare.ry) ** 2);
      for (let c = 0; c < 3; c++) {
        const { waves, direction, phase } = shot.stripes[c] ?? { waves: 0, direction: 0, phase: 0 };
        const stripes = 1 + 0.14 * strength * Math.sin(2 * Math.PI * waves * (u * Math.cos(direction) + v * Math.sin(direction)) + phase);
        const cast = 1 - strength * (1 - (shot.cast[c] ?? 1));
        const clear = (sampleAt(rgb, sx - 0.5, sy - 0.5, c) * stripes * cast + light) * fall;
        // Photons: their noise grows with the root of the light; some levels are the sensor's own.
        const deviation = strength * Math.sqrt(9 + 0.6 * Math.max(0, clear));
        data[3 * (y * width + x) + c] = Math.min(255, Math.max(0, Math.floor(clear + deviation * random.normal() + 0.5)));
      }
    }
  }
  return { width, height, channels: 3, data };
}

/**
 * A simulated photograph of a screen by a phone: perspective, moiré, a lamp's glare, vignette, colour cast and sensor noise, all growing
 * together. Simulated: no phone was held to a screen.
 */
export const phonePhoto: Degradation = {
  name: 'phone-photo',
  title: 'A simulated phone photo of a screen: perspective, moiré, glare, vignette, colour cast, sensor noise',
  strengths: evenStrengths(5),
  setting: (strength) => `${Math.round(100 * strength)} %`,
  apply: takePhoto,
};
