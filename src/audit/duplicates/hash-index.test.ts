import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { makeBand, searchNearest, sortByKey } from './hash-index.ts';
import { flipHashes, hashDistance, wordsPerHash } from './patches.ts';

const options = { window: 4, most: 40, keep: 4 };

function randomHashes(count: number, seed: number): Uint32Array {
  const random = createRandom(seed);
  return Uint32Array.from({ length: count * wordsPerHash }, () => random.integer(-0x80000000, 0x7fffffff) >>> 0);
}

/** Copies of each hash with so many bits flipped. */
function flipBits(words: Uint32Array, bits: number, seed: number): Uint32Array {
  const random = createRandom(seed);
  const changed = words.slice();
  for (let hash = 0; hash < words.length / wordsPerHash; hash++) {
    for (let i = 0; i < bits; i++) {
      const at = hash * wordsPerHash + random.integer(0, wordsPerHash - 1);
      changed[at] = ((changed[at] ?? 0) ^ (1 << random.integer(0, 31))) >>> 0;
    }
  }
  return changed;
}

const numbers = (count: number, from = 0): Uint32Array => Uint32Array.from({ length: count }, (_, i) => from + i);

describe('sortByKey', () => {
  it.each([100, 5000])('sorts %i keys and keeps equal ones in their order', (count) => {
    const random = createRandom(1);
    const keys = Uint32Array.from({ length: count }, () => (random.integer(0, 40) * 0x5ffffff) >>> 0);
    const sorted = sortByKey(keys);
    const expected = [...keys.keys()].toSorted((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
    expect([...sorted.order]).toEqual(expected);
    expect([...sorted.keys]).toEqual(expected.map((i) => keys[i]));
  });
});

describe('searchNearest', () => {
  const stored = randomHashes(5000, 2);

  it('finds hashes with 20 of 256 bits flipped, at their distance', () => {
    const queries = flipBits(stored.subarray(0, 500 * wordsPerHash), 20, 3);
    const found = searchNearest(stored, numbers(5000), queries, numbers(500, 5000), 0, options, (band) => makeBand(stored, band));
    let right = 0;
    for (let query = 0; query < 500; query++) {
      if (found.hash[query * options.keep] !== query) continue;
      right += 1;
      expect(found.distance[query * options.keep]).toBe(hashDistance(queries, query * wordsPerHash, stored, query * wordsPerHash, 256));
    }
    expect(right).toBeGreaterThan(480);
  });

  it('finds mirrored hashes when asked for that mirror, and not without', () => {
    const queries = flipHashes(stored.slice(0, 200 * wordsPerHash), 1);
    const search = (flip: 0 | 1) => searchNearest(stored, numbers(5000), queries, numbers(200, 5000), flip, options, (band) => makeBand(stored, band));
    const right = (flip: 0 | 1) => {
      const { hash } = search(flip);
      return Array.from({ length: 200 }, (_, query) => hash[query * options.keep] === query).filter(Boolean).length;
    };
    expect(right(1)).toBe(200);
    expect(right(0)).toBe(0);
  });

  it('does not match a picture with itself', () => {
    const twice = new Uint32Array([...stored.subarray(0, 80), ...stored.subarray(0, 80)]);
    const owner = new Uint32Array(20).fill(7);
    expect([...searchNearest(twice, owner, twice, owner, 0, options, (band) => makeBand(twice, band)).hash].every((hash) => hash === -1)).toBe(true);
  });

  it('looks at a bounded number of hashes however large a bucket is, and still links each to its crowd', () => {
    const crowd = 20_000;
    const one = randomHashes(1, 4);
    const crowded = new Uint32Array(crowd * wordsPerHash);
    for (let i = 0; i < crowd; i++) crowded.set(one, i * wordsPerHash);
    const noisy = flipBits(crowded, 8, 5);
    const started = performance.now();
    const found = searchNearest(noisy, numbers(crowd), noisy, numbers(crowd), 0, options, (band) => makeBand(noisy, band));
    // All pairs would be 200 million comparisons a band.
    expect(performance.now() - started).toBeLessThan(20_000);
    for (let i = 0; i < crowd; i++) expect(found.hash[i * options.keep]).not.toBe(-1);
  });
});
