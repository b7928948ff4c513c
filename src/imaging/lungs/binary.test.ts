import { describe, expect, test } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { areaOf, close, componentsOf, dilate, erode, fillHoles, invert, maskOf, openByCross, squaredDistance, type Mask } from './binary.ts';
import { solidityOf } from './convexity.ts';
import { fillHull, hullOf } from './hull.ts';

/** A mask as drawn: `#` is within. */
function drawn(...rows: string[]): Mask {
  const width = rows[0]?.length ?? 0;
  return { width, height: rows.length, data: Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 1 : 0)) };
}

function random(width: number, height: number, share: number, seed: number): Mask {
  const { uniform } = createRandom(seed);
  return maskOf(width, height, () => uniform() < share);
}

describe('masks', () => {
  test('squared distances are those of brute force', () => {
    for (const [seed, share] of [0.02, 0.2, 0.7].entries()) {
      const mask = random(23, 17, share, seed);
      const expected = Float64Array.from(mask.data, (_, at) => {
        let best = Infinity;
        mask.data.forEach((value, other) => {
          if (value === 1) best = Math.min(best, ((at % 23) - (other % 23)) ** 2 + (Math.floor(at / 23) - Math.floor(other / 23)) ** 2);
        });
        return best;
      });
      expect(squaredDistance(mask)).toStrictEqual(expected);
    }
    expect([...new Set(squaredDistance(random(5, 5, 0, 0)))]).toStrictEqual([9e8]);
  });

  test('dilating takes all within the radius, eroding is its complement', () => {
    const mask = random(31, 19, 0.03, 5);
    const squared = squaredDistance(mask);
    for (const radius of [1, 1.5, 2.9, 4]) {
      expect(dilate(mask, radius)).toStrictEqual(maskOf(31, 19, (at) => (squared[at] ?? 0) <= radius * radius));
      expect(erode(invert(mask), radius)).toStrictEqual(maskOf(31, 19, (at) => (squared[at] ?? 0) > radius * radius));
    }
  });

  test('components are 4-connected, and know edges and corners', () => {
    const found = componentsOf(drawn('##..', '#..#', '..#.', '....'));
    expect(found.map(({ pixels, edge, corners, left, right, top, bottom }) => ({ area: pixels.length, edge, corners, box: [left, top, right, bottom] }))).toStrictEqual([
      { area: 3, edge: 3, corners: 1, box: [0, 0, 2, 2] },
      { area: 1, edge: 1, corners: 0, box: [3, 1, 4, 2] },
      { area: 1, edge: 0, corners: 0, box: [2, 2, 3, 3] },
    ]);
    expect([found[0]?.x, found[0]?.y]).toStrictEqual([1 / 3, 1 / 3]);
  });

  test('holes are filled up to a size; bays are not holes', () => {
    const ring = drawn('#####.', '#.#...', '#####.');
    expect(areaOf(fillHoles(ring))).toBe(areaOf(ring) + 1);
    const wide = drawn('#####', '#..##', '#####');
    expect(areaOf(fillHoles(wide, 1))).toBe(areaOf(wide));
    expect(areaOf(fillHoles(wide, 2))).toBe(15);
  });

  test('closing fills a gap, grows nothing else, and leaves a mask at the edge as it is', () => {
    const gap = drawn('..........', '.###..###.', '.###..###.', '.###..###.', '..........');
    expect(areaOf(close(gap, 1.5))).toBe(24);
    const atEdge = drawn('###...', '###...', '###...', '......');
    expect(close(atEdge, 2)).toStrictEqual(atEdge);
  });

  test('opening by a cross takes thin lines away', () => {
    const lined = drawn('.......', '.###...', '.######', '.###...', '.......');
    expect(areaOf(openByCross(lined))).toBe(8);
    expect(openByCross(drawn('###', '###'))).toStrictEqual(drawn('###', '###'));
  });

  test('hulls hold every pixel, are convex, and of a convex mask add nothing', () => {
    const mask = random(30, 20, 0.05, 7);
    const filled = fillHull(hullOf(mask), 30, 20);
    expect(mask.data.every((value, at) => value === 0 || filled[at] === 1)).toBe(true);
    const square = maskOf(20, 20, (at) => at % 20 > 4 && at % 20 < 12 && at > 100 && at < 300);
    expect(solidityOf(square)).toBe(1);
    expect(solidityOf(drawn('#...', '#...', '#...', '####'))).toBeCloseTo(7 / 10);
    expect(hullOf(random(4, 4, 0, 1))).toStrictEqual([]);
    expect(solidityOf(random(4, 4, 0, 1))).toBe(0);
  });
});
