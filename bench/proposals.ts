/**
 * The proposal stage alone on many clustered hashes: real patch hashes of the release, copied with up to 8 of 256 bits
 * flipped, until there are 100,000 and 1,000,000. Bounds: the larger in 60 s, and in at most 14 times the smaller's time.
 * Run: npm run bench:proposals
 */
import { workingPlane } from '../src/audit/duplicates/plane.ts';
import { hashPatches, wordsPerHash, type PatchHashes } from '../src/audit/duplicates/patches.ts';
import { joinHashes, proposePairs, type HashTable } from '../src/audit/duplicates/proposals.ts';
import { createRandom, type Random } from '../src/base/index.ts';
import { releasePictures } from '../tests/support/real-pictures.ts';

interface Hashed {
  readonly hashes: PatchHashes;
  readonly size: { readonly width: number; readonly height: number };
}

function flipBits(hashes: PatchHashes, random: Random): PatchHashes {
  const words = hashes.words.slice();
  for (let hash = 0; hash < hashes.count; hash++) {
    for (let bits = random.integer(0, 8); bits > 0; bits--) {
      const at = hash * wordsPerHash + random.integer(0, wordsPerHash - 1);
      words[at] = ((words[at] ?? 0) ^ (1 << random.integer(0, 31))) >>> 0;
    }
  }
  return { ...hashes, words };
}

/** Copies of the pictures in turn, until their hashes are enough; and which source each copy has. */
function cluster(sources: readonly Hashed[], wanted: number, random: Random): { readonly table: HashTable; readonly source: readonly number[] } {
  const copies: Hashed[] = [];
  const source: number[] = [];
  for (let total = 0, next = 0; total < wanted; next = (next + 1) % sources.length) {
    const original = sources[next];
    if (original === undefined) throw new Error('There are no pictures.');
    copies.push({ hashes: flipBits(original.hashes, random), size: original.size });
    source.push(next);
    total += original.hashes.count;
  }
  return { table: joinHashes(copies), source };
}

const sources = (await releasePictures()).map(({ picture }): Hashed => {
  const plane = workingPlane(picture);
  return { hashes: hashPatches(plane), size: { width: plane.width, height: plane.height } };
});

function measure(wanted: number): number {
  // Fewer sources for the smaller size, so that both are crowded alike: about seven copies of each.
  const some = sources.slice(0, Math.round((sources.length * wanted) / 1_000_000));
  const { table, source } = cluster(some, wanted, createRandom(11));
  const started = performance.now();
  const proposals = proposePairs(table);
  const seconds = (performance.now() - started) / 1000;
  const linked = new Set(proposals.filter(({ a, b }) => source[a] === source[b]).flatMap(({ a, b }) => [a, b]));
  console.log(
    `${(table.words.length / wordsPerHash).toLocaleString('en')} hashes of ${source.length} pictures: ${seconds.toFixed(1)} s, ` +
      `${proposals.length} pairs proposed, ${linked.size} of ${source.length} copies proposed with another copy of their source`,
  );
  return seconds;
}

measure(20_000); // warms the compiler up
const small = measure(100_000);
const large = measure(1_000_000);
console.log(`1,000,000 hashes: ${large.toFixed(1)} s (bound 60); 10 times the hashes take ${(large / small).toFixed(1)} times the time (bound 14)`);
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
process.exitCode = large <= 60 && large <= 14 * small ? 0 : 1;
