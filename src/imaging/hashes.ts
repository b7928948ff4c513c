import { toGray } from './colour.ts';
import type { Picture } from './picture.ts';
import { resize } from './resize.ts';

/** 64 bits as two unsigned 32-bit numbers, the first bits highest. */
export type Hash64 = readonly [high: number, low: number];

function pack(bits: readonly boolean[]): Hash64 {
  const word = (from: number): number => {
    let value = 0;
    for (let i = from; i < from + 32; i++) value = (value << 1) | (bits[i] === true ? 1 : 0);
    return value >>> 0;
  };
  return [word(0), word(32)];
}

/** The difference hash: gray, 9×8 by Pillow's box filter, one bit where a pixel is brighter than its left neighbour, row by row. */
export function differenceHash(picture: Picture): Hash64 {
  const { data } = resize(toGray(picture), 9, 8, 'box');
  return pack(Array.from({ length: 64 }, (_, i) => (data[9 * (i >> 3) + (i & 7) + 1] ?? 0) > (data[9 * (i >> 3) + (i & 7)] ?? 0)));
}

/** cos((2x + 1) u π / 64): the DCT-II of 32 samples, first 8 frequencies. `[8, 32]` */
const cosines = Float64Array.from({ length: 8 * 32 }, (_, i) => Math.cos(((2 * (i & 31) + 1) * (i >> 5) * Math.PI) / 64));

/**
 * The DCT hash: gray, 32×32 by Pillow's Lanczos filter, the 8×8 lowest frequencies of its DCT-II, one bit where a coefficient is above
 * their median (Zauner: Implementation and Benchmarking of Perceptual Image Hash Functions, 2010, section 3.2.1).
 */
export function cosineHash(picture: Picture): Hash64 {
  const { data } = resize(toGray(picture), 32, 32, 'lanczos');
  const rows = new Float64Array(32 * 8);
  for (let y = 0; y < 32; y++) {
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let x = 0; x < 32; x++) sum += (data[32 * y + x] as number) * (cosines[32 * u + x] as number);
      rows[8 * y + u] = sum;
    }
  }
  const coefficients = Array.from({ length: 64 }, (_, i) => {
    let sum = 0;
    for (let y = 0; y < 32; y++) sum += (rows[8 * y + (i & 7)] as number) * (cosines[32 * (i >> 3) + y] as number);
    return sum;
  });
  const sorted = coefficients.toSorted((a, b) => a - b);
  const median = ((sorted[31] ?? 0) + (sorted[32] ?? 0)) / 2;
  return pack(coefficients.map((coefficient) => coefficient > median));
}

/** How many of 32 bits are set. */
export function countBits(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** How many bits differ, 0 to 64. */
export function hammingDistance(a: Hash64, b: Hash64): number {
  return countBits(a[0] ^ b[0]) + countBits(a[1] ^ b[1]);
}
