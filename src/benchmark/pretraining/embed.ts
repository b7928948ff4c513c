import { createRandom } from '../../base/index.ts';
import { augment, drawAugmentation, writeTensor, type AugmentationPlan, type Picture } from '../../imaging/index.ts';
import type { Architecture } from '../../models/index.ts';
import { compileInference, declarations, inputName, InferenceModel, trace, weightsOf, type StateDict } from '../../nn/index.ts';
import { pictureAt, type PictureSet } from '../training/pictures.ts';
import { contrastNetwork, type ContrastOutput } from './network.ts';
import type { PretrainingPlan } from './plan.ts';

/** Pictures at once. */
const batch = 8;

interface Embedding {
  readonly architecture: Architecture;
  readonly plan: Pick<PretrainingPlan, 'outputs' | 'dimension' | 'head'>;
  /** With the projection's head. */
  readonly state: StateDict;
  readonly normalisation: { readonly mean: readonly number[]; readonly std: readonly number[] };
  readonly threads: number;
  /** Pixels of the square that the network is shown. */
  readonly size: number;
}

/**
 * What a frozen network makes of pictures of `size` by `size` pixels, one row each.
 * @param pictures made when wanted, so that few are in memory
 * @param what the embedding, or the projection
 */
export async function embed(count: number, pictures: (index: number) => Picture, what: keyof ContrastOutput, embedding: Embedding): Promise<readonly Float32Array[]> {
  const { architecture, plan, state, normalisation, threads, size } = embedding;
  const { tape, output } = trace(contrastNetwork(architecture, plan), [batch, 3, size, size], { training: false });
  const model = await InferenceModel.load(compileInference(tape, { result: output[what] }, weightsOf(declarations(tape), state)), { threads });
  try {
    const rows: Float32Array[] = [];
    const numbers = 3 * size * size;
    // A short last batch keeps what the one before left in its unused rows; they are not read.
    const data = new Float32Array(batch * numbers);
    for (let start = 0; start < count; start += batch) {
      const here = Math.min(batch, count - start);
      for (let i = 0; i < here; i++) writeTensor(pictures(start + i), normalisation.mean, normalisation.std, data, i * numbers);
      const { result } = await model.run({ [inputName]: { shape: [batch, 3, size, size], data } });
      const width = output[what].shape[1] ?? 0;
      for (let i = 0; i < here; i++) rows.push((result?.data ?? new Float32Array()).slice(i * width, (i + 1) * width));
    }
    return rows;
  } finally {
    await model.close();
  }
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, d) => sum + value * (b[d] as number), 0);

/** The share of rows of `queries` whose nearest among `keys`, by their inner product, is the one of their own number; ties count as missed. */
export function retrievalAccuracy(queries: readonly Float32Array[], keys: readonly Float32Array[]): number {
  if (queries.length === 0) return 0;
  const hits = queries.filter((query, q) => {
    const own = dot(query, keys[q] ?? new Float32Array());
    return keys.every((key, k) => k === q || dot(query, key) < own);
  });
  return hits.length / queries.length;
}

/**
 * Contrastive accuracy on pictures that are never trained on: of two views of each, the same ones whenever it is asked, how often
 * the nearest among all second views is the picture's own. Chance is one over their number.
 */
export async function heldOutAccuracy(pictures: PictureSet, views: AugmentationPlan, seed: number, embedding: Embedding): Promise<number> {
  const random = createRandom(seed);
  const count = pictures.places.length;
  const rows = await embed(2 * count, (row) => {
    const [index, which] = row < count ? [row, 'first'] : [row - count, 'second'];
    const picture = pictureAt(pictures, index);
    return augment(picture, drawAugmentation(views, picture.width, picture.height, random.fork(`held out ${index} ${which}`)));
  }, 'projection', embedding);
  return retrievalAccuracy(rows.slice(0, count), rows.slice(count));
}
