import { openMemoryTree } from './memory-tree.ts';
import { openRelease } from './open-release.ts';
import { overlayZips } from './overlay-tree.ts';
import { drawSample, sampleName, sampleSeed } from './sample/index.ts';
import type { Release } from './types.ts';

/** Draws the embedded sample in memory and opens it: a synthetic release, no picture of a person in it. */
export async function openSample(seed: number = sampleSeed): Promise<Release> {
  const sample = await drawSample(seed);
  return openRelease(await overlayZips(openMemoryTree(sample.files, sampleName)), { name: sampleName, synthetic: true, claims: sample.claims });
}
