import { CovidCtError } from '../../base/pure.ts';
import { InferenceModel, NnError, readSealedOnnx, type OnnxSummary, type Runtime } from '../../nn/inference.ts';
import { cardFromMetadata, type ModelCard } from './card.ts';

/** What a model file gives beside the logits and probabilities. */
export interface ModelDescription {
  readonly card: ModelCard;
  /** Names of the graph's outputs: `logits`, `probabilities`, and maybe `gradcam` and `input_gradient`. */
  readonly outputs: readonly string[];
}

/** What nn throws, with the room's own code. */
function translated(error: unknown): unknown {
  if (!(error instanceof NnError)) return error;
  const code = error.code === 'ENVIRONMENT' ? 'ENVIRONMENT' : error.code === 'OUT_OF_MEMORY' ? 'LIMIT_EXCEEDED' : 'BAD_MODEL';
  return new CovidCtError(code, error.message, { ...(error.hint === undefined ? {} : { hint: error.hint }), cause: error });
}

function checkPorts({ inputs, outputs }: OnnxSummary, { preprocessing, inputSize, classes }: ModelCard): void {
  const shapes = new Map([...inputs, ...outputs].map(({ name, shape }) => [name, shape]));
  const expected: readonly (readonly [string, (shape: readonly (number | string)[]) => boolean])[] = [
    ['input', (shape) => shape.join() === ['N', preprocessing.channels, inputSize, inputSize].join()],
    ['logits', ([batch, outs, ...rest]) => batch === 'N' && Number(outs) >= classes.length && rest.length === 0],
    ['probabilities', (shape) => shape.join() === shapes.get('logits')?.join()],
  ];
  for (const [name, fits] of expected) {
    const shape = shapes.get(name);
    if (inputs.length !== 1 || shape === undefined || !fits(shape)) {
      throw new CovidCtError('BAD_MODEL', `The model's ${name} ${shape === undefined ? 'is missing' : `has the shape [${shape.join(', ')}]`}, which does not fit its card.`, { hint: 'Export the model again.' });
    }
  }
}

/**
 * Reads what an exported model says of itself, after checking every byte of the file against its seal.
 * @throws CovidCtError BAD_MODEL naming the place of what is damaged, missing or contradicts itself
 */
export async function readModelCard(onnx: Uint8Array<ArrayBuffer>): Promise<ModelDescription> {
  const summary = await readSealedOnnx(onnx).catch((error: unknown) => {
    throw translated(error);
  });
  const card = cardFromMetadata(summary.metadata);
  checkPorts(summary, card);
  return { card, outputs: summary.outputs.map(({ name }) => name) };
}

/** An exported model, loaded. */
export interface OpenedModel extends ModelDescription {
  readonly model: InferenceModel;
}

/**
 * Checks an exported model and loads it, in this thread.
 * @param options `runtime`: `onnxruntime-node` unless given; a browser passes `onnxruntime-web`
 * @throws CovidCtError BAD_MODEL for a file that is damaged or not an exported model, ENVIRONMENT where there is no runtime
 */
export async function openModel(onnx: Uint8Array<ArrayBuffer>, options: { readonly threads?: number; readonly runtime?: Runtime } = {}): Promise<OpenedModel> {
  const description = await readModelCard(onnx);
  try {
    return { ...description, model: await InferenceModel.load(onnx, options) };
  } catch (error) {
    throw translated(error);
  }
}
