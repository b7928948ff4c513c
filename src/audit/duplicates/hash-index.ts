import { flipHashes, hashDistance, wordsPerHash, type Flip } from './patches.ts';

/**
 * Near neighbours of 256-bit hashes, in time that grows as n log n at worst, however unevenly they lie.
 *
 * The hashes are sorted by one of their words, rotated, and each query is compared only with the neighbours of its place
 * in that order; this is done for several words and rotations (Charikar, STOC 2002, section 4; Ravichandran et al., ACL
 * 2005). A bucket of equal keys can be as large as it likes: each query looks at `window` hashes of it and no more. What a
 * pass overlooks, another one finds: a patch has {@link bandCount} of them, and a picture has some two hundred patches,
 * of which a true copy needs a handful.
 */
export interface SearchOptions {
  /** How many hashes are looked at on each side of a query's place. */
  readonly window: number;
  /** Largest Hamming distance of a match, in bits of 256. */
  readonly most: number;
  /** How many of a query's nearest matches are kept. */
  readonly keep: number;
}

/** Orders in which the hashes are sorted: each word, as it stands and rotated by half. */
export const bandCount = wordsPerHash * 2;

/** The hashes in the order of one band, with their keys. */
export interface Band {
  readonly keys: Uint32Array;
  readonly order: Uint32Array;
}

/** Matches of each query: hash numbers, nearest first, -1 where there is none, and their distances. `[queries, keep]` */
export interface Matches {
  readonly hash: Int32Array;
  readonly distance: Uint8Array;
}

function keysOf(words: Uint32Array, band: number): Uint32Array {
  const word = band >> 1;
  const rotation = (band & 1) * 16;
  const keys = new Uint32Array(words.length / wordsPerHash);
  for (let i = 0; i < keys.length; i++) {
    const value = words[i * wordsPerHash + word] as number;
    keys[i] = rotation === 0 ? value : (value << 16) | (value >>> 16);
  }
  return keys;
}

/** Below this many keys a sort by comparison is faster than two passes over 65,536 counters. */
const fewKeys = 4096;

/** Sorts by key, stable: in two counting passes of 16 bits, or, for few keys, by comparison. */
export function sortByKey(unsorted: Uint32Array): Band {
  const count = unsorted.length;
  if (count < fewKeys) {
    // Key and number in one double: 32 and 12 bits of its 53.
    const joint = Float64Array.from(unsorted, (key, i) => key * fewKeys + i).toSorted();
    return { keys: Uint32Array.from(joint, (value) => Math.floor(value / fewKeys)), order: Uint32Array.from(joint, (value) => value % fewKeys) };
  }
  let keys = unsorted;
  let order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  for (const shift of [0, 16]) {
    const starts = new Uint32Array(65537);
    for (let i = 0; i < count; i++) {
      const bucket = (((keys[i] as number) >>> shift) & 0xffff) + 1;
      starts[bucket] = (starts[bucket] as number) + 1;
    }
    for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
    const nextKeys = new Uint32Array(count);
    const nextOrder = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      const key = keys[i] as number;
      const bucket = (key >>> shift) & 0xffff;
      const at = starts[bucket] as number;
      starts[bucket] = at + 1;
      nextKeys[at] = key;
      nextOrder[at] = order[i] as number;
    }
    keys = nextKeys;
    order = nextOrder;
  }
  return { keys, order };
}

/** Sorts the hashes (`[n, wordsPerHash]`) for one band. */
export function makeBand(words: Uint32Array, band: number): Band {
  return sortByKey(keysOf(words, band));
}

/** The first place from `from` on whose key is not below `key`; strides grow, so a near place costs little and a far one log n. */
function placeOf(keys: Uint32Array, key: number, from: number): number {
  let low = from;
  let stride = 1;
  while (low + stride < keys.length && (keys[low + stride] as number) < key) {
    low += stride;
    stride *= 2;
  }
  let high = Math.min(keys.length, low + stride);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The largest distance that would still be kept for a query. */
function limitOf(matches: Matches, query: number, options: SearchOptions): number {
  const last = query * options.keep + options.keep - 1;
  return (matches.hash[last] as number) < 0 ? options.most : Math.min(options.most, (matches.distance[last] as number) - 1);
}

/** Puts a match among a query's nearest, unless it is there already or further than all of them. */
function keepNearest(matches: Matches, query: number, keep: number, hash: number, distance: number): void {
  const first = query * keep;
  let place = keep;
  for (let i = 0; i < keep; i++) {
    const other = matches.hash[first + i] as number;
    if (other === hash) return;
    if (place === keep && (other < 0 || (matches.distance[first + i] as number) > distance)) place = i;
    if (other < 0) break;
  }
  if (place === keep) return;
  for (let i = keep - 1; i > place; i--) {
    matches.hash[first + i] = matches.hash[first + i - 1] as number;
    matches.distance[first + i] = matches.distance[first + i - 1] as number;
  }
  matches.hash[first + place] = hash;
  matches.distance[first + place] = distance;
}

/**
 * For each query the nearest stored hashes, the queries mirrored by `flip`.
 * @param words the stored hashes, `[n, wordsPerHash]`
 * @param owner number of the picture that each stored hash belongs to
 * @param queries the hashes that are sought, `[m, wordsPerHash]`
 * @param queryOwner number of the picture that each query belongs to: a picture does not match itself
 * @param bandOf gives a band of the stored hashes: made on the spot, or kept
 */
export function searchNearest(
  words: Uint32Array,
  owner: Uint32Array,
  queries: Uint32Array,
  queryOwner: Uint32Array,
  flip: Flip,
  options: SearchOptions,
  bandOf: (band: number) => Band,
): Matches {
  const { window, keep } = options;
  const sought = flipHashes(queries, flip);
  const count = queries.length / wordsPerHash;
  const matches: Matches = { hash: new Int32Array(count * keep).fill(-1), distance: new Uint8Array(count * keep).fill(255) };
  // With many queries the stored hashes are copied into the band's order: reading them in a row is several times faster.
  const many = count * 8 > owner.length;
  // A mirrored pair is sought from both of its pictures; each looks through every other order.
  const stride = flip === 0 ? 1 : 2;
  const sorted = many ? new Uint32Array(words.length) : words;
  for (let number = 0; number < bandCount; number += stride) {
    const band = bandOf(number);
    if (many) gather(words, band.order, sorted);
    const asked = sortByKey(keysOf(sought, number));
    let place = 0;
    for (let i = 0; i < count; i++) {
      const query = asked.order[i] as number;
      const own = queryOwner[query] as number;
      place = placeOf(band.keys, asked.keys[i] as number, place);
      const end = Math.min(band.keys.length, place + window);
      let limit = limitOf(matches, query, options);
      for (let at = Math.max(0, place - window); at < end; at++) {
        const distance = hashDistance(sought, query * wordsPerHash, sorted, (many ? at : (band.order[at] as number)) * wordsPerHash, limit);
        if (distance > limit) continue;
        const hash = band.order[at] as number;
        if (owner[hash] === own) continue;
        keepNearest(matches, query, keep, hash, distance);
        limit = limitOf(matches, query, options);
      }
    }
  }
  return matches;
}

function gather(words: Uint32Array, order: Uint32Array, sorted: Uint32Array): void {
  for (let i = 0; i < order.length; i++) {
    const from = (order[i] as number) * wordsPerHash;
    const to = i * wordsPerHash;
    for (let word = 0; word < wordsPerHash; word++) sorted[to + word] = words[from + word] as number;
  }
}
