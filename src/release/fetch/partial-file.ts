import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ifThere, sha256, systemErrorCode, writeFileAtomic } from '../../base/index.ts';

/** What the server said of the file whose first bytes we have, so that only the rest is asked for, and only if it is the same file. */
const stateSchema = z.strictObject({
  address: z.string(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  /** Length of the whole file, where the server told. */
  total: z.int().nonnegative().optional(),
  /** Set once every byte has come: the hash of the file as it stands on the disk. */
  done: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() }).optional(),
});

/** The state of a download, kept beside its bytes. */
export type PartialState = z.infer<typeof stateSchema>;

/** The first bytes of a download, kept under a name made of its address, with what is known of it. */
export interface PartialFile {
  readonly path: string;
  /** What was noted; `undefined` where nothing, or nothing readable, was. */
  state(): Promise<PartialState | undefined>;
  /** Notes before the bytes come: a kill between the two leaves bytes that are known, or none. */
  note(state: PartialState): Promise<void>;
  /** How many bytes are here. */
  size(): Promise<number>;
  /** Removes bytes and note. */
  discard(): Promise<void>;
  /** Empties the file, or goes on at its end. */
  open(mode: 'empty' | 'append'): ReturnType<typeof open>;
}

/** The partial file of an address in a folder of such. */
export function openPartialFile(folder: string, address: string): PartialFile {
  const key = sha256(address).slice(0, 32);
  const path = join(folder, `${key}.part`);
  const notePath = join(folder, `${key}.json`);
  return {
    path,
    async state() {
      try {
        const parsed = stateSchema.safeParse(JSON.parse(await readFile(notePath, 'utf8')));
        return parsed.success && parsed.data.address === address ? parsed.data : undefined;
      } catch (error) {
        if (error instanceof SyntaxError || systemErrorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    note: (state) => writeFileAtomic(notePath, `${JSON.stringify(state)}\n`),
    async size() {
      return (await ifThere(stat(path)))?.size ?? 0;
    },
    async discard() {
      await rm(notePath, { force: true });
      await rm(path, { force: true });
    },
    open: (mode) => open(path, mode === 'empty' ? 'w' : 'a'),
  };
}
