import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sha256 } from '../base/index.ts';
import recorded12 from '../../tests/oracles/pillow/resize-pillow-12.json' with { type: 'json' };
import recorded from '../../tests/oracles/pillow/resize.json' with { type: 'json' };
import { centreCrop, resize, resizeShorterSide, type Picture } from './index.ts';

const size = z.tuple([z.int(), z.int()]);
const schema = z.array(
    z.object({
      seed: z.int(),
      from: size,
      to: size,
      channels: z.union([z.literal(1), z.literal(3), z.literal(4)]),
      filter: z.enum(['box', 'bilinear', 'bicubic', 'lanczos']),
      sha256: z.string(),
    }),
  );

const casesOf = (file: { readonly cases: unknown }) => schema.parse(file.cases);

/** The noise of tests/oracles/pillow/resize.py. */
function noise(seed: number, width: number, height: number, channels: 1 | 3 | 4): Picture {
  const data = new Uint8Array(width * height * channels);
  let x = seed;
  for (let i = 0; i < data.length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    data[i] = x >>> 24;
  }
  return { width, height, channels, data };
}

describe.each([
  ['Pillow 13', 'pillow-13', casesOf(recorded)],
  ['Pillow 12', 'rows-first', casesOf(recorded12)],
] as const)('resize equals %s, bit for bit', (_, order, cases) => {
  it.each(cases.map((each) => [`${each.filter} ${each.from.join('×')} → ${each.to.join('×')}, ${each.channels} channels`, each] as const))(
    '%s',
    (_, each) => {
      const picture = noise(each.seed, ...each.from, each.channels);
      const before = sha256(picture.data);
      expect(sha256(resize(picture, ...each.to, each.filter, order).data)).toBe(each.sha256);
      expect(sha256(picture.data)).toBe(before);
    },
  );
});

describe('the shapes of torchvision', () => {
  it('Resize(32) of 401×301 and 301×401', () => {
    expect(resizeShorterSide(noise(1, 401, 301, 1), 32, 'bilinear')).toMatchObject({ width: 42, height: 32 });
    expect(resizeShorterSide(noise(1, 301, 401, 1), 32, 'bilinear')).toMatchObject({ width: 32, height: 42 });
  });

  it('CenterCrop rounds halves to even, and borders what is too small', () => {
    const row = (width: number): Picture => ({ width, height: 1, channels: 1, data: Uint8Array.from({ length: width }, (_, i) => i + 1) });
    expect([...centreCrop(row(5), 4, 1).data]).toEqual([1, 2, 3, 4]);
    expect([...centreCrop(row(7), 4, 1).data]).toEqual([3, 4, 5, 6]);
    expect([...centreCrop(row(2), 5, 1).data]).toEqual([0, 1, 2, 0, 0]);
    expect(centreCrop(row(2), 1, 3)).toMatchObject({ width: 1, height: 3, data: Uint8Array.of(0, 1, 0) });
  });

  it('refuses sizes that are none', () => {
    expect(() => resize(noise(1, 4, 4, 1), 0, 3, 'box')).toThrow(RangeError);
    expect(() => resize(noise(1, 4, 4, 1), 2.5, 3, 'box')).toThrow(RangeError);
  });
});
