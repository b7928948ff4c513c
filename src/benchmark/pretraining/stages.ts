import { CovidCtError } from '../../base/index.ts';
import type { PretrainingStage } from '../training/lineage.ts';
import type { PretrainingDocument } from './document.ts';
import { openPretrainingFolder } from './folder.ts';

/** The stages that a finished pretraining's weights went through, its own the last. */
export function stagesOf({ id, steps, configuration: { init, data } }: PretrainingDocument): readonly PretrainingStage[] {
  return [...(init?.pretraining ?? []), { id, data: data.sha256, pictures: data.pictures, steps, transductive: data.transductive }];
}

/**
 * The stages that the weights of a pretraining's folder went through.
 * @throws CovidCtError BAD_INPUT where it is none, or has not finished
 */
export async function readStages(folder: string): Promise<readonly PretrainingStage[]> {
  const document = await openPretrainingFolder(folder).readDocument();
  if (document.state !== 'finished') {
    throw new CovidCtError('BAD_INPUT', `The pretraining in ${folder} has not finished.`, { hint: `Finish it: covid-ct pretrain --resume ${folder}` });
  }
  return stagesOf(document);
}
