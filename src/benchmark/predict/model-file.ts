import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CovidCtError } from '../../base/index.ts';
import type { Picture } from '../../imaging/index.ts';
import { readModelCard, type ModelDescription } from '../../models/index.ts';
import { controlView, trainedControlNames } from '../controls/trained-controls.ts';
import { regionOf } from '../training/region.ts';

/** An exported model's file, checked. */
export interface ModelFile extends ModelDescription {
  readonly path: string;
  readonly onnx: Uint8Array<ArrayBuffer>;
  /** What the run's network is shown of a picture, before the card's plan; undefined where that is all of it. */
  readonly view?: ((picture: Picture) => Picture) | undefined;
}

/** Where a run keeps its exported model. */
export const modelFileName = 'model.onnx';

const runSchema = z.object({ configuration: z.object({ control: z.enum(trainedControlNames).optional(), recipe: z.object({ region: z.literal('lungs').exactOptional() }) }) });

/** What of a picture a run's network is shown: the lungs' box, or what a control sees; a model's card does not tell. */
async function viewOf(folder: string): Promise<ModelFile['view']> {
  const text = await readFile(join(folder, 'run.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const run = runSchema.safeParse(parse(text)).data?.configuration;
  if (run === undefined || (run.control === undefined && run.recipe.region === undefined)) return undefined;
  return (picture) => regionOf(run.recipe, controlView(picture, run.control).picture);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads an exported model.
 * @param path an `.onnx` file, or the folder of a run that holds `model.onnx`
 * @throws CovidCtError NOT_FOUND; BAD_MODEL naming the file and the place of what is damaged
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const entry = await stat(path).catch(() => undefined);
  const file = entry?.isDirectory() === true ? join(path, modelFileName) : path;
  const found = entry?.isDirectory() === true ? await stat(file).catch(() => undefined) : entry;
  if (found === undefined) {
    const what = entry === undefined ? `There is no model ${path}.` : `${path} holds no ${modelFileName}.`;
    throw new CovidCtError('NOT_FOUND', what, { hint: 'Give an .onnx file that covid-ct exported, or the folder of a finished run.' });
  }
  const onnx = new Uint8Array(await readFile(file));
  try {
    const view = entry?.isDirectory() === true ? await viewOf(path) : undefined;
    return { path: file, onnx, ...(await readModelCard(onnx)), ...(view === undefined ? {} : { view }) };
  } catch (error) {
    if (!(error instanceof CovidCtError)) throw error;
    throw new CovidCtError(error.code, `${file}: ${error.message}`, { ...(error.hint === undefined ? {} : { hint: error.hint }), cause: error });
  }
}
