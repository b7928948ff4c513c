import { expect, it } from 'vitest';
import type { Picture } from '../../imaging/index.ts';
import { lungRegion, regionOf } from './region.ts';

/** A body of gray with two dark lungs, off the middle of a black picture. */
function chest(width: number, height: number): Picture {
  const inside = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (inside(x, y, 105, 120, 26, 50) || inside(x, y, 195, 120, 26, 50)) return 30;
    return inside(x, y, 150, 120, 110, 85) ? 170 : 0;
  });
  return { width, height, channels: 1, data };
}

it('cuts a picture to the box of its lungs, with a margin', () => {
  const { width, height } = lungRegion(chest(400, 300));
  // Lungs from 79 to 221 and from 70 to 170, and six hundredths on each side.
  expect(Math.abs(width - 160)).toBeLessThan(12);
  expect(Math.abs(height - 113)).toBeLessThan(12);
});

it('leaves a picture without lungs whole, and every picture where the recipe does not ask', () => {
  const flat: Picture = { width: 50, height: 40, channels: 1, data: new Uint8Array(2000).fill(90) };
  expect(lungRegion(flat)).toBe(flat);
  const picture = chest(400, 300);
  expect(regionOf({}, picture)).toBe(picture);
});
