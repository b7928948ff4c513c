import { memorySource } from '../byte-source.ts';
import { packZip } from '../pack-zip.ts';
import { openZipArchive } from '../zip-archive.ts';

/** The same archive with its dates replaced: what writes workbooks stamps them with the hour. */
export async function withoutDates(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const archive = await openZipArchive(memorySource(bytes, name), name);
  const files: [string, Uint8Array][] = [];
  for (const entry of archive.entries) files.push([entry.path, await archive.read(entry)]);
  return packZip(files, true);
}
