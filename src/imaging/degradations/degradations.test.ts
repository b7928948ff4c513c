import { describe, expect, test } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { degradations, degrade, drawPhantom, toGray, toRgb, type Picture } from '../index.ts';
import { allDegradations } from '../node.ts';
import { homographyOf, project } from './homography.ts';

const gray = drawPhantom({ patient: 2, lesions: 'opacities', width: 120, height: 90 });
const rgb = toRgb(gray);
const rgba: Picture = { ...gray, channels: 4, data: Uint8Array.from({ length: 4 * gray.data.length }, (_, i) => (i % 4 === 3 ? 77 : (gray.data[i >> 2] ?? 0))) };
const tiny: Picture = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 250, 251, 252) };

/** Root of the mean squared difference, of pictures of one size. */
function distance(a: Picture, b: Picture): number {
  const [x, y] = [toGray(a).data, toGray(b).data];
  return Math.sqrt(x.reduce((sum, value, i) => sum + (value - (y[i] ?? 0)) ** 2, 0) / x.length);
}

describe.each(allDegradations.map((degradation) => [degradation.name, degradation] as const))('degradation %s', (_, degradation) => {
  test('strength 0 is the very picture, of any mode', async () => {
    for (const picture of [gray, rgb, rgba, tiny]) expect(await degrade(picture, degradation, 0, createRandom(1))).toBe(picture);
  });

  test('its strengths go from 0 to 1, and each is told apart in words', () => {
    const { strengths } = degradation;
    expect([strengths[0], strengths.at(-1)]).toStrictEqual([0, 1]);
    expect(strengths).toStrictEqual([...new Set(strengths)].toSorted((a, b) => a - b));
    expect(new Set(strengths.map((strength) => degradation.setting(strength))).size).toBe(strengths.length);
  });

  test('gives whole pictures, leaves its input alone, and does the same for the same seed', async () => {
    for (const picture of [gray, rgb, rgba, tiny]) {
      const before = picture.data.slice();
      for (const strength of [0.01, 0.5, 1]) {
        const [first, second] = [await degrade(picture, degradation, strength, createRandom(3)), await degrade(picture, degradation, strength, createRandom(3))];
        expect(first).toStrictEqual(second);
        expect(first.data).toHaveLength(first.width * first.height * first.channels);
        const kept = degradation.name === 'crop' ? 1 - 0.4 * strength : 1;
        expect([first.width, first.height]).toStrictEqual([picture.width, picture.height].map((side) => Math.max(1, Math.round(side * kept))));
      }
      expect(picture.data).toStrictEqual(before);
    }
  });

  test('takes more away the stronger it is', async () => {
    const away = await Promise.all(
      degradation.strengths.map(async (s) => {
        const degraded = await degrade(gray, degradation, s, createRandom(5));
        return degraded.data.length < gray.data.length ? gray.data.length - degraded.data.length : distance(gray, degraded);
      }),
    );
    away.slice(1).forEach((value, i) => expect(value).toBeGreaterThan(away[i] ?? 0));
    expect(away.at(-1)).toBeGreaterThan(2);
  });

  test('refuses strengths outside 0 to 1', async () => {
    for (const strength of [-0.1, 1.1, Number.NaN]) await expect(degrade(gray, degradation, strength, createRandom(1))).rejects.toThrow(RangeError);
  });
});

describe('degradations', () => {
  test('are named once, and the pure ones are all but JPEG', () => {
    const names = allDegradations.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !degradations.some((one) => one.name === name))).toStrictEqual(['jpeg']);
  });

  test('of 3 bits leave eight levels, spread over the whole range', async () => {
    const depth = degradations.find(({ name }) => name === 'bit-depth');
    if (depth === undefined) throw new Error('no bit depth');
    const ramp: Picture = { width: 256, height: 1, channels: 1, data: Uint8Array.from({ length: 256 }, (_, i) => i) };
    expect([...new Set((await degrade(ramp, depth, 1, createRandom(1))).data)]).toStrictEqual([0, 36, 73, 109, 146, 182, 219, 255]);
  });

  test('keep alpha where they keep the mode', async () => {
    for (const degradation of degradations.filter(({ name }) => !['phone-photo', 'marks'].includes(name))) {
      const { data } = await degrade(rgba, degradation, 1, createRandom(2));
      expect(data.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 77)).toBe(true);
    }
  });

  test('a homography takes four points to four points', () => {
    const from = [[0, 0], [10, 0], [10, 8], [0, 8]] as const;
    const to = [[1, 1], [9, 0.5], [10, 7], [0.5, 8]] as const;
    const map = homographyOf(from, to);
    from.forEach(([x, y], i) => project(map, x, y).forEach((value, k) => expect(value).toBeCloseTo(to[i]?.[k] ?? 0, 9)));
    expect(() => homographyOf([[0, 0], [1, 1], [2, 2], [3, 3]], to)).toThrow(RangeError);
  });
});
