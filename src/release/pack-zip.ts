import { ZipFile } from 'yazl';

/** The date of every file: without one, the same files would give other bytes each time. */
const date = new Date(Date.UTC(2020, 1, 29, 12));

/** A zip of some files in memory, in their order; the same files give the same bytes. Stored unless compressed: pictures do not shrink. */
export async function packZip(files: Iterable<readonly [string, Uint8Array]>, compress = false): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const [path, bytes] of files) zip.addBuffer(Buffer.from(bytes), path, { mtime: date, mode: 0o100644, compress });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
