import { stat } from 'node:fs/promises';
import { CovidCtError, ifThere } from '../base/index.ts';
import { noSuchFile, type FileEntry, type FileTree } from './file-tree.ts';
import { openFolderTree } from './folder-tree.ts';
import { overlayZips } from './overlay-tree.ts';
import { openZipFileTree } from './zip-tree.ts';

/**
 * Opens a folder, or a zip, as a tree; the zips within are looked into, and nothing is extracted to disk.
 * @throws CovidCtError NOT_FOUND, BAD_ARCHIVE, BAD_INPUT or LIMIT_EXCEEDED
 */
export async function openFileTree(path: string): Promise<FileTree> {
  const facts = await ifThere(stat(path));
  if (facts === undefined) throw new CovidCtError('NOT_FOUND', `There is nothing at ${path}.`, { hint: 'Give the folder or the zip of a release.' });
  if (!facts.isDirectory() && !facts.isFile()) throw new CovidCtError('BAD_INPUT', `${path} is neither a folder nor a file.`);
  return overlayZips(facts.isDirectory() ? await openFolderTree(path) : await openZipFileTree(path));
}

/** The part of a tree below a folder, with paths relative to it. Closing it closes the whole. */
export function subtree(tree: FileTree, folder: string): FileTree {
  if (folder === '') return tree;
  const prefix = `${folder}/`;
  const relative = (entry: FileEntry): FileEntry => ({ ...entry, path: entry.path.slice(prefix.length) });
  const check = (path: string): string => {
    if (tree.entry(prefix + path) === undefined) throw noSuchFile(`${tree.source}/${folder}`, path);
    return prefix + path;
  };
  return {
    source: tree.source,
    entries: tree.entries.filter((entry) => entry.path.startsWith(prefix)).map(relative),
    entry: (path) => {
      const entry = tree.entry(prefix + path);
      return entry === undefined ? undefined : relative(entry);
    },
    read: async (path) => tree.read(check(path)),
    open: async (path) => tree.open(check(path)),
    close: () => tree.close(),
  };
}
