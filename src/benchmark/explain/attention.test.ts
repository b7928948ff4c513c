import { describe, expect, it } from 'vitest';
import { drawLetter, drawPhantom, paste, type Picture, type PreprocessPlan } from '../../imaging/index.ts';
import { differenceOf, regionsOf } from './regions.ts';
import { enlarge, shareOn } from './attention.ts';

describe('a map of attention', () => {
  it('is enlarged as PyTorch’s interpolate does (bilinear, align_corners=False)', () => {
    const map = { width: 2, height: 2, data: Float32Array.of(0, 1, 2, 3) };
    // torch.nn.functional.interpolate(torch.tensor([[[[0., 1], [2, 3]]]]), size=(3, 4), mode='bilinear', align_corners=False)
    expect([...enlarge(map, 4, 3).data]).toEqual([0, 0.25, 0.75, 1, 1, 1.25, 1.75, 2, 2, 2.25, 2.75, 3]);
    expect([...enlarge(map, 2, 2).data]).toEqual([0, 1, 2, 3]);
    expect([...enlarge({ width: 1, height: 1, data: Float32Array.of(5) }, 2, 2).data]).toEqual([5, 5, 5, 5]);
  });

  it('has a share on marked pixels, beside their share of the picture', () => {
    const map = { width: 2, height: 2, data: Float32Array.of(1, 0, 0, 3) };
    expect(shareOn(map, [0, 1, 0, 1])).toEqual({ attention: 0.75, area: 0.5 });
    expect(shareOn(map, [0, 0, 0, 0])).toEqual({ attention: 0, area: 0 });
    expect(shareOn({ ...map, data: new Float32Array(4) }, [1, 1, 1, 1])).toBeUndefined();
  });
});

describe('regions of a picture, as the network sees it', () => {
  const plan: PreprocessPlan = { resize: { width: 100, height: 100 }, filter: 'bilinear', channels: 3, mean: [0, 0, 0], std: [1, 1, 1] };
  const phantom = drawPhantom({ patient: 3, lesions: 'none', width: 240, height: 200 });
  /** The phantom on a black ground, wide enough to write on. */
  const framed = paste({ width: 320, height: 260, channels: 1, data: new Uint8Array(320 * 260) }, phantom, { x: 60, y: 50 });
  const share = (mask: Uint8Array | undefined) => (mask ?? new Uint8Array(1)).reduce((sum, value) => sum + value, 0) / (mask?.length ?? 1);

  it('lungs are found, or the reason is given', () => {
    const { lungs } = regionsOf(phantom, plan);
    expect(typeof lungs === 'object' && lungs.length === 100 * 100 && share(lungs) > 0.1).toBe(true);
    expect(regionsOf({ ...phantom, data: new Uint8Array(phantom.data.length) }, plan).lungs).toBe('no-contrast');
  });

  it('a white letter on the dark ground is a mark; what is white within the body is none', () => {
    const before = share(regionsOf(framed, plan).marks);
    const after = regionsOf(drawLetter(framed, 'B', [12, 12], 3, [255]), plan).marks;
    expect(share(after) - before).toBeGreaterThan(0.004);
    // Where the letter stands: 15 × 21 pixels at 12 of 320 × 260, seen at 100 × 100.
    expect(after?.[8 * 100 + 6]).toBe(1);
    const inside = regionsOf(drawLetter(framed, 'B', [150, 130], 3, [255]), plan).marks;
    expect(share(inside)).toBe(before);
  });

  it('colour is a mark anywhere, unless the network does not see it', () => {
    const rgb: Picture = { ...phantom, channels: 3, data: Uint8Array.from({ length: 3 * phantom.data.length }, (_, i) => phantom.data[Math.floor(i / 3)] ?? 0) };
    const marked = drawLetter(rgb, 'A', [110, 90], 3, [255, 0, 0]);
    expect(regionsOf(marked, plan).marks?.[50 * 100 + 49]).toBe(1);
    const cut = { ...plan, resize: { width: 240, height: 200 }, crop: 60 };
    expect(regionsOf(drawLetter(rgb, 'A', [2, 2], 3, [255, 0, 0]), cut).marks).toBeUndefined();
  });

  it('what was burned in for the purpose is where the pictures differ', () => {
    expect(differenceOf(phantom, phantom, plan)).toBeUndefined();
    const mask = differenceOf(phantom, drawLetter(phantom, 'E', [100, 80], 4, [255]), plan);
    expect(mask?.[45 * 100 + 44]).toBe(1);
    expect(share(mask)).toBeLessThan(0.06);
  });
});
