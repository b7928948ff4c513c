import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CovidCtError } from '../../base/index.ts';
import { readModelCard, type ModelDescription } from '../../models/index.ts';

/** An exported model's file, checked. */
export interface ModelFile extends ModelDescription {
  readonly path: string;
  readonly onnx: Uint8Array<ArrayBuffer>;
}

/** Where a run keeps its exported model. */
export const modelFileName = 'model.onnx';

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
    return { path: file, onnx, ...(await readModelCard(onnx)) };
  } catch (error) {
    if (!(error instanceof CovidCtError)) throw error;
    throw new CovidCtError(error.code, `${file}: ${error.message}`, { ...(error.hint === undefined ? {} : { hint: error.hint }), cause: error });
  }
}
