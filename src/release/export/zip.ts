import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { CovidCtError } from '../../base/index.ts';

/** A file of a zip; its bytes are asked for when its turn comes. */
export interface ZipMember {
  readonly path: string;
  bytes(): Promise<Uint8Array>;
}

/**
 * Local time, not UTC: a zip's DOS time has no zone and yazl takes local hours, so that every zone writes the same bytes.
 * The day is when the published zips were last changed.
 */
const modified = new Date(2020, 7, 12);
const traits = { mtime: modified, mode: 0o100644, forceDosTimestamp: true } as const;

/**
 * Writes a zip with one folder entry and its files, one file in memory at a time. The same members give the same bytes.
 * @param stored no compression, as pictures are compressed already
 */
export async function writeZip(path: string, folder: string | undefined, members: readonly ZipMember[], stored: boolean): Promise<void> {
  const zip = new ZipFile();
  const failed = new Promise<never>((_, reject) => {
    zip.once('error', (error: unknown) => reject(error instanceof Error ? error : new CovidCtError('ENVIRONMENT', String(error))));
  });
  if (folder !== undefined) zip.addEmptyDirectory(folder, { mtime: modified, mode: 0o40755, forceDosTimestamp: true });
  for (const member of members) {
    zip.addReadStreamLazy(member.path, { ...traits, compress: !stored }, (give) => {
      member.bytes().then(
        (bytes) => give(undefined, Readable.from([bytes], { objectMode: false })),
        (error: unknown) => give(error, Readable.from([])),
      );
    });
  }
  zip.end();
  const output = createWriteStream(path);
  try {
    await Promise.race([pipeline(zip.outputStream, output), failed]);
  } catch (error) {
    output.destroy();
    throw error;
  }
}
