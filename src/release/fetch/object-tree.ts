import { CovidCtError, type ObjectStore, type Workspace } from '../../base/index.ts';
import { openFileSource } from '../byte-source.ts';
import { indexEntries, isJunkPath, noSuchFile, type FileTree } from '../file-tree.ts';
import { overlayZips } from '../overlay-tree.ts';
import { readReleaseIndex, type ReleaseIndex } from './release-index.ts';

/**
 * A tree over objects: paths from an index, bytes from the store. Whole files are checked against their hash as they are
 * read; of an archive read in part, the archive's own checksums are.
 * @throws CovidCtError NOT_FOUND where an object is missing
 */
export async function openObjectTree(index: ReleaseIndex, objects: ObjectStore, source: string): Promise<FileTree> {
  for (const file of index.files) {
    if (!(await objects.has(file.sha256))) {
      throw new CovidCtError('NOT_FOUND', `${file.path} is listed in ${source}, but its object ${file.sha256} is gone.`, { hint: 'Run covid-ct fetch again.' });
    }
  }
  const { sorted, byPath } = indexEntries(
    index.files.filter((file) => !isJunkPath(file.path)).map(({ path, size, sha256 }) => ({ path, size, location: path, sha256 })),
  );
  const hashOf = (path: string): string => {
    const entry = byPath.get(path);
    if (entry === undefined) throw noSuchFile(source, path);
    return entry.sha256;
  };
  return {
    source,
    entries: sorted,
    entry: (path) => byPath.get(path),
    read: async (path) => objects.get(hashOf(path)),
    open: async (path) => openFileSource(objects.pathOf(hashOf(path))),
    async close() {},
  };
}

/**
 * The workspace's release as a tree, its zips looked into; `undefined` where none was fetched.
 * @throws CovidCtError BAD_RELEASE, NOT_FOUND, BAD_ARCHIVE or LIMIT_EXCEEDED
 */
export async function openWorkspaceTree(workspace: Workspace): Promise<FileTree | undefined> {
  const index = await readReleaseIndex(workspace);
  return index === undefined ? undefined : overlayZips(await openObjectTree(index, workspace.objects, workspace.path('release.json')));
}
