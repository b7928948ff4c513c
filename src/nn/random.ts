import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of random numbers. */
export interface NumberSource {
  /** In [0, 1), in steps of 2⁻³⁰. */
  uniform(): number;
  /** From the standard normal distribution (Box–Muller, one number a pair of draws). */
  normal(): number;
  /** A whole number from 0 to `count - 1`. */
  below(count: number): number;
}

/** FNV-1a, 32 bit, with MurmurHash3's finish: keys that differ in one figure give seeds that have nothing in common. */
function hashKey(key: readonly (string | number)[]): number {
  const text = key.join('\u0000');
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * The stream that belongs to a key: the same seed and key always give the same numbers, whatever else was drawn.
 * Training draws its masks from `(seed, step, name)`, so that a resumed run needs to remember nothing but its step.
 */
export function numberSource(seed: number, ...key: readonly (string | number)[]): NumberSource {
  const generator = xoroshiro128plus(hashKey([seed, ...key]));
  const uniform = (): number => uniformInt(generator, 0, 0x3fffffff) / 0x40000000;
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    below: (count) => uniformInt(generator, 0, count - 1),
  };
}

/**
 * Fills a mask in place: 1/keep with probability `keep` (to 2⁻³²), else 0.
 * @param key the same key gives the same mask
 * @returns the mask
 */
export function fillMask(mask: Float32Array<ArrayBuffer>, keep: number, ...key: readonly (string | number)[]): Float32Array<ArrayBuffer> {
  const generator = xoroshiro128plus(hashKey(key));
  const [bound, kept] = [keep * 2 ** 32, 1 / keep];
  for (let i = 0; i < mask.length; i++) mask[i] = generator.next() >>> 0 < bound ? kept : 0;
  return mask;
}
