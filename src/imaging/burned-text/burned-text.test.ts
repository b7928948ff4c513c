import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { drawPhantom } from '../phantom.ts';
import type { Picture } from '../picture.ts';
import { bestLines } from './find.ts';
import { findBurnedInText } from './index.ts';
import { topHat } from './strokes.ts';

const phantom = (patient: number): Picture => drawPhantom({ patient, lesions: 'opacities', width: 320, height: 320 });

/** Strokes of made-up letters: upright bars with crossbars, on one line. */
function withLetters(picture: Picture, count: number, height: number, level: number): Picture {
  const data = picture.data.slice();
  const random = createRandom(count);
  const stroke = Math.max(2, Math.round(height / 7));
  const fill = (x: number, y: number, width: number, high: number): void => {
    for (let v = y; v < y + high; v++) data.fill(level, v * picture.width + x, v * picture.width + x + width);
  };
  for (let i = 0; i < count; i++) {
    const x = 8 + Math.round(i * height * 0.8);
    fill(x, 8, stroke, height);
    if (random.uniform() < 0.6) fill(x + Math.round(height / 2) - stroke, 8, stroke, height);
    for (const y of [8, 8 + Math.round((height - stroke) / 2), 8 + height - stroke]) if (random.uniform() < 0.7) fill(x, y, Math.round(height / 2), stroke);
  }
  return { ...picture, data };
}

describe('findBurnedInText', () => {
  it('finds letters on one line, and nothing where there are none', () => {
    for (let patient = 0; patient < 4; patient++) {
      expect(findBurnedInText(phantom(patient))).toEqual([]);
      const [best] = findBurnedInText(withLetters(phantom(patient), 9, 14 + 4 * patient, 255));
      expect(best?.score).toBeGreaterThan(0.5);
      const middle = (best?.box.y ?? 999) + (best?.box.height ?? 0) / 2;
      expect(Math.abs(middle - 8 - (14 + 4 * patient) / 2)).toBeLessThan(6);
    }
  }, 240_000);
});

describe('bestLines', () => {
  const line = (x: number, y: number, width: number, height: number, score = 0.99) => ({ box: { x, y, width, height }, score });

  it('takes the place that most agree on, not a piece of it that scores best', () => {
    expect(bestLines([line(150, 51, 17, 12, 1), line(100, 50, 92, 16), line(100, 50, 92, 16), line(101, 50, 91, 16)])).toEqual([line(100, 50, 92, 16)]);
  });

  it('leaves the edges of a plate away, however often they are found with the text', () => {
    const text = line(100, 50, 120, 16);
    expect(bestLines([line(92, 40, 140, 36), line(92, 40, 140, 36), line(92, 40, 140, 35), text])).toEqual([text]);
    // What is barely lower is the same line, and a letter is no line.
    expect(bestLines([line(100, 50, 120, 16), line(100, 50, 120, 16), line(100, 51, 120, 14), line(180, 52, 20, 8)])).toEqual([text]);
  });
});

describe('topHat', () => {
  it('keeps what is narrow and takes what is broad away, at the edges too', () => {
    const plane = new Uint8Array(40 * 40).fill(50);
    for (let y = 0; y < 40; y++) {
      plane.fill(150, y * 40 + 20, y * 40 + 40);
      plane[y * 40 + 8] = 250;
      plane[y * 40 + 30] = 220;
      plane[y * 40] = 90;
    }
    const hat = topHat(plane, 40, 40, 3);
    expect([hat[20 * 40 + 8], hat[20 * 40 + 30], hat[20 * 40 + 25], hat[20 * 40 + 3], hat[20 * 40]]).toEqual([200, 70, 0, 0, 40]);
  }, 240_000);
});
