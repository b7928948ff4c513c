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

/** FNV-1a, 32 bit. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

/**
 * The stream that belongs to a key: the same seed and key always give the same numbers, whatever else was drawn.
 * Training draws its masks from `(seed, step, name)`, so that a resumed run needs to remember nothing but its step.
 */
export function numberSource(seed: number, ...key: readonly (string | number)[]): NumberSource {
  const generator = xoroshiro128plus(hashText([seed, ...key].join('\u0000')) | 0);
  const uniform = (): number => uniformInt(generator, 0, 0x3fffffff) / 0x40000000;
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    below: (count) => uniformInt(generator, 0, count - 1),
  };
}
