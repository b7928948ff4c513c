import { preprocess, type Picture } from '../../imaging/index.ts';
import type { ModelCard } from '../../models/index.ts';
import { InferenceWorker } from '../../nn/index.ts';
import { fromNn } from '../nn-failure.ts';
import type { ModelFile } from './model-file.ts';

/** Outputs of a model's graph, by name. */
export type Outputs = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;

/** An exported model that is loaded, in a thread of its own. */
export class Scorer {
  readonly #card: ModelCard;
  readonly #worker: InferenceWorker;
  readonly #view: (picture: Picture) => Picture;

  private constructor({ card, view = (picture) => picture }: Pick<ModelFile, 'card' | 'view'>, worker: InferenceWorker) {
    this.#card = card;
    this.#view = view;
    this.#worker = worker;
  }

  /** @param threads for arithmetic; one a core unless given. @throws CovidCtError BAD_MODEL, ENVIRONMENT */
  static async open(model: Pick<ModelFile, 'card' | 'onnx' | 'view'>, threads?: number): Promise<Scorer> {
    try {
      return new Scorer(model, await InferenceWorker.load(model.onnx, threads === undefined ? {} : { threads }));
    } catch (error) {
      throw fromNn(error);
    }
  }

  /** A picture as the model takes it, what it is shown of it, by the plan that it carries: `[channels, size, size]`. */
  prepare(picture: Picture): Float32Array<ArrayBuffer> {
    return preprocess(this.#view(picture), this.#card.preprocessing);
  }

  /** Runs prepared pictures, one at least; all outputs of the graph, by name. @throws CovidCtError as the runtime fails */
  async run(tensors: readonly Float32Array[]): Promise<Outputs> {
    const { inputSize: size, preprocessing } = this.#card;
    const data = new Float32Array(tensors.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const tensor of tensors) {
      data.set(tensor, offset);
      offset += tensor.length;
    }
    try {
      return await this.#worker.run({ input: { shape: [tensors.length, preprocessing.channels, size, size], data } });
    } catch (error) {
      throw fromNn(error);
    }
  }

  /** The scores in a run's outputs. */
  scoresOf({ probabilities }: Outputs): readonly number[] {
    const { classes, positive } = this.#card;
    const [rows = 0, outputs = 0] = probabilities?.shape ?? [];
    const others = classes.flatMap((name, index) => (name === positive ? [] : [index]));
    return Array.from({ length: rows }, (_, row) => others.reduce((score, index) => score - (probabilities?.data[row * outputs + index] ?? NaN), 1));
  }

  /**
   * Scores of prepared pictures: 1 − the probabilities of the other named classes: of two outputs, the probability of the
   * positive class. The same pictures in the same company have the same scores, bit for bit.
   */
  async score(tensors: readonly Float32Array[]): Promise<readonly number[]> {
    return tensors.length === 0 ? [] : this.scoresOf(await this.run(tensors));
  }

  async close(): Promise<void> {
    await this.#worker.close();
  }
}
