import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CovidCtError, pathExists } from '../../base/index.ts';
import { exportModel, findArchitecture } from '../../models/index.ts';
import { readSafetensors } from '../../nn/index.ts';
import { fromNn } from '../nn-failure.ts';
import type { ModelFile } from '../predict/index.ts';
import { architectureOptions } from '../training/network.ts';
import { openRunFolder } from '../training/run-folder.ts';

/** What an explanation is given as. */
const output = 'gradcam';

/**
 * A model whose graph gives Grad-CAM too: the file itself where it does, else made from the run's weights, which the exported
 * model holds as well.
 * @param path the run's folder, or the model's file
 * @throws CovidCtError BAD_MODEL for a file without explanations and without a run
 */
export async function explainableModel(path: string, model: ModelFile): Promise<ModelFile> {
  if (model.outputs.includes(output)) return model;
  const weights = join(path, 'weights.safetensors');
  if (!(await pathExists(weights))) {
    throw new CovidCtError('BAD_MODEL', `${model.path} gives no Grad-CAM, and ${path} is no run that holds the weights.`, { hint: 'Give the folder of a finished run.' });
  }
  const { recipe, architecture } = (await openRunFolder(path).readDocument()).configuration;
  try {
    const { tensors } = readSafetensors(await readFile(weights), { ours: true });
    const onnx = await exportModel(findArchitecture(architecture), architectureOptions(recipe), tensors, model.card, { explain: [output] });
    return { ...model, onnx, outputs: [...model.outputs, output] };
  } catch (error) {
    throw fromNn(error);
  }
}
