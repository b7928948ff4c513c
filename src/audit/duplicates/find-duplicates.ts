import { setImmediate } from 'node:timers/promises';
import { CovidCtError, noProgress, type Progress } from '../../base/index.ts';
import type { Picture } from '../../imaging/index.ts';
import type { Alignment } from './alignment.ts';
import { comparePair, withHalf, type ComparedPlane, type Comparison } from './comparison.ts';
import { connectedGroups } from './groups.ts';
import { bandCount, makeBand } from './hash-index.ts';
import { hashPatches, type PatchHashes } from './patches.ts';
import { workingPlane, type Plane } from './plane.ts';
import { joinHashes, proposeFor, proposePairs, type ProposalIndex } from './proposals.ts';
import { judge } from './verdict.ts';

/** A picture as the search for duplicates keeps it: its patch hashes, and its working plane in 8 bits (some 50 kB). */
export interface DescribedPicture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly gray: Uint8Array;
  readonly hashes: PatchHashes;
}

/** Two pictures that are the same, or nearly so, and what the pixels said. */
export interface PicturePair extends Comparison {
  readonly first: string;
  readonly second: string;
  readonly kind: 'duplicate' | 'adjacent';
  /** Places whose patches agree. */
  readonly support: number;
}

/** What a search among many pictures gave. */
export interface DuplicateSearch {
  /** Sorted by kind (duplicates first), then by how well the fine structures agree. */
  readonly pairs: readonly PicturePair[];
  /** Names of pictures that are one picture: connected components of the true duplicates. */
  readonly groups: readonly (readonly string[])[];
  /** Names of pictures that look like slices of one scan: connected components of adjacent pairs. */
  readonly adjacentGroups: readonly (readonly string[])[];
  /** How many pairs the hashes proposed. */
  readonly proposed: number;
}

/** Pictures that were described, ready to be searched for copies of one more. */
export interface DuplicateIndex {
  readonly pictures: readonly DescribedPicture[];
  readonly proposals: ProposalIndex;
}

/** How a search is run. */
export interface DuplicateOptions {
  readonly progress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** Hashes a picture and shrinks it to its working plane. `name` is how it is called in results. */
export function describePicture(name: string, picture: Picture): DescribedPicture {
  const plane = workingPlane(picture);
  return { name, width: plane.width, height: plane.height, gray: Uint8Array.from(plane.data, (value) => Math.min(255, Math.max(0, value + 0.5))), hashes: hashPatches(plane) };
}

/** Sorts the hashes of described pictures, once, for many calls of {@link findDuplicatesOf}. */
export function createDuplicateIndex(pictures: readonly DescribedPicture[]): DuplicateIndex {
  const table = joinHashes(pictures.map((picture) => ({ hashes: picture.hashes, size: picture })));
  return { pictures, proposals: { table, bands: Array.from({ length: bandCount }, (_, band) => makeBand(table.words, band)) } };
}

function comparedPlane(picture: DescribedPicture): ComparedPlane {
  const full: Plane = { width: picture.width, height: picture.height, data: Float32Array.from(picture.gray) };
  return withHalf(full);
}

/** Looks at the pixels of a proposed pair. */
function decide(first: DescribedPicture, a: ComparedPlane, second: DescribedPicture, b: ComparedPlane, alignment: Alignment, support: number): PicturePair | undefined {
  const comparison = comparePair(a, b, alignment);
  if (comparison === undefined) return undefined;
  const kind = judge(comparison, support);
  return kind === 'different' ? undefined : { first: first.name, second: second.name, kind, support, ...comparison };
}

function bySimilarity(p: PicturePair, q: PicturePair): number {
  if (p.kind !== q.kind) return p.kind === 'duplicate' ? -1 : 1;
  return q.detailMedian - p.detailMedian || (p.first < q.first ? -1 : 1);
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CovidCtError('CANCELLED', 'The search for duplicates was interrupted.', { hint: 'Nothing was written; run it again.' });
}

/**
 * Finds pictures that are the same, through re-cropping, other sizes, recompression, mirroring, other colours and added
 * marks, and those that look like neighbouring slices. Hashes propose pairs; the pixels of each proposed pair decide.
 * @param pictures described pictures; names are to be unique
 * @throws CovidCtError CANCELLED when the signal is aborted
 */
export async function findDuplicates(pictures: readonly DescribedPicture[], options: DuplicateOptions = {}): Promise<DuplicateSearch> {
  const { progress = noProgress, signal } = options;
  const proposals = proposePairs(joinHashes(pictures.map((picture) => ({ hashes: picture.hashes, size: picture }))));
  const found: { readonly a: number; readonly b: number; readonly pair: PicturePair }[] = [];
  // Proposals are sorted by their first picture, whose plane is made once.
  let current: { readonly number: number; readonly plane: ComparedPlane } | undefined;
  for (const [done, { a, b, alignment, support }] of proposals.entries()) {
    if (done % 16 === 0) {
      progress({ label: 'comparing proposed duplicates', done, total: proposals.length });
      await setImmediate();
      throwIfCancelled(signal);
    }
    const first = pictures[a];
    const second = pictures[b];
    if (first === undefined || second === undefined) continue;
    if (current?.number !== a) current = { number: a, plane: comparedPlane(first) };
    const pair = decide(first, current.plane, second, comparedPlane(second), alignment, support);
    if (pair !== undefined) found.push({ a, b, pair });
  }
  progress({ label: 'comparing proposed duplicates', done: proposals.length, total: proposals.length });
  const namesOf = (kind: PicturePair['kind']): string[][] =>
    connectedGroups(
      pictures.length,
      found.filter(({ pair }) => pair.kind === kind),
    ).map((group) => group.map((number) => pictures[number]?.name ?? ''));
  return {
    pairs: found.map(({ pair }) => pair).toSorted(bySimilarity),
    groups: namesOf('duplicate'),
    adjacentGroups: namesOf('adjacent'),
    proposed: proposals.length,
  };
}

/**
 * Finds the stored pictures that one picture is a copy of, or looks adjacent to. In each pair it is the `first`; a stored
 * picture of the same name is passed over.
 */
export function findDuplicatesOf(picture: DescribedPicture, index: DuplicateIndex): PicturePair[] {
  const plane = comparedPlane(picture);
  const queries = joinHashes([{ hashes: picture.hashes, size: picture }]);
  return proposeFor(index.proposals, queries)
    .flatMap(({ b, alignment, support }) => {
      const stored = index.pictures[b];
      if (stored === undefined || stored.name === picture.name) return [];
      return decide(picture, plane, stored, comparedPlane(stored), alignment, support) ?? [];
    })
    .toSorted(bySimilarity);
}
