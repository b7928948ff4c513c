import { join } from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';
import { formatPredictions } from '../predictions/index.ts';
import { makeRunFolder, openCheckpointFolder, readyRunFolder, type CheckpointFolder } from './checkpoint-folder.ts';
import { epochRecordSchema, runDocumentSchema, type EpochRecord, type RunDocument } from './run-document.ts';

/** The folder that a run leaves; every write in it is atomic. */
export interface RunFolder extends CheckpointFolder<RunDocument, EpochRecord> {
  writeModel(onnx: Uint8Array): Promise<void>;
  /** The figures as a document and as a page. */
  writeReport(document: unknown, page: string): Promise<void>;
  /** `predictions/<part>.csv`: `image,score`. */
  writePredictions(part: string, images: readonly string[], scores: ArrayLike<number>): Promise<void>;
}

/** A run's folder, whether it exists or not. */
export function openRunFolder(path: string): RunFolder {
  return {
    ...openCheckpointFolder(path, { document: runDocumentSchema, epoch: epochRecordSchema, command: 'covid-ct train' }),
    writeModel: (onnx) => writeFileAtomic(join(path, 'model.onnx'), onnx),
    async writeReport(document, page) {
      await writeFileAtomic(join(path, 'evaluation.json'), `${JSON.stringify(document, null, 2)}\n`);
      await writeFileAtomic(join(path, 'report.html'), page);
    },
    async writePredictions(part, images, scores) {
      const rows = images.map((image, i) => ({ image, score: scores[i] ?? NaN }));
      await writeFileAtomic(join(path, 'predictions', `${part}.csv`), formatPredictions(rows));
    },
  };
}

/**
 * A folder for a new run. One in which a run was killed before its first checkpoint counts as empty.
 * @throws CovidCtError TARGET_EXISTS when there is something in it
 */
export async function createRunFolder(path: string): Promise<RunFolder> {
  await makeRunFolder(path);
  return openRunFolder(path);
}

/**
 * The folder of a run to go on with.
 * @throws CovidCtError NOT_FOUND where there is no run, or one without a checkpoint
 */
export async function reopenRunFolder(path: string): Promise<{ readonly folder: RunFolder; readonly document: RunDocument }> {
  const folder = openRunFolder(path);
  return { folder, document: await readyRunFolder(folder) };
}
