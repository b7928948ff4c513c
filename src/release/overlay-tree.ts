import { CovidCtError } from '../base/index.ts';
import { indexEntries, noSuchFile, tooManyFiles, treeLimits, type FileEntry, type FileTree } from './file-tree.ts';
import { openZipTree } from './zip-tree.ts';

interface Owned extends FileEntry {
  readonly owner: FileTree;
}

/**
 * Looks into the zips of a tree: their files appear beside them, as if each had been unpacked where it stands, and the
 * zips themselves stay listed. A file that is really there hides the one of the same path in a zip. Zips within those
 * zips stay closed. Closing the result closes the tree below.
 * @throws CovidCtError BAD_ARCHIVE for a zip that is refused, LIMIT_EXCEEDED for too many
 */
export async function overlayZips(below: FileTree): Promise<FileTree> {
  const archives = below.entries.filter((entry) => entry.path.toLowerCase().endsWith('.zip'));
  if (archives.length > treeLimits.archives) {
    await below.close();
    throw new CovidCtError('LIMIT_EXCEEDED', `${below.source} holds ${archives.length} zips; at most ${treeLimits.archives} are looked into.`, {
      hint: 'Point --release at the dataset itself, not at a folder above it.',
    });
  }
  const opened: FileTree[] = [];
  const closeAll = async (): Promise<void> => {
    for (const tree of [...opened, below]) await tree.close();
  };
  const byPath = new Map<string, Owned>();
  try {
    for (const archive of archives) {
      const slash = archive.path.lastIndexOf('/');
      const tree = await openZipTree(await below.open(archive.path), archive.location, slash < 0 ? '' : archive.path.slice(0, slash));
      opened.push(tree);
      for (const entry of tree.entries) {
        const before = byPath.get(entry.path);
        if (before !== undefined) throw new CovidCtError('BAD_ARCHIVE', `${entry.location} and ${before.location} are the same path.`, { hint: 'Keep one of the two.' });
        byPath.set(entry.path, { ...entry, owner: tree });
      }
    }
    for (const entry of below.entries) byPath.set(entry.path, { ...entry, owner: below });
    if (byPath.size > treeLimits.entries) throw tooManyFiles(below.source);
  } catch (error) {
    await closeAll();
    throw error;
  }
  const { sorted } = indexEntries(byPath.values());
  const locate = (path: string): Owned => {
    const entry = byPath.get(path);
    if (entry === undefined) throw noSuchFile(below.source, path);
    return entry;
  };
  return {
    source: below.source,
    entries: sorted.map(({ path, size, location }) => ({ path, size, location })),
    entry: (path) => byPath.get(path),
    read: async (path) => locate(path).owner.read(path),
    open: async (path) => locate(path).owner.open(path),
    close: closeAll,
  };
}
