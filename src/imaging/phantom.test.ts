import { describe, expect, it } from 'vitest';
import { drawPhantom, grayToHounsfield, hounsfieldToGray, lungWindow, rangeToWindow, windowToRange, type Picture } from './index.ts';

/** Pearson's correlation of the samples. */
function correlation(a: Picture, b: Picture): number {
  const mean = (picture: Picture): number => picture.data.reduce((sum, value) => sum + value, 0) / picture.data.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.data.forEach((value, i) => {
    const [u, v] = [value - meanA, (b.data[i] ?? 0) - meanB];
    ab += u * v;
    aa += u * u;
    bb += v * v;
  });
  return ab / Math.sqrt(aa * bb);
}

const size = { width: 160, height: 120, field: 350 };

describe('drawPhantom', () => {
  it('draws the same picture for the same options, and others for other seeds', () => {
    const phantoms = Array.from({ length: 10 }, (_, patient) => drawPhantom({ patient, lesions: 'none', ...size }));
    expect(drawPhantom({ patient: 0, lesions: 'none', ...size })).toEqual(phantoms[0]);
    const pairs = phantoms.flatMap((a, i) => phantoms.slice(i + 1).map((b) => correlation(a, b)));
    expect(Math.max(...pairs)).toBeLessThan(0.95);
  });

  it('an adjacent slice is alike, yet not the same', () => {
    const base = drawPhantom({ patient: 3, lesions: 'opacities', ...size });
    const near = correlation(base, drawPhantom({ patient: 3, lesions: 'opacities', slice: 3, ...size }));
    const far = correlation(base, drawPhantom({ patient: 3, lesions: 'opacities', slice: 40, ...size }));
    expect(near).toBeGreaterThan(0.97);
    expect(near).toBeLessThan(0.9999);
    expect(far).toBeLessThan(near);
  });

  it('lesions change the lungs and nothing else', () => {
    const bare = drawPhantom({ patient: 5, lesions: 'none', ...size });
    for (const lesions of ['opacities', 'nodules'] as const) {
      const changed = drawPhantom({ patient: 5, lesions, ...size }).data.filter((value, i) => value !== bare.data[i]);
      expect(changed.length).toBeGreaterThan(10);
      expect(changed.length).toBeLessThan(bare.data.length / 4);
    }
  });

  it('has air outside, lung within, soft tissue between', () => {
    const { data, width } = drawPhantom({ patient: 1, lesions: 'none', width: 256, height: 192, noise: 0 });
    const units = (x: number, y: number): number => grayToHounsfield(data[y * width + x] ?? 0, lungWindow);
    expect(units(2, 2)).toBeCloseTo(-1000, -1);
    expect(units(128, 150)).toBeGreaterThan(30);
    expect(Math.min(...[170, 180, 190].map((x) => units(x, 110)))).toBeLessThan(-700);
  });
});

describe('windows', () => {
  it('go there and back', () => {
    expect(windowToRange(lungWindow)).toEqual({ low: -1350, high: 150 });
    expect(rangeToWindow(-1350, 150)).toEqual(lungWindow);
    expect(grayToHounsfield(hounsfieldToGray(-420, lungWindow), lungWindow)).toBeCloseTo(-420);
    expect([hounsfieldToGray(-3000, lungWindow), hounsfieldToGray(900, lungWindow)]).toEqual([0, 255]);
  });
});
