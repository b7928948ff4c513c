import { mkdir, open, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemErrorCode } from '../../base/index.ts';

const chunkSchema = z.strictObject({
  images: z.array(z.string()).readonly(),
  unread: z.array(z.strictObject({ image: z.string(), problem: z.string() })).readonly(),
  /** By condition, one an image. */
  scores: z.record(z.string(), z.array(z.number()).readonly()),
});

/** Some images with their scores under every condition. */
export type ScoredChunk = z.infer<typeof chunkSchema>;

/** Scores that are kept while they are made. */
export interface ScoresFile {
  readonly path: string;
  /** What is there, in the order in which it was added. */
  readonly chunks: readonly ScoredChunk[];
  /** Keeps a chunk; once it returns, a killed process has it. */
  add(chunk: ScoredChunk): Promise<void>;
}

/** Whole lines and how many bytes they take: a killed process can leave a last line that is cut off. */
function readChunks(text: string): { readonly chunks: ScoredChunk[]; readonly bytes: number } {
  const chunks: ScoredChunk[] = [];
  let bytes = 0;
  for (const line of text.split('\n').slice(0, -1)) {
    try {
      chunks.push(chunkSchema.parse(JSON.parse(line)));
    } catch {
      // What follows a line that cannot be read is made again.
      break;
    }
    bytes += Buffer.byteLength(line) + 1;
  }
  return { chunks, bytes };
}

/**
 * Opens the scores kept in a folder, a chunk a line. The file is named after what the scores depend on: those of another model,
 * or of other data, stand in another file.
 * @param identity a hash of that
 */
export async function openScoresFile(folder: string, identity: string): Promise<ScoresFile> {
  const path = join(folder, `scores-${identity.slice(0, 12)}.jsonl`);
  await mkdir(folder, { recursive: true });
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    return '';
  });
  const { chunks, bytes } = readChunks(text);
  if (bytes < Buffer.byteLength(text)) await truncate(path, bytes);
  return {
    path,
    chunks,
    async add(chunk) {
      const handle = await open(path, 'a');
      try {
        await handle.writeFile(`${JSON.stringify(chunk)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      chunks.push(chunk);
    },
  };
}
