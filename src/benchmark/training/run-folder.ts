import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CovidCtError, systemErrorCode, writeFileAtomic } from '../../base/index.ts';
import { readSafetensors, writeSafetensors, type StateDict } from '../../nn/index.ts';
import { fromNn } from '../nn-failure.ts';
import { formatPredictions } from '../predictions/index.ts';
import { epochRecordSchema, runDocumentSchema, type EpochRecord, type RunDocument } from './run-document.ts';

/** What a checkpoint holds: tensors, and the epochs that led to them. One file, so that a kill leaves both or neither. */
export interface Checkpoint {
  readonly tensors: StateDict;
  readonly epochs: readonly EpochRecord[];
}

/** The folder that a run leaves; every write in it is atomic. */
export interface RunFolder {
  readonly path: string;
  writeDocument(document: RunDocument): Promise<void>;
  /** @throws CovidCtError NOT_FOUND where there is no run; BAD_INPUT for a file that is none */
  readDocument(): Promise<RunDocument>;
  /** The checkpoint first, then the epochs as lines, which are made from it. */
  writeCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /** Undefined before the first. @throws CovidCtError BAD_CHECKPOINT */
  readCheckpoint(): Promise<Checkpoint | undefined>;
  writeEpochs(epochs: readonly EpochRecord[]): Promise<void>;
  writeWeights(state: StateDict, metadata: Readonly<Record<string, string>>): Promise<void>;
  /** `predictions/<part>.csv`: `image,score`. */
  writePredictions(part: string, images: readonly string[], scores: ArrayLike<number>): Promise<void>;
}

/** A run's folder, whether it exists or not. */
export function openRunFolder(path: string): RunFolder {
  const file = (name: string) => join(path, name);
  const writeEpochs = (epochs: readonly EpochRecord[]) => writeFileAtomic(file('epochs.jsonl'), epochs.map((record) => `${JSON.stringify(record)}\n`).join(''));
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
        throw new CovidCtError('NOT_FOUND', `${path} is no run: it has no run.json.`, { hint: 'Give the folder that covid-ct train wrote.' });
      }
      try {
        return runDocumentSchema.parse(JSON.parse(text));
      } catch (error) {
        throw new CovidCtError('BAD_INPUT', `${file('run.json')} does not describe a run.`, { hint: 'It was changed, or made by another version: train anew with another --out.', cause: error });
      }
    },
    async writeCheckpoint({ tensors, epochs }) {
      await writeFileAtomic(file('checkpoint.safetensors'), writeSafetensors(tensors, { format: 'covid-ct checkpoint 1', epochs: JSON.stringify(epochs) }));
      await writeEpochs(epochs);
    },
    async readCheckpoint() {
      let bytes: Uint8Array;
      try {
        bytes = await readFile(file('checkpoint.safetensors'));
      } catch (error) {
        if (systemErrorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
      try {
        const { tensors, metadata } = readSafetensors(bytes, { ours: true });
        return { tensors, epochs: z.array(epochRecordSchema).parse(JSON.parse(metadata['epochs'] ?? '')) };
      } catch (error) {
        const cause = fromNn(error);
        if (cause instanceof CovidCtError) throw cause;
        throw new CovidCtError('BAD_CHECKPOINT', `${file('checkpoint.safetensors')} is not a run's checkpoint.`, { cause });
      }
    },
    async writeWeights(state, metadata) {
      await writeFileAtomic(file('weights.safetensors'), writeSafetensors(state, metadata));
    },
    async writePredictions(part, images, scores) {
      const rows = images.map((image, i) => ({ image, score: scores[i] ?? NaN }));
      await writeFileAtomic(join(path, 'predictions', `${part}.csv`), formatPredictions(rows));
    },
  };
}

/**
 * A folder for a new run.
 * @throws CovidCtError TARGET_EXISTS when there is something in it
 */
export async function createRunFolder(path: string): Promise<RunFolder> {
  await mkdir(path, { recursive: true });
  if ((await readdir(path)).length > 0) {
    throw new CovidCtError('TARGET_EXISTS', `${path} is not empty.`, { hint: `Go on with it by --resume ${path}, or choose another --out.` });
  }
  return openRunFolder(path);
}
