import { memorySource, openFileSource, type ByteSource } from './byte-source.ts';
import { indexEntries, isJunkPath, noSuchFile, type FileEntry, type FileTree } from './file-tree.ts';
import { openZipArchive, type ZipEntry } from './zip-archive.ts';

interface Located extends FileEntry {
  readonly zip: ZipEntry;
}

/**
 * A tree over the files of a zip, read in place: nothing is extracted to disk.
 * @param location the archive's name, for messages
 * @param under a folder that stands before every path
 * @throws CovidCtError BAD_ARCHIVE or LIMIT_EXCEEDED
 */
export async function openZipTree(source: ByteSource, location: string, under = ''): Promise<FileTree> {
  const archive = await openZipArchive(source, location);
  const { sorted, byPath } = indexEntries(
    archive.entries
      .filter((zip) => !isJunkPath(zip.path))
      .map((zip): Located => ({ path: under === '' ? zip.path : `${under}/${zip.path}`, size: zip.size, location: `${location}!${zip.path}`, zip })),
  );
  const read = async (path: string): Promise<Buffer> => {
    const entry = byPath.get(path);
    if (entry === undefined) throw noSuchFile(location, path);
    return archive.read(entry.zip);
  };
  return {
    source: location,
    entries: sorted,
    entry: (path) => byPath.get(path),
    read,
    open: async (path) => memorySource(await read(path), `${location}!${path}`),
    close: () => archive.close(),
  };
}

/** A tree over a zip on disk. @throws CovidCtError BAD_ARCHIVE, LIMIT_EXCEEDED, or what the disk throws */
export async function openZipFileTree(path: string): Promise<FileTree> {
  return openZipTree(await openFileSource(path), path);
}
