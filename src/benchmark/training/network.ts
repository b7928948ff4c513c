import type { Architecture, ArchitectureOptions } from '../../models/index.ts';
import { flipHorizontal, writeTensor } from '../../imaging/index.ts';
import { compileInference, compileTrainingStep, crossEntropy, declarations, InferenceModel, inputName, trace, weightsOf, type StateDict, type TrainingProgram } from '../../nn/index.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { pictureAt, type PictureSet } from './pictures.ts';

/** Names of the inputs of a training step. */
export const batchInputs = { pictures: inputName, targets: 'target' } as const;

/** How a recipe's network is built. */
export function architectureOptions(recipe: Recipe): ArchitectureOptions {
  const { outputs, dropout, dropPath } = recipe;
  return { classes: outputs, ...(dropout === undefined ? {} : { dropout }), ...(dropPath === undefined ? {} : { dropPath }) };
}

/** The training step of a recipe: pictures `[batch, 3, size, size]`, targets `[batch]`, mean cross-entropy with the recipe's label smoothing. */
export function trainingProgram(architecture: Architecture, recipe: Recipe): TrainingProgram {
  const network = architecture.network(architectureOptions(recipe));
  const { tape, output } = trace(network, [recipe.batch, 3, recipe.size, recipe.size], { training: true });
  return compileTrainingStep(tape, crossEntropy(output.logits, tape.input(batchInputs.targets, [recipe.batch], 'int64'), { labelSmoothing: recipe.labelSmoothing ?? 0 }));
}

/** What a network says of pictures. */
export interface Judgement {
  /** One number a picture: 1 − the softmax probability of NonCOVID, which is the probability of COVID where there are two outputs. */
  readonly scores: Float64Array;
  /** Mean cross-entropy. */
  readonly loss: number;
}

/** −log softmax of one row's target, and the probability of the class numbered 1. */
function readRow(logits: Float32Array, start: number, outputs: number, target: number): { readonly loss: number; readonly second: number } {
  let highest = -Infinity;
  for (let i = 0; i < outputs; i++) highest = Math.max(highest, logits[start + i] as number);
  let sum = 0;
  for (let i = 0; i < outputs; i++) sum += Math.exp((logits[start + i] as number) - highest);
  const log = Math.log(sum) + highest;
  return { loss: log - (logits[start + target] as number), second: Math.exp((logits[start + 1] as number) - log) };
}

/** Pictures that are judged again and again, with their targets. */
export interface JudgedSet {
  readonly pictures: PictureSet;
  readonly targets: readonly number[];
}

/** Pictures at once when judging. */
const judgingBatch = 8;

/** Runs a network, frozen, over pictures that are already scaled. */
export async function judge(
  architecture: Architecture,
  recipe: Recipe,
  state: StateDict,
  sets: readonly JudgedSet[],
  normalisation: { readonly mean: readonly number[]; readonly std: readonly number[] },
  options: { readonly threads: number },
): Promise<readonly Judgement[]> {
  const { size, evaluation } = recipe;
  const views = evaluation.views ?? ['plain'];
  const { tape, output } = trace(architecture.network(architectureOptions(recipe)), [judgingBatch, 3, size, size], { training: false });
  const onnx = compileInference(tape, { logits: output.logits }, weightsOf(declarations(tape), state));
  const model = await InferenceModel.load(onnx, options);
  try {
    const judgements: Judgement[] = [];
    for (const { pictures, targets } of sets) {
      const scores = new Float64Array(targets.length);
      let loss = 0;
      const numbers = 3 * size * size;
      // A short last batch keeps what the one before left in its unused rows; they are not read.
      const data = new Float32Array(judgingBatch * numbers);
      const rows = targets.flatMap((target, picture) => views.map((view) => ({ picture, view, target })));
      for (let start = 0; start < rows.length; start += judgingBatch) {
        const here = rows.slice(start, start + judgingBatch);
        here.forEach(({ picture, view }, i) => {
          const plain = pictureAt(pictures, picture);
          writeTensor(view === 'plain' ? plain : flipHorizontal(plain), normalisation.mean, normalisation.std, data, i * numbers);
        });
        const { logits } = await model.run({ [inputName]: { shape: [judgingBatch, 3, size, size], data } });
        here.forEach(({ picture, target }, i) => {
          const row = readRow(logits?.data ?? new Float32Array(), i * recipe.outputs, recipe.outputs, target);
          scores[picture] = (scores[picture] ?? 0) + (1 - row.second) / views.length;
          loss += row.loss / rows.length;
        });
      }
      judgements.push({ scores, loss });
    }
    return judgements;
  } finally {
    await model.close();
  }
}
