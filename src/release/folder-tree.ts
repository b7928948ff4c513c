import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CovidCtError, systemErrorCode } from '../base/index.ts';
import { openFileSource } from './byte-source.ts';
import { indexEntries, isJunkPath, noSuchFile, tooLarge, tooManyFiles, treeLimits, type FileEntry, type FileTree } from './file-tree.ts';

/**
 * A tree over a folder on disk. Symbolic links are followed while they stay inside the folder.
 * @throws CovidCtError NOT_FOUND where there is no such folder, BAD_INPUT for a link that leads out of it,
 *   LIMIT_EXCEEDED for more files or deeper folders than {@link treeLimits} allows
 */
export async function openFolderTree(folder: string): Promise<FileTree> {
  const root = await realpath(folder);
  const list: FileEntry[] = [];
  let seen = 0;

  const visit = async (path: string, depth: number): Promise<void> => {
    if (depth > treeLimits.depth) {
      throw new CovidCtError('LIMIT_EXCEEDED', `${folder} nests folders more than ${treeLimits.depth} deep, at ${JSON.stringify(path)}.`, {
        hint: 'A link may lead back to a folder above it; point --release at the dataset itself.',
      });
    }
    for (const item of await readdir(join(root, path), { withFileTypes: true })) {
      const inner = path === '' ? item.name : `${path}/${item.name}`;
      if (isJunkPath(item.name)) continue;
      seen += 1;
      if (seen > treeLimits.entries) throw tooManyFiles(folder);
      if (item.isSymbolicLink()) await checkLink(inner);
      const facts = item.isDirectory() ? undefined : await stat(join(root, inner));
      if (facts === undefined || facts.isDirectory()) await visit(inner, depth + 1);
      // Sockets, devices and pipes are no data: reading one could hang.
      else if (facts.isFile()) list.push({ path: inner, size: facts.size, location: inner });
    }
  };

  const checkLink = async (inner: string): Promise<void> => {
    const target = await realpath(join(root, inner)).catch((error: unknown) => {
      if (['ENOENT', 'ELOOP'].includes(systemErrorCode(error) ?? '')) return undefined;
      throw error;
    });
    if (target !== undefined && (target === root || target.startsWith(root + sep))) return;
    throw new CovidCtError(
      'BAD_INPUT',
      target === undefined ? `${JSON.stringify(inner)} in ${folder} is a symbolic link to nothing.` : `${JSON.stringify(inner)} in ${folder} is a symbolic link that leads out of the folder.`,
      { hint: 'Put the file itself there, or point --release at the folder where the files stand.' },
    );
  };

  await visit('', 0);
  const { sorted, byPath } = indexEntries(list);
  const locate = (path: string): FileEntry => {
    const entry = byPath.get(path);
    if (entry === undefined) throw noSuchFile(folder, path);
    return entry;
  };
  return {
    source: folder,
    entries: sorted,
    entry: (path) => byPath.get(path),
    async read(path) {
      const entry = locate(path);
      if (entry.size > treeLimits.fileBytes) throw tooLarge(entry.location, entry.size);
      return readFile(join(root, path));
    },
    open: async (path) => openFileSource(join(root, locate(path).path)),
    async close() {},
  };
}
