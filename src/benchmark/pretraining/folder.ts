import { makeRunFolder, openCheckpointFolder, readyRunFolder, type CheckpointFolder } from '../training/checkpoint-folder.ts';
import { pretrainingDocumentSchema, pretrainingEpochSchema, type PretrainingDocument, type PretrainingEpoch } from './document.ts';

/** The folder that a pretraining leaves. */
export type PretrainingFolder = CheckpointFolder<PretrainingDocument, PretrainingEpoch>;

/** A pretraining's folder, whether it exists or not. */
export const openPretrainingFolder = (path: string): PretrainingFolder =>
  openCheckpointFolder(path, { document: pretrainingDocumentSchema, epoch: pretrainingEpochSchema, command: 'covid-ct pretrain' });

/** A folder for a new pretraining. @throws CovidCtError TARGET_EXISTS when there is something in it */
export async function createPretrainingFolder(path: string): Promise<PretrainingFolder> {
  await makeRunFolder(path);
  return openPretrainingFolder(path);
}

/** The folder of a pretraining to go on with. @throws CovidCtError NOT_FOUND where there is none, or one without a checkpoint */
export async function reopenPretrainingFolder(path: string): Promise<{ readonly folder: PretrainingFolder; readonly document: PretrainingDocument }> {
  const folder = openPretrainingFolder(path);
  return { folder, document: await readyRunFolder(folder) };
}
