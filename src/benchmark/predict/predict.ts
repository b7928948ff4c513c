import { asCovidCtError, CovidCtError, noProgress, type Progress } from '../../base/index.ts';
import { preprocess } from '../../imaging/index.ts';
import type { ModelCard } from '../../models/index.ts';
import { InferenceWorker } from '../../nn/index.ts';
import { fromNn } from '../nn-failure.ts';
import type { ModelFile } from './model-file.ts';
import type { PictureSource } from './sources.ts';

/** A picture's score. */
export interface ScoredPicture {
  readonly image: string;
  /** 1 − the probabilities of the other named classes: of two outputs, the probability of the positive class. */
  readonly score: number;
}

/** A picture that could not be scored, and why. */
export interface UnreadPicture {
  readonly image: string;
  readonly problem: string;
}

/** What scoring gave, in the order of the pictures. */
export interface PredictionResult {
  readonly scored: readonly ScoredPicture[];
  readonly unread: readonly UnreadPicture[];
}

export interface PredictOptions {
  /** Pictures at once: 8 unless given. */
  readonly batch?: number;
  /** For arithmetic; one a core unless given. */
  readonly threads?: number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Pictures that are ready to be scored, side by side. */
interface PreparedBatch {
  readonly names: readonly string[];
  /** `[names, channels, size, size]` */
  readonly data: Float32Array<ArrayBuffer>;
  readonly unread: readonly UnreadPicture[];
}

async function prepare(sources: readonly PictureSource[], { preprocessing }: ModelCard): Promise<PreparedBatch> {
  const unread: UnreadPicture[] = [];
  const tensors = await Promise.all(sources.map(async ({ name, read }) => {
    try {
      return [{ name, tensor: preprocess(await read(), preprocessing) }];
    } catch (error) {
      unread.push({ image: name, problem: asCovidCtError(error).message });
      return [];
    }
  }));
  const ready = tensors.flat();
  const data = new Float32Array(ready.reduce((sum, { tensor }) => sum + tensor.length, 0));
  let offset = 0;
  for (const { tensor } of ready) {
    data.set(tensor, offset);
    offset += tensor.length;
  }
  return { names: ready.map(({ name }) => name), data, unread };
}

/** The score of each row of probabilities `[rows, outputs]`. */
function scoresOf(probabilities: Float32Array, rows: number, { classes, positive }: ModelCard): readonly number[] {
  const outputs = probabilities.length / rows;
  const others = classes.flatMap((name, index) => (name === positive ? [] : [index]));
  return Array.from({ length: rows }, (_, row) => others.reduce((score, index) => score - (probabilities[row * outputs + index] ?? NaN), 1));
}

/**
 * Scores pictures with an exported model, prepared by the plan that it carries, in a thread of its own; the next batch is
 * decoded meanwhile. What cannot be read is named, and the others are scored.
 * @throws CovidCtError CANCELLED, or BAD_MODEL and ENVIRONMENT as the runtime fails
 */
export async function predictPictures({ card, onnx }: ModelFile, sources: readonly PictureSource[], options: PredictOptions = {}): Promise<PredictionResult> {
  const { batch = 8, threads, progress = noProgress, signal } = options;
  const size = card.inputSize;
  const batches = Array.from({ length: Math.ceil(sources.length / batch) }, (_, i) => sources.slice(i * batch, (i + 1) * batch));
  const scored: ScoredPicture[] = [];
  const unread: UnreadPicture[] = [];
  let worker: InferenceWorker | undefined;
  try {
    worker = await InferenceWorker.load(onnx, threads === undefined ? {} : { threads });
    let next = prepare(batches[0] ?? [], card);
    for (const [index, current] of batches.entries()) {
      if (signal?.aborted === true) throw new CovidCtError('CANCELLED', `Scoring was cancelled after ${index * batch} of ${sources.length} pictures.`, { hint: 'Nothing was written.' });
      progress({ label: 'Scoring', done: index * batch, total: sources.length });
      const { names, data, unread: failed } = await next;
      next = prepare(batches[index + 1] ?? [], card);
      unread.push(...failed);
      if (names.length === 0) continue;
      const { probabilities } = await worker.run({ input: { shape: [names.length, card.preprocessing.channels, size, size], data } });
      const scores = scoresOf(probabilities?.data ?? new Float32Array(), names.length, card);
      names.forEach((image, i) => scored.push({ image, score: scores[i] ?? NaN }));
      progress({ label: 'Scoring', done: index * batch + current.length, total: sources.length });
    }
    return { scored, unread };
  } catch (error) {
    throw fromNn(error);
  } finally {
    await worker?.close();
  }
}
