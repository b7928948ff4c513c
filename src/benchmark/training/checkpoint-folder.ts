import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CovidCtError, ifThere, pathExists, systemErrorCode, writeFileAtomic } from '../../base/index.ts';
import { readSafetensors, writeSafetensors, type StateDict } from '../../nn/index.ts';
import { fromNn } from '../nn-failure.ts';

/** What a checkpoint holds: tensors, and the epochs that led to them. One file, so that a kill leaves both or neither. */
export interface Checkpoint<Epoch> {
  readonly tensors: StateDict;
  readonly epochs: readonly Epoch[];
}

/** The folder that a training of any kind leaves, and goes on from; every write in it is atomic. */
export interface CheckpointFolder<Document, Epoch> {
  readonly path: string;
  writeDocument(document: Document): Promise<void>;
  /** @throws CovidCtError NOT_FOUND where there is no run; BAD_INPUT for a file that is none */
  readDocument(): Promise<Document>;
  /** The checkpoint first, then the epochs as lines, which are made from it. */
  writeCheckpoint(checkpoint: Checkpoint<Epoch>): Promise<void>;
  /** Undefined before the first. @throws CovidCtError BAD_CHECKPOINT */
  readCheckpoint(): Promise<Checkpoint<Epoch> | undefined>;
  writeEpochs(epochs: readonly Epoch[]): Promise<void>;
  writeWeights(state: StateDict, metadata: Readonly<Record<string, string>>): Promise<void>;
}

/** What kind of training a folder is of: how its document and a line of its epochs read, and the command that makes it. */
export interface FolderKind<Document, Epoch> {
  readonly document: z.ZodType<Document>;
  readonly epoch: z.ZodType<Epoch>;
  readonly command: string;
}

const checkpointName = 'checkpoint.safetensors';

/** A folder, whether it exists or not. */
export function openCheckpointFolder<Document, Epoch>(path: string, kind: FolderKind<Document, Epoch>): CheckpointFolder<Document, Epoch> {
  const file = (name: string) => join(path, name);
  const writeEpochs = (epochs: readonly Epoch[]) => writeFileAtomic(file('epochs.jsonl'), epochs.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return {
    path,
    writeEpochs,
    writeDocument: (document) => writeFileAtomic(file('run.json'), `${JSON.stringify(document, null, 2)}\n`),
    async readDocument() {
      let text: string;
      try {
        text = await readFile(file('run.json'), 'utf8');
      } catch (error) {
        if (systemErrorCode(error) !== 'ENOENT' && systemErrorCode(error) !== 'ENOTDIR') throw error;
        throw new CovidCtError('NOT_FOUND', `${path} is no run: it has no run.json.`, { hint: `Give the folder that ${kind.command} wrote.` });
      }
      try {
        return kind.document.parse(JSON.parse(text));
      } catch (error) {
        throw new CovidCtError('BAD_INPUT', `${file('run.json')} does not describe a run of ${kind.command}.`, { hint: 'It was changed, or made by another command or version: begin anew with another --out.', cause: error });
      }
    },
    async writeCheckpoint({ tensors, epochs }) {
      await writeFileAtomic(file(checkpointName), writeSafetensors(tensors, { format: 'covid-ct checkpoint 1', epochs: JSON.stringify(epochs) }));
      await writeEpochs(epochs);
    },
    async readCheckpoint() {
      const bytes = await ifThere(readFile(file(checkpointName)));
      if (bytes === undefined) return undefined;
      try {
        const { tensors, metadata } = readSafetensors(bytes, { ours: true });
        return { tensors, epochs: z.array(kind.epoch).parse(JSON.parse(metadata['epochs'] ?? '')) };
      } catch (error) {
        const cause = fromNn(error);
        if (cause instanceof CovidCtError) throw cause;
        throw new CovidCtError('BAD_CHECKPOINT', `${file(checkpointName)} is not a run's checkpoint.`, { cause });
      }
    },
    async writeWeights(state, metadata) {
      await writeFileAtomic(file('weights.safetensors'), writeSafetensors(state, metadata));
    },
  };
}

/** What a killed process can leave of a file that it was writing. */
const leftover = /^\..*\.tmp$/;

/** Removes what killed processes left of files that they were writing. */
async function removeLeftovers(path: string): Promise<void> {
  for (const folder of [path, join(path, 'predictions')]) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) if (leftover.test(name)) await rm(join(folder, name), { force: true });
  }
}

/**
 * Makes a folder for a new run. One in which a run was killed before its first checkpoint counts as empty.
 * @throws CovidCtError TARGET_EXISTS when there is something in it
 */
export async function makeRunFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await removeLeftovers(path);
  const names = await readdir(path);
  if (names.some((name) => name !== 'run.json')) {
    const hint = names.includes(checkpointName) ? `Go on with it by --resume ${path}, or choose another --out.` : 'Choose another --out.';
    throw new CovidCtError('TARGET_EXISTS', `${path} is not empty.`, { hint });
  }
}

/**
 * Makes a run's folder ready to go on.
 * @throws CovidCtError NOT_FOUND where there is no run, or one without a checkpoint
 */
export async function readyRunFolder<Document, Epoch>(folder: CheckpointFolder<Document, Epoch>): Promise<Document> {
  const document = await folder.readDocument();
  await removeLeftovers(folder.path);
  if (!(await pathExists(join(folder.path, checkpointName)))) {
    throw new CovidCtError('NOT_FOUND', `${folder.path} has no checkpoint: the run was stopped before it began.`, { hint: 'Begin it again, with the same --out.' });
  }
  return document;
}
