import { describe, expect, it } from 'vitest';
import { crop, drawPhantom, flipHorizontal, resize } from '../../imaging/index.ts';
import { invertAlignment, overlapInA, type Alignment } from './alignment.ts';
import { comparePair, withHalf } from './comparison.ts';
import { workingPlane } from './plane.ts';

const phantom = drawPhantom({ patient: 11, lesions: 'opacities', width: 400, height: 320 });
const whole = workingPlane(phantom);

describe('alignment', () => {
  const a = { width: 256, height: 180 };
  const b = { width: 256, height: 200 };

  it.each([0, 1, 2, 3] as const)('goes there and back with flip %i', (flip) => {
    const there: Alignment = { flip, scaleX: 1.25, scaleY: 1.2, shiftX: -31, shiftY: 12 };
    const back = invertAlignment(there, a, b);
    const mirror = (at: number, length: number, bit: number) => ((flip & bit) === 0 ? at : length - 1 - at);
    const forth = { x: there.scaleX * mirror(40, a.width, 1) + there.shiftX, y: there.scaleY * mirror(50, a.height, 2) + there.shiftY };
    expect(back.scaleX * mirror(forth.x, b.width, 1) + back.shiftX).toBeCloseTo(40, 9);
    expect(back.scaleY * mirror(forth.y, b.height, 2) + back.shiftY).toBeCloseTo(50, 9);
    expect(invertAlignment(back, b, a).shiftX).toBeCloseTo(there.shiftX, 9);
  });

  it('knows where two pictures meet, and that they may not', () => {
    expect(overlapInA({ flip: 0, scaleX: 2, scaleY: 2, shiftX: -100, shiftY: 0 }, a, b)).toEqual({ left: 50, top: 0, right: 177, bottom: 99 });
    expect(overlapInA({ flip: 0, scaleX: 1, scaleY: 1, shiftX: 300, shiftY: 0 }, a, b)).toBeUndefined();
  });
});

describe('comparePair', () => {
  it('lays a crop on its source to a fraction of a pixel, from a start that is some pixels off', () => {
    const part = workingPlane(crop(phantom, { x: 60, y: 40, width: 320, height: 256 }));
    // A pixel of the crop's plane is 320/256 source pixels; one of the whole plane 400/256.
    const found = comparePair(withHalf(part), withHalf(whole), { flip: 0, scaleX: 0.83, scaleY: 0.83, shiftX: 36, shiftY: 22 });
    expect(found?.alignment.scaleX).toBeCloseTo(0.8, 2);
    expect(found?.alignment.scaleY).toBeCloseTo(0.8, 2);
    expect(Math.abs((found?.alignment.shiftX ?? 0) - (60.625 * 256) / 400 + 0.5)).toBeLessThan(0.5);
    expect(found?.detailLow).toBeGreaterThan(0.95);
    expect(found?.overlapA).toBeGreaterThan(0.95);
    expect(found?.overlapB).toBeGreaterThan(0.58);
    expect(found?.overlapB).toBeLessThan(0.68);
  });

  it('sees through a mirror and half the size', () => {
    const mirrored = workingPlane(flipHorizontal(resize(phantom, 200, 160, 'bicubic')));
    const found = comparePair(withHalf(mirrored), withHalf(whole), { flip: 1, scaleX: 1.02, scaleY: 1.02, shiftX: -2, shiftY: -3 });
    expect(found?.detailLow).toBeGreaterThan(0.9);
  });

  it('does not take a neighbouring slice for the same picture', () => {
    const next = workingPlane(drawPhantom({ patient: 11, lesions: 'opacities', width: 400, height: 320, slice: 12 }));
    const found = comparePair(withHalf(next), withHalf(whole), { flip: 0, scaleX: 1, scaleY: 1, shiftX: 0, shiftY: 0 });
    expect(found?.detailLow ?? 0).toBeLessThan(0.8);
  });

  it('gives nothing where the pictures do not meet', () => {
    expect(comparePair(withHalf(whole), withHalf(whole), { flip: 0, scaleX: 1, scaleY: 1, shiftX: 240, shiftY: 0 })).toBeUndefined();
  });
});
