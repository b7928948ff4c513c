import { CovidCtError } from '../base/index.ts';
import { memorySource } from './byte-source.ts';
import { cleanPath, indexEntries, isJunkPath, noSuchFile, type FileEntry, type FileTree } from './file-tree.ts';

/**
 * A tree over bytes in memory, by path.
 * @param source a name for messages
 * @throws CovidCtError BAD_INPUT for a path that leads out of the tree
 */
export function openMemoryTree(files: ReadonlyMap<string, Uint8Array>, source: string): FileTree {
  const bytesOf = new Map<string, Uint8Array>();
  const list: FileEntry[] = [];
  for (const [name, bytes] of files) {
    const cleaned = cleanPath(name);
    if ('refused' in cleaned || cleaned.path === '') {
      throw new CovidCtError('BAD_INPUT', `The name ${JSON.stringify(name)} is refused: ${'refused' in cleaned ? cleaned.refused : 'it is empty'}.`);
    }
    if (isJunkPath(cleaned.path)) continue;
    bytesOf.set(cleaned.path, bytes);
    list.push({ path: cleaned.path, size: bytes.length, location: cleaned.path });
  }
  const { sorted, byPath } = indexEntries(list);
  const read = async (path: string): Promise<Uint8Array> => {
    const bytes = bytesOf.get(path);
    if (bytes === undefined) throw noSuchFile(source, path);
    return bytes;
  };
  return {
    source,
    entries: sorted,
    entry: (path) => byPath.get(path),
    read,
    open: async (path) => memorySource(await read(path), path),
    async close() {},
  };
}
