import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CovidCtError, systemErrorCode } from './errors.ts';
import { pathExists, syncFolder, writeFileAtomic } from './files.ts';

/** The SHA-256 of some bytes, as 64 lower-case hexadecimal digits. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The SHA-256 of a file, read in a stream, so that its size costs no memory. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Bytes kept under the name of their SHA-256: `ab/cdef…`. What is there is whole, since it is renamed into place. */
export interface ObjectStore {
  readonly folder: string;
  has(hash: string): Promise<boolean>;
  /** Keeps the bytes and gives their hash. Keeping the same bytes twice is free. */
  put(bytes: Uint8Array): Promise<string>;
  /**
   * Takes over a finished file of the same disk by renaming it, and gives its hash: nothing is copied, and a kill leaves
   * the file or the object. The file is gone afterwards.
   * @param hash its SHA-256, where the caller has just computed it from the disk
   */
  adopt(path: string, hash?: string): Promise<string>;
  /** Where an object stands, for those who read only a part of it; they check the hash themselves. */
  pathOf(hash: string): string;
  /** @throws CovidCtError NOT_FOUND, or HASH_MISMATCH when the disk gives other bytes than were kept */
  get(hash: string): Promise<Uint8Array>;
  /** Every hash that is kept, sorted. */
  list(): Promise<string[]>;
}

/** An object store in a folder, which is made on the first `put`. */
export function openObjectStore(folder: string): ObjectStore {
  const pathOf = (hash: string): string => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new CovidCtError('BAD_INPUT', `${JSON.stringify(hash)} is no SHA-256.`);
    return join(folder, hash.slice(0, 2), hash.slice(2));
  };
  return {
    folder,
    pathOf,
    has: (hash) => pathExists(pathOf(hash)),
    async put(bytes) {
      const hash = sha256(bytes);
      const path = pathOf(hash);
      if (!(await pathExists(path))) {
        await mkdir(join(folder, hash.slice(0, 2)), { recursive: true });
        await writeFileAtomic(path, bytes);
      }
      return hash;
    },
    async adopt(source, known) {
      const hash = known ?? (await sha256OfFile(source));
      const path = pathOf(hash);
      if (await pathExists(path)) {
        await rm(source, { force: true });
        return hash;
      }
      const handle = await open(source, 'r+');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await mkdir(join(folder, hash.slice(0, 2)), { recursive: true });
      try {
        await rename(source, path);
      } catch (error) {
        // Another process adopted the very same file in between.
        if (systemErrorCode(error) !== 'ENOENT' || !(await pathExists(path))) throw error;
      }
      await syncFolder(join(folder, hash.slice(0, 2)));
      return hash;
    },
    async get(hash) {
      const path = pathOf(hash);
      if (!(await pathExists(path))) {
        throw new CovidCtError('NOT_FOUND', `The object ${hash} is not in ${folder}.`, { hint: 'Run covid-ct fetch again.' });
      }
      const bytes = await readFile(path);
      if (sha256(bytes) !== hash) {
        throw new CovidCtError('HASH_MISMATCH', `The object ${hash} in ${folder} has changed on disk.`, {
          hint: 'Remove that file and run covid-ct fetch again.',
        });
      }
      return bytes;
    },
    async list() {
      if (!(await pathExists(folder))) return [];
      const hashes: string[] = [];
      for (const prefix of await readdir(folder)) {
        if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
        for (const rest of await readdir(join(folder, prefix))) {
          if (/^[0-9a-f]{62}$/.test(rest)) hashes.push(prefix + rest);
        }
      }
      return hashes.toSorted();
    },
  };
}
