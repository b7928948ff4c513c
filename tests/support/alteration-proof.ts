import { createDuplicateIndex, describePicture, findDuplicates, findDuplicatesOf, type DescribedPicture, type DuplicateIndex } from '../../src/audit/index.ts';
import { createRandom } from '../../src/base/index.ts';
import type { AlterationName } from '../../src/imaging/index.ts';
import { alterPicture } from '../../src/imaging/node.ts';
import type { RealPicture } from './real-pictures.ts';

/** Real pictures with their index, and which of them are one picture. */
export interface Ground {
  readonly pictures: readonly RealPicture[];
  readonly index: DuplicateIndex;
  /** Names of the pictures that are the same as one, by its name; itself included. */
  readonly same: ReadonlyMap<string, ReadonlySet<string>>;
}

/** How an alteration fared: altered pictures whose source was found, and pairs with a picture that is not their source. */
export interface Proof {
  readonly altered: number;
  readonly found: number;
  readonly falsePairs: readonly (readonly [string, string])[];
  readonly missed: readonly string[];
  /** Least of the figures that decide, over the sources found. */
  readonly leastMedian: number;
  readonly leastLow: number;
  readonly leastSupport: number;
  readonly seconds: number;
}

/**
 * Hashes the pictures.
 * @param groups names that are one picture, from a truth list
 */
export function layGround(pictures: readonly RealPicture[], groups: readonly (readonly string[])[]): Ground {
  const described: DescribedPicture[] = pictures.map(({ name, picture }) => describePicture(name, picture));
  const same = new Map<string, Set<string>>(pictures.map(({ name }) => [name, new Set([name])]));
  for (const group of groups) for (const name of group) for (const other of group) same.get(name)?.add(other);
  return { pictures, index: createDuplicateIndex(described), same };
}

/** Alters every `every`-th picture by one seed, and looks it up among all. */
export async function proveAlteration(ground: Ground, name: AlterationName, seed: number, every = 1): Promise<Proof> {
  const started = performance.now();
  const random = createRandom(seed).fork(name);
  const falsePairs: [string, string][] = [];
  const missed: string[] = [];
  let [altered, found, leastMedian, leastLow, leastSupport] = [0, 0, 1, 1, Infinity];
  for (const [i, source] of ground.pictures.entries()) {
    if (i % every !== seed % every) continue;
    const changed = await alterPicture(source.picture, name, random.fork(source.name));
    altered += 1;
    const pairs = findDuplicatesOf(describePicture(`${source.name} (${changed.what})`, changed.picture), ground.index).filter((pair) => pair.kind === 'duplicate');
    const own = pairs.find((pair) => pair.second === source.name);
    if (own === undefined) missed.push(source.name);
    else {
      found += 1;
      leastMedian = Math.min(leastMedian, own.detailMedian);
      leastLow = Math.min(leastLow, own.detailLow);
      leastSupport = Math.min(leastSupport, own.support);
    }
    for (const pair of pairs) {
      if (ground.same.get(source.name)?.has(pair.second) !== true) falsePairs.push([pair.first, pair.second]);
    }
  }
  return { altered, found, falsePairs, missed, leastMedian, leastLow, leastSupport, seconds: (performance.now() - started) / 1000 };
}

/** The pairs that are called one picture among many. */
export async function duplicateNames(pictures: readonly RealPicture[]): Promise<(readonly [string, string])[]> {
  const { pairs } = await findDuplicates(pictures.map(({ name, picture }) => describePicture(name, picture)));
  return pairs.filter((pair) => pair.kind === 'duplicate').map((pair) => [pair.first, pair.second]);
}
