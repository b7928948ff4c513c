import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { exportRelease, openRelease, type Release } from '../../src/release/index.ts';
import { legacyRequest } from './picture-release.ts';

/** All that a release says, with the hashes of its bytes; without where it stands. */
async function contentOf(release: Release) {
  const hashes: string[] = [];
  for (const image of release.images) hashes.push(sha256(await release.bytes(image)));
  return {
    labels: release.labels,
    layout: release.layout,
    images: release.images.map((image, i) => ({ ...image, sha256: hashes[i] })),
    lists: release.lists.map((list) => ({ ...list, bytes: Buffer.from(list.bytes).toString('hex') })),
    metadata: release.metadata,
    // A file among the pictures that is none is not exported, and so not found again.
    problems: release.problems.filter((problem) => problem.code !== 'EXTRA_FILE'),
  };
}

/** Exports a release to the upstream layout, opens the export, and expects the equal release. */
export async function expectUpstreamRoundTrip(release: Release): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'covid-ct-round-trip-'));
  try {
    await exportRelease('upstream', join(folder, 'copy'), legacyRequest(release));
    const copy = await openRelease(join(folder, 'copy'));
    try {
      expect(await contentOf(copy)).toEqual(await contentOf(release));
    } finally {
      await copy.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
