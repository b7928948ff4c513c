import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';

/** A seeded source of random numbers; it is passed in wherever chance is wanted, so that a seed gives a result again. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  /** A number in [0, 1), in steps of 2⁻³⁰. */
  uniform(): number;
  /** A draw from the standard normal distribution (Box–Muller). */
  normal(): number;
  /** One of the items. Throws `RangeError` when there is none. */
  pick<T>(items: readonly T[]): T;
  /** The items in a random order (Fisher–Yates); the input is left alone. */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream named by a key: the same seed and key give the same stream, whatever was drawn before. */
  fork(key: string): Random;
}

/** FNV-1a, 32 bit: turns a key into a seed. */
function hashText(text: string, start: number): number {
  let hash = (0x811c9dc5 ^ start) >>> 0;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash;
}

/**
 * Seeded random numbers (xoroshiro128+, by the library pure-rand).
 * @param seed any whole number of 32 bits
 */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0);
  const integer = (low: number, high: number): number => uniformInt(generator, low, high);
  const uniform = (): number => integer(0, 0x3fffffff) / 0x40000000;
  const random: Random = {
    integer,
    uniform,
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      return radius * Math.cos(2 * Math.PI * uniform());
    },
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('pick: there is nothing to pick from');
      return items[integer(0, items.length - 1)] as T;
    },
    shuffle<T>(items: readonly T[]): T[] {
      const shuffled = [...items];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = integer(0, i);
        [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
      }
      return shuffled;
    },
    fork(key: string): Random {
      return createRandom(hashText(key, seed));
    },
  };
  return random;
}
