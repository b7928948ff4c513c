import { invertAlignment, type Alignment, type Size } from './alignment.ts';
import { makeBand, searchNearest, type Band, type Matches, type SearchOptions } from './hash-index.ts';
import { flips, wordsPerHash, type Flip, type PatchHashes } from './patches.ts';

/** The patch hashes of many pictures, one after the other. */
export interface HashTable {
  /** `[hashes, wordsPerHash]` */
  readonly words: Uint32Array;
  /** Number of the picture each hash belongs to, rising. */
  readonly owner: Uint32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly level: Uint8Array;
  /** Working size of each picture. */
  readonly sizes: readonly Size[];
}

/** Two pictures that share patches in one geometry: worth a look at the pixels, no more. */
export interface Proposal {
  readonly a: number;
  readonly b: number;
  /** How A lies on B. */
  readonly alignment: Alignment;
  /** Places, apart from each other, where the patches agree with that alignment. */
  readonly support: number;
}

/** Search settings that were chosen on altered pictures (docs/DUPLICATES.md). */
export const searchOptions: SearchOptions = { window: 4, most: 56, keep: 8 };
/** Fewer agreeing places than this are chance. */
export const leastSupport = 7;
/** A picture is proposed with at most so many others, the best supported: in a crowd of copies the chain still joins all. */
const mostPartners = 32;

/** Joins the hashes of pictures into one table. */
export function joinHashes(pictures: readonly { readonly hashes: PatchHashes; readonly size: Size }[]): HashTable {
  const total = pictures.reduce((sum, picture) => sum + picture.hashes.count, 0);
  const table = {
    words: new Uint32Array(total * wordsPerHash),
    owner: new Uint32Array(total),
    x: new Float32Array(total),
    y: new Float32Array(total),
    level: new Uint8Array(total),
    sizes: pictures.map((picture) => picture.size),
  };
  let at = 0;
  for (const [number, { hashes }] of pictures.entries()) {
    table.words.set(hashes.words, at * wordsPerHash);
    table.owner.fill(number, at, at + hashes.count);
    table.x.set(hashes.x, at);
    table.y.set(hashes.y, at);
    table.level.set(hashes.level, at);
    at += hashes.count;
  }
  return table;
}

/** A match of two patches: where they lie (A mirrored already), and the scale that their levels tell. */
interface Vote {
  readonly xa: number;
  readonly ya: number;
  readonly xb: number;
  readonly yb: number;
  /** Quarter octaves: B's pixels per A's pixel are `2 ** (step / 4)`. */
  readonly step: number;
}

/** Votes looked at when a geometry is sought; more than these are many times what a copy needs. */
const mostVotes = 96;

function collectVotes(table: HashTable, queries: HashTable, from: number, to: number, size: Size, flip: Flip, matches: Matches, keep: number): Map<number, Vote[]> {
  const votes = new Map<number, Vote[]>();
  for (let query = from; query < to; query++) {
    const x = queries.x[query] as number;
    const y = queries.y[query] as number;
    const xa = (flip & 1) === 0 ? x : size.width - 1 - x;
    const ya = (flip & 2) === 0 ? y : size.height - 1 - y;
    for (let k = 0; k < keep; k++) {
      const hash = matches.hash[query * keep + k] as number;
      if (hash < 0) break;
      const vote = { xa, ya, xb: table.x[hash] as number, yb: table.y[hash] as number, step: (table.level[hash] as number) - (queries.level[query] as number) };
      const owner = table.owner[hash] as number;
      const list = votes.get(owner);
      if (list === undefined) votes.set(owner, [vote]);
      else if (list.length < mostVotes) list.push(vote);
    }
  }
  return votes;
}

/** Votes that agree with one of them: near its scale, and where it says, give or take what a quarter octave blurs. */
function agreeing(votes: readonly Vote[], seed: Vote): Vote[] {
  const scale = 2 ** (seed.step / 4);
  return votes.filter((vote) => {
    if (Math.abs(vote.step - seed.step) > 1) return false;
    const dx = scale * (vote.xa - seed.xa);
    const dy = scale * (vote.ya - seed.ya);
    const slack = 5 + 0.1 * (Math.abs(dx) + Math.abs(dy));
    return Math.abs(seed.xb + dx - vote.xb) <= slack && Math.abs(seed.yb + dy - vote.yb) <= slack;
  });
}

/** How many places, at least 10 pixels apart, the votes come from. */
function countPlaces(votes: readonly Vote[]): number {
  const places: Vote[] = [];
  for (const vote of votes) {
    if (places.every((place) => Math.abs(place.xa - vote.xa) + Math.abs(place.ya - vote.ya) > 10)) places.push(vote);
  }
  return places.length;
}

/** Least squares along both axes with one scale; `undefined` where the points lie too close to tell one. */
function fit(votes: readonly Vote[], flip: Flip): Alignment | undefined {
  const mean = (value: (vote: Vote) => number) => votes.reduce((sum, vote) => sum + value(vote), 0) / votes.length;
  const [xa, ya, xb, yb] = [mean((v) => v.xa), mean((v) => v.ya), mean((v) => v.xb), mean((v) => v.yb)];
  let across = 0;
  let within = 0;
  for (const vote of votes) {
    across += (vote.xa - xa) * (vote.xb - xb) + (vote.ya - ya) * (vote.yb - yb);
    within += (vote.xa - xa) ** 2 + (vote.ya - ya) ** 2;
  }
  const scale = within > 0 ? across / within : 0;
  if (!(scale > 0.25 && scale < 4)) return undefined;
  return { flip, scaleX: scale, scaleY: scale, shiftX: xb - scale * xa, shiftY: yb - scale * ya };
}

/** The geometry on which most places agree, or `undefined` where fewer than {@link leastSupport} do. */
function consensus(votes: readonly Vote[], flip: Flip): { alignment: Alignment; support: number } | undefined {
  if (votes.length < leastSupport) return undefined;
  let best: Vote[] = [];
  for (const seed of votes) {
    const list = agreeing(votes, seed);
    if (list.length > best.length) best = list;
  }
  if (best.length < leastSupport) return undefined;
  const first = fit(best, flip);
  if (first === undefined) return undefined;
  const close = votes.filter((v) => Math.abs(first.scaleX * v.xa + first.shiftX - v.xb) <= 6 && Math.abs(first.scaleY * v.ya + first.shiftY - v.yb) <= 6);
  const support = countPlaces(close);
  if (support < leastSupport) return undefined;
  const alignment = fit(close, flip);
  return alignment && { alignment, support };
}

/** What one picture (number `picture` of `queries`, whose hashes are `from` to `to`) shares with the stored ones, mirrored by `flip`. */
function partnersOf(table: HashTable, queries: HashTable, picture: number, from: number, to: number, flip: Flip, matches: Matches): Proposal[] {
  const size = queries.sizes[picture];
  if (size === undefined) return [];
  const found: Proposal[] = [];
  for (const [other, votes] of collectVotes(table, queries, from, to, size, flip, matches, searchOptions.keep)) {
    const result = consensus(votes, flip);
    if (result !== undefined) found.push({ a: picture, b: other, ...result });
  }
  return found.toSorted((p, q) => q.support - p.support).slice(0, mostPartners);
}

/** Proposals for all pictures of `queries` among those of `table`; with the same table for both, each pair twice at most. */
function search(table: HashTable, queries: HashTable, queryOwner: Uint32Array, bandOf: (band: number) => Band): Proposal[] {
  const found: Proposal[] = [];
  for (const flip of flips) {
    const matches = searchNearest(table.words, table.owner, queries.words, queryOwner, flip, searchOptions, bandOf);
    let from = 0;
    for (let picture = 0; picture < queries.sizes.length; picture++) {
      let to = from;
      while (to < queries.owner.length && queries.owner[to] === picture) to += 1;
      for (const proposal of partnersOf(table, queries, picture, from, to, flip, matches)) found.push(proposal);
      from = to;
    }
  }
  return found;
}

/**
 * Pairs of pictures that share patches, each once with `a < b`, the best supported geometry of each, sorted by pair.
 * The time grows with the number of hashes (times its logarithm), not with the number of pairs.
 */
export function proposePairs(table: HashTable): Proposal[] {
  const best = new Map<number, Proposal>();
  for (const proposal of search(table, table, table.owner, (band) => makeBand(table.words, band))) {
    const turned = proposal.a > proposal.b;
    const a = turned ? proposal.b : proposal.a;
    const b = turned ? proposal.a : proposal.b;
    const key = a * table.sizes.length + b;
    const known = best.get(key);
    if (known !== undefined && known.support >= proposal.support) continue;
    const sizeA = table.sizes[proposal.a];
    const sizeB = table.sizes[proposal.b];
    if (sizeA === undefined || sizeB === undefined) continue;
    const alignment = turned ? invertAlignment(proposal.alignment, sizeA, sizeB) : proposal.alignment;
    best.set(key, { a, b, alignment, support: proposal.support });
  }
  return [...best.values()].toSorted((p, q) => p.a - q.a || p.b - q.b);
}

/** Stored hashes with their bands kept, to look up one picture after the other. */
export interface ProposalIndex {
  readonly table: HashTable;
  readonly bands: readonly Band[];
}

/** What a new picture shares with the stored ones: `a` is 0 in every proposal, `b` the stored picture's number. */
export function proposeFor(index: ProposalIndex, queries: HashTable): Proposal[] {
  const nobody = new Uint32Array(queries.owner.length).fill(0xffffffff);
  const best = new Map<number, Proposal>();
  const bandOf = (band: number): Band => index.bands[band] ?? makeBand(index.table.words, band);
  for (const proposal of search(index.table, queries, nobody, bandOf)) {
    const known = best.get(proposal.b);
    if (known === undefined || proposal.support > known.support) best.set(proposal.b, proposal);
  }
  return [...best.values()].toSorted((p, q) => q.support - p.support);
}
