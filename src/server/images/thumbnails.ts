import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { ifThere, systemErrorCode, type Workspace } from '../../base/index.ts';
import { makeThumbnail } from '../../imaging/node.ts';
import { limited } from '../limited.ts';
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
  /** Waits until what was made is on the disk. */
  close(): Promise<void>;
}

/** Bytes that are kept in memory. */
const memoryBytes = 96 * 1024 * 1024;

/** Whether a WebP is as long as its first bytes say (RIFF: the length of what follows stands in bytes 4 to 7). */
function isWhole(bytes: Uint8Array): boolean {
  return bytes.byteLength > 12 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8 === bytes.byteLength;
}

/** What is kept of it; not what a killed server left half written. */
async function readWhole(path: string): Promise<Uint8Array | undefined> {
  const bytes = await ifThere(readFile(path));
  return bytes !== undefined && isWhole(bytes) ? bytes : undefined;
}

/**
 * Writes it straight to its place: a grid makes hundreds in a second, and a temporary file with its fsync would take longer than the
 * making. What a kill leaves half is told by {@link isWhole}. A cache that cannot be written costs time, not the answer.
 */
async function keepOnDisk(path: string, bytes: Uint8Array): Promise<void> {
  const write = (): Promise<void> => writeFile(path, bytes);
  await write().catch(async (error: unknown) => {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    await write();
  }).catch(() => undefined);
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
  // One processor is left to the browser, which draws on the same machine what it is sent.
  const inTurn = limited(Math.max(1, availableParallelism() - 1));
  let written = Promise.resolve();
  const make = async (path: string, side: number, read: () => Promise<Uint8Array>): Promise<Uint8Array> => {
    const known = await readWhole(path);
    if (known !== undefined) return known;
    const thumbnail = await inTurn(async () => makeThumbnail(await read(), side));
    // Nobody waits until it is on the disk.
    written = written.then(() => keepOnDisk(path, thumbnail));
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
    close: () => written,
  };
}
