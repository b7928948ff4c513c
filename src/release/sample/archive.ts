import { ZipFile } from 'yazl';
import { memorySource } from '../byte-source.ts';
import { openZipArchive } from '../zip-archive.ts';

/** The date of every file in the sample's archives: without one, the same pictures would give other bytes each time. */
const date = new Date(Date.UTC(2020, 1, 29, 12));

/** A zip of some files, in their order; the same files give the same bytes. Stored, since pictures do not shrink. */
export async function packZip(files: Iterable<readonly [string, Uint8Array]>, compress = false): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const [path, bytes] of files) zip.addBuffer(Buffer.from(bytes), path, { mtime: date, mode: 0o100644, compress });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The same archive with its dates replaced: what writes workbooks stamps them with the hour. */
export async function withoutDates(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const archive = await openZipArchive(memorySource(bytes, name), name);
  const files: [string, Uint8Array][] = [];
  for (const entry of archive.entries) files.push([entry.path, await archive.read(entry)]);
  return packZip(files, true);
}
