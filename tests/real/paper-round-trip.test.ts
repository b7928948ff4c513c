import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRelease } from '../../src/release/index.ts';
import { paperRoundTrip } from '../support/paper-round-trip.ts';
import { describeReal, realPath } from '../support/real-release.ts';

describeReal('a release through papers, extraction, review and a new release', ['release'], () => {
  it('pictures that were taken whole, and panels of composites, come back with their pixels and names (npm run accept:round-trip-papers does all)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'covid-ct-round-trip-'));
    const release = await openRelease(realPath('release'));
    try {
      const covid = release.images.filter(({ label, parts }) => label === 'COVID' && parts.page !== undefined);
      // Panels in sizes of their own, in loose rows, white or nearly white at their edges.
      const composites = ['2020.02.23.20026856-p17-115', '2020.02.11.20022053-p12-67', '2020.02.27.20027557-p25-137', '2020.02.19.20025023-p20-93', '2020.02.10.20021584-p6-52'];
      const images = [...covid.filter(({ parts }) => parts.panels.length === 0).slice(0, 12), ...covid.filter(({ parts }) => composites.includes(parts.figure ?? ''))];
      const { same, wrongNames, lost, extra } = await paperRoundTrip(release, images, folder);
      expect(images.length).toBeGreaterThan(18);
      expect({ same, wrongNames, lost, extra }).toEqual({ same: images.length, wrongNames: [], lost: [], extra: 0 });
    } finally {
      await release.close();
      await rm(folder, { recursive: true, force: true });
    }
  }, 900_000);
});
