import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CovidCtError, pathExists, systemErrorCode, writeFileAtomic } from '../../base/index.ts';
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
  writeModel(onnx: Uint8Array): Promise<void>;
  /** The figures as a document and as a page. */
  writeReport(document: unknown, page: string): Promise<void>;
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
    writeModel: (onnx) => writeFileAtomic(file('model.onnx'), onnx),
    async writeReport(document, page) {
      await writeFileAtomic(file('evaluation.json'), `${JSON.stringify(document, null, 2)}\n`);
      await writeFileAtomic(file('report.html'), page);
    },
    async writePredictions(part, images, scores) {
      const rows = images.map((image, i) => ({ image, score: scores[i] ?? NaN }));
      await writeFileAtomic(join(path, 'predictions', `${part}.csv`), formatPredictions(rows));
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
 * A folder for a new run. One in which a run was killed before its first checkpoint counts as empty.
 * @throws CovidCtError TARGET_EXISTS when there is something in it
 */
export async function createRunFolder(path: string): Promise<RunFolder> {
  await mkdir(path, { recursive: true });
  await removeLeftovers(path);
  const names = await readdir(path);
  if (names.some((name) => name !== 'run.json')) {
    const hint = names.includes('checkpoint.safetensors') ? `Go on with it by --resume ${path}, or choose another --out.` : 'Choose another --out.';
    throw new CovidCtError('TARGET_EXISTS', `${path} is not empty.`, { hint });
  }
  return openRunFolder(path);
}

/**
 * The folder of a run to go on with.
 * @throws CovidCtError NOT_FOUND where there is no run, or one without a checkpoint
 */
export async function reopenRunFolder(path: string): Promise<{ readonly folder: RunFolder; readonly document: RunDocument }> {
  const folder = openRunFolder(path);
  const document = await folder.readDocument();
  await removeLeftovers(path);
  if (!(await pathExists(join(path, 'checkpoint.safetensors')))) {
    throw new CovidCtError('NOT_FOUND', `${path} has no checkpoint: the run was stopped before it began.`, { hint: 'Begin it again, with the same --out.' });
  }
  return { folder, document };
}
