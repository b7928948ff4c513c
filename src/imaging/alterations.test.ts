import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { alterationNames, drawLetter, fillPolygon, toGray, type Picture } from './index.ts';
import { alterPicture } from './node.ts';

function colourful(width: number, height: number, channels: 1 | 3 | 4): Picture {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const [pixel, c] = [Math.floor(i / channels), i % channels];
    return c === 3 ? 255 : 40 + ((pixel % width) * (c + 1) + Math.floor(pixel / width)) % 160;
  });
  return { width, height, channels, data };
}

const rgb = colourful(60, 40, 3);

describe('alterations', () => {
  it.each(alterationNames)('%s: the same seed gives the same picture, and the input is left alone', async (name) => {
    const before = rgb.data.slice();
    const once = await alterPicture(rgb, name, createRandom(5));
    expect(await alterPicture(rgb, name, createRandom(5))).toEqual(once);
    expect(rgb.data).toEqual(before);
    expect(once.name).toBe(name);
    expect(once.picture.data.length).toBe(once.picture.width * once.picture.height * once.picture.channels);
    expect(once.picture).not.toEqual(rgb);
  });

  it('crops to 80 % at different places', async () => {
    const crops = await Promise.all([1, 2, 3].map((seed) => alterPicture(rgb, 'crop', createRandom(seed))));
    expect(crops.map(({ picture }) => [picture.width, picture.height])).toEqual([[48, 32], [48, 32], [48, 32]]);
    expect(new Set(crops.map(({ what }) => what)).size).toBe(3);
  });

  it('rescales by 0.5 to 2', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { picture } = await alterPicture(rgb, 'rescale', createRandom(seed));
      expect(picture.width).toBeGreaterThanOrEqual(30);
      expect(picture.width).toBeLessThanOrEqual(120);
      expect(Math.abs(picture.width / picture.height - 1.5)).toBeLessThan(0.08);
    }
  });

  it('turns colour gray and gray into RGB; arrows stay small; RGBA is taken', async () => {
    expect((await alterPicture(rgb, 'gray', createRandom(1))).picture).toEqual(toGray(rgb));
    expect((await alterPicture(toGray(rgb), 'gray', createRandom(1))).picture.channels).toBe(3);
    for (const channels of [1, 3, 4] as const) {
      const plain = colourful(200, 100, channels);
      const { picture } = await alterPicture(plain, 'arrow', createRandom(2));
      let changed = 0;
      for (let i = 0; i < plain.data.length; i += channels) if (plain.data[i] !== picture.data[i]) changed += 1;
      expect(changed).toBeGreaterThan(5);
      expect(changed).toBeLessThan(20_000 * 0.02);
    }
  });
});

describe('drawing', () => {
  const black: Picture = { width: 4, height: 3, channels: 1, data: new Uint8Array(12) };
  it('fills polygons at pixel centres, cut off at the border', () => {
    expect([...fillPolygon(black, [[1, 0], [9, 0], [9, 2], [1, 2]], [7]).data]).toEqual([0, 7, 7, 7, 0, 7, 7, 7, 0, 0, 0, 0]);
    expect(() => fillPolygon(black, [], [1, 2, 3])).toThrow(RangeError);
  });
  it('draws letters, cut off at the border', () => {
    expect([...drawLetter(black, 'L', [0, -4], 1, [9]).data]).toEqual([9, 0, 0, 0, 9, 0, 0, 0, 9, 9, 9, 9]);
    expect(() => drawLetter(black, '?', [0, 0], 1, [9])).toThrow(RangeError);
  });
});
