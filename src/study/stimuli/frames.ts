import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { CovidCtError, sha256, systemErrorCode, writeFileAtomic } from '../../base/index.ts';
import type { Frame } from './render.ts';

const pack = promisify(deflate);
const unpack = promisify(inflate);

/** Where a study's frames lie: compressed, by case, arm and slice. */
export interface FrameStore {
  put(caseIndex: number, arm: number, slice: number, frame: Frame): Promise<string>;
  /** @throws CovidCtError NOT_FOUND or HASH_MISMATCH */
  get(caseIndex: number, arm: number, slice: number, bytes: number): Promise<Uint8Array>;
}

/** Frames in a folder of a study. They are served uncompressed: how well a picture compresses would tell something of it. */
export function openFrameStore(folder: string): FrameStore {
  const pathOf = (caseIndex: number, arm: number, slice: number): string => join(folder, 'frames', `${caseIndex}-${arm}`, `${slice}.z`);
  return {
    async put(caseIndex, arm, slice, frame) {
      await mkdir(join(folder, 'frames', `${caseIndex}-${arm}`), { recursive: true });
      await writeFileAtomic(pathOf(caseIndex, arm, slice), await pack(frame, { level: 1 }));
      return sha256(frame);
    },
    async get(caseIndex, arm, slice, bytes) {
      let packed: Uint8Array;
      try {
        packed = await readFile(pathOf(caseIndex, arm, slice));
      } catch (error) {
        if (systemErrorCode(error) === 'ENOENT') throw new CovidCtError('NOT_FOUND', 'There is no such picture in the study.', { cause: error });
        throw error;
      }
      try {
        const frame = await unpack(packed, { maxOutputLength: bytes });
        if (frame.length === bytes) return frame;
      } catch {
        // Told below.
      }
      throw new CovidCtError('HASH_MISMATCH', 'A picture of the study has changed on the disk.', { hint: 'covid-ct study verify lists what differs.' });
    },
  };
}
