import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRelease } from '../../src/release/index.ts';
import { describeReal, realPath } from '../support/real-release.ts';
import { papersOfRelease, runReleaseRoundTrip } from '../support/release-round-trip.ts';

describeReal('release → generated papers → extract → accept all → release new', ['release'], () => {
  it('gives every figure that stands by itself back, pixel for pixel and under its name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'covid-ct-release-round-trip-'));
    const release = await openRelease(realPath('release'));
    try {
      // Papers all of whose figures stand by themselves; composites are reported by npm run accept:release-round-trip.
      const all = papersOfRelease(release, 1000);
      const alone = [...all].filter(([, images]) => new Set(images.map(({ parts }) => parts.figure)).size === images.length).slice(0, 4);
      const result = await runReleaseRoundTrip(release, new Map(alone), folder);
      expect(result.images).toBeGreaterThan(3);
      expect(result).toMatchObject({ lost: [], alone: { images: result.images, samePixels: result.images } });
    } finally {
      await release.close();
      await rm(folder, { recursive: true, force: true });
    }
  }, 600_000);
});
