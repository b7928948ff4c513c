import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRelease, type Release } from '../../src/release/index.ts';
import { cleanFolds, cleanTrack, dataSplitFiles, legacyTrack, noEvidence } from '../../src/splits/index.ts';
import { describeReal, realPath } from '../support/real-release.ts';

describeReal('tracks of the real release', ['release'], () => {
  let release: Release;
  beforeAll(async () => {
    release = await openRelease(realPath('release'));
  });
  afterAll(() => release.close());

  it('legacy gives the six published lists, byte for byte', async () => {
    const files = dataSplitFiles(release, legacyTrack(release));
    expect(files).toHaveLength(6);
    for (const { path, bytes } of files) expect(Buffer.compare(await readFile(join(realPath('release'), 'Data-split', path)), bytes)).toBe(0);
  });

  it.each([1, 2, 3])('clean (by patient, paper and figure), seed %i: nothing straddles, and labels are within one image of 57/16/27 %%', (seed) => {
    const track = cleanTrack(release, noEvidence, seed);
    expect(track.proof.holds).toBe(true);
    expect(track.images).toHaveLength(746);
    for (const label of release.labels) {
      const all = track.images.filter((entry) => entry.label === label);
      for (const [i, part] of track.parts.entries()) {
        const wanted = (track.proportions[i] ?? 0) * all.length;
        expect(Math.abs(all.filter((entry) => entry.part === part).length - wanted)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('clean folds: nothing straddles, and no fold is a fifth off by more than an image of a label', () => {
    const track = cleanFolds(release, noEvidence, 5);
    expect(track.proof.holds).toBe(true);
    for (const label of release.labels) {
      const all = track.images.filter((entry) => entry.label === label);
      for (const part of track.parts) expect(Math.abs(all.filter((entry) => entry.part === part).length - all.length / 5)).toBeLessThanOrEqual(1);
    }
  });
});
