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
  const make = async (path: string, indexed: IndexedRelease, entry: ImageEntry, side: ThumbnailSide): Promise<Uint8Array> => {
    const known = await readIfThere(path);
    if (known !== undefined) return known;
    const thumbnail = await makeThumbnail(await indexed.release.bytes(entry.image), side);
    // A cache that cannot be written costs time, not the answer.
    await writeFileAtomic(path, thumbnail).catch(() => undefined);
    return thumbnail;
  };
  return {
    async get(indexed, entry, side) {
      const name = `${indexed.fingerprint}-${side}-${entry.key}`;
      const inMemory = kept.get(name);
      if (inMemory !== undefined) return inMemory;
      const running = making.get(name);
      if (running !== undefined) return running;
      const path = workspace.path('thumbnails', `${indexed.fingerprint}-${side}`, entry.key.slice(0, 2), `${entry.key}.webp`);
      const work = make(path, indexed, entry, side).finally(() => making.delete(name));
      making.set(name, work);
      const thumbnail = await work;
      keep(name, thumbnail);
      return thumbnail;
    },
  };
}
