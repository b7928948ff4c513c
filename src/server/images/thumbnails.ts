import { readFile } from 'node:fs/promises';
import { systemErrorCode, writeFileAtomic, type Workspace } from '../../base/index.ts';
import { makeThumbnail } from '../../imaging/node.ts';
import type { ImageEntry, IndexedRelease } from '../shelf/indexed-release.ts';

/** Longer sides that are made, in pixels: grids on plain and on dense screens, and side by side. */
export const thumbnailSides = [160, 320, 640] as const;
/** One of {@link thumbnailSides}. */
export type ThumbnailSide = (typeof thumbnailSides)[number];

/** Thumbnails, made once and kept on disk; the last ones in memory too. */
export interface Thumbnails {
  /** A WebP. @throws CovidCtError BAD_IMAGE for what cannot be decoded */
  get(indexed: IndexedRelease, entry: ImageEntry, side: ThumbnailSide): Promise<Uint8Array>;
  /** The same of an object of the workspace. */
  ofObject(hash: string, side: number, read: () => Promise<Uint8Array>): Promise<Uint8Array>;
}

/** Bytes that are kept in memory. */
const memoryBytes = 96 * 1024 * 1024;

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Opens the thumbnails of a workspace. */
export function openThumbnails(workspace: Workspace): Thumbnails {
  // The oldest first: a Map keeps the order of insertion.
  const kept = new Map<string, Uint8Array>();
  const making = new Map<string, Promise<Uint8Array>>();
  let bytes = 0;
  const keep = (name: string, thumbnail: Uint8Array): void => {
    kept.set(name, thumbnail);
    bytes += thumbnail.byteLength;
    for (const [oldest, { byteLength }] of kept) {
      if (bytes <= memoryBytes) break;
      kept.delete(oldest);
      bytes -= byteLength;
    }
  };
  const make = async (path: string, side: number, read: () => Promise<Uint8Array>): Promise<Uint8Array> => {
    const known = await readIfThere(path);
    if (known !== undefined) return known;
    const thumbnail = await makeThumbnail(await read(), side);
    // A cache that cannot be written costs time, not the answer.
    await writeFileAtomic(path, thumbnail).catch(() => undefined);
    return thumbnail;
  };
  const get = async (name: string, path: string, side: number, read: () => Promise<Uint8Array>): Promise<Uint8Array> => {
    const inMemory = kept.get(name);
    if (inMemory !== undefined) return inMemory;
    const running = making.get(name);
    if (running !== undefined) return running;
    const work = make(path, side, read).finally(() => making.delete(name));
    making.set(name, work);
    const thumbnail = await work;
    keep(name, thumbnail);
    return thumbnail;
  };
  return {
    get: ({ fingerprint, release }, { key, image }, side) =>
      get(`${fingerprint}-${side}-${key}`, workspace.path('thumbnails', `${fingerprint}-${side}`, key.slice(0, 2), `${key}.webp`), side, () => release.bytes(image)),
    ofObject: (hash, side, read) => get(`object-${side}-${hash}`, workspace.path('thumbnails', `objects-${side}`, hash.slice(0, 2), `${hash}.webp`), side, read),
  };
}
