import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRelease } from '../../src/release/index.ts';
import { paperRoundTrip } from '../support/paper-round-trip.ts';
import { describeReal, realPath } from '../support/real-release.ts';

describeReal('a release through papers, extraction, review and a new release', ['release'], () => {
  it('pictures that were taken whole come back with their pixels and names (npm run accept:round-trip-papers does all)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'covid-ct-round-trip-'));
    const release = await openRelease(realPath('release'));
    try {
      const images = release.images.filter(({ label, parts }) => label === 'COVID' && parts.page !== undefined && parts.panels.length === 0).slice(0, 25);
      const { same, wrongNames, lost, extra } = await paperRoundTrip(release, images, folder);
      expect({ same, wrongNames, lost, extra }).toEqual({ same: 25, wrongNames: [], lost: [], extra: 0 });
    } finally {
      await release.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
