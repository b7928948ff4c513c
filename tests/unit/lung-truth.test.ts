import { describe, expect, test } from 'vitest';
import { outlineMask, readLungOutlines } from '../support/lung-truth.ts';

describe('the lungs outlined by hand', () => {
  const outlines = readLungOutlines();
  const group = (name: string) => (name.includes('/') ? name.split('/')[0] : 'LUNA');

  test('are 20 pictures of each label and 20 of LUNA16, half of each held out', () => {
    expect(new Set(outlines.map(({ name }) => name)).size).toBe(60);
    for (const wanted of ['COVID', 'NonCOVID', 'LUNA']) {
      const halves = outlines.filter(({ name }) => group(name) === wanted).map(({ half }) => half);
      expect(halves).toStrictEqual([...Array<string>(10).fill('tuning'), ...Array<string>(10).fill('held-out')]);
    }
  });

  test('cover what lungs cover: 10 to 75 % of a picture, but for the two slices of the abdomen', () => {
    const shares = outlines.map((outline) => ({ name: outline.name, share: outlineMask(outline, 200, 200).reduce((sum, value) => sum + value, 0) / 40_000 }));
    expect(shares.filter(({ share }) => share < 0.1).map(({ name }) => name.split('.').at(-2))).toStrictEqual([
      '287560874054243719452635194040_slice25',
      '212346425055214308006918165305_slice26',
    ]);
    expect(Math.max(...shares.map(({ share }) => share))).toBeLessThan(0.75);
  });

  test('fill as polygons do', () => {
    const square: [number, number][] = [[25, 25], [75, 25], [75, 75], [25, 75]];
    expect([...outlineMask({ name: 'x', half: 'tuning', lungs: [square] }, 4, 4)]).toStrictEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
  });
});
