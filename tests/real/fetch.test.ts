import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { noProgress, openWorkspace } from '../../src/base/index.ts';
import { acceptedHashes, fetchRelease, openWorkspaceTree, readManifest } from '../../src/release/index.ts';
import { describeReal, realPath } from '../support/real-release.ts';

describeReal('fetch of the published release', ['release'], () => {
  it('imports its ten files, and every one of its 746 images is in the manifest', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'covid-ct-real-'));
    try {
      const workspace = openWorkspace(folder);
      const report = await fetchRelease(realPath('release'), { workspace, known: acceptedHashes(readManifest()), strict: true, progress: noProgress });
      expect(report).toMatchObject({ files: 10, images: { known: 746, unchanged: 746, changed: [], missing: [], unknown: [] } });
      const tree = await openWorkspaceTree(workspace);
      expect(tree?.entries.filter((entry) => entry.path.startsWith('Images-processed/CT_COVID/'))).toHaveLength(349);
      await tree?.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
