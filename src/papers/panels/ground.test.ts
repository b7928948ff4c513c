import { expect, it } from 'vitest';
import type { Picture } from '../../imaging/index.ts';
import { onWhiteGround } from './ground.ts';

/** Two tiles with white columns of their own at their inner sides, 20 pixels of ground between and below them. */
function sheet(ground: number): Picture {
  const data = Uint8Array.from({ length: 120 * 80 }, (_, i) => {
    const [x, y] = [i % 120, Math.floor(i / 120)];
    if (y >= 60 || (x >= 50 && x < 70)) return ground;
    return x >= 46 && x < 74 ? 255 : (x + y) % 90;
  });
  return { width: 120, height: 80, channels: 1, data };
}

it('a gray ground becomes white, and white margins of panels do not stay so', () => {
  const { data } = onWhiteGround(sheet(77));
  expect([data[60], data[70 * 120 + 5], data[47], data[71], data[30 * 120 + 47]]).toEqual([255, 255, 237, 237, 237]);

  expect(data[20 * 120 + 30]).toBe(50);
});

it('white and black grounds are left as they are', () => {
  for (const ground of [255, 0]) expect(onWhiteGround(sheet(ground)).data).toEqual(sheet(ground).data);
});
