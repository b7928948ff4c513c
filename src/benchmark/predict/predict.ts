import { asCovidCtError, CovidCtError, noProgress, type Progress } from '../../base/index.ts';
import type { ModelFile } from './model-file.ts';
import { Scorer } from './scorer.ts';
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

/** Pictures that are ready to be scored. */
interface PreparedBatch {
  readonly ready: readonly { readonly name: string; readonly tensor: Float32Array }[];
  readonly unread: readonly UnreadPicture[];
}

async function prepare(sources: readonly PictureSource[], scorer: Scorer): Promise<PreparedBatch> {
  const unread: UnreadPicture[] = [];
  const tensors = await Promise.all(sources.map(async ({ name, read }) => {
    try {
      return [{ name, tensor: scorer.prepare(await read()) }];
    } catch (error) {
      unread.push({ image: name, problem: asCovidCtError(error).message });
      return [];
    }
  }));
  return { ready: tensors.flat(), unread };
}

/**
 * Scores pictures with an exported model, prepared by the plan that it carries, in a thread of its own; the next batch is
 * decoded meanwhile. What cannot be read is named, and the others are scored.
 * @throws CovidCtError CANCELLED, or BAD_MODEL and ENVIRONMENT as the runtime fails
 */
export async function predictPictures(model: ModelFile, sources: readonly PictureSource[], options: PredictOptions = {}): Promise<PredictionResult> {
  const { batch = 8, threads, progress = noProgress, signal } = options;
  const batches = Array.from({ length: Math.ceil(sources.length / batch) }, (_, i) => sources.slice(i * batch, (i + 1) * batch));
  const scored: ScoredPicture[] = [];
  const unread: UnreadPicture[] = [];
  const scorer = await Scorer.open(model, threads);
  try {
    let next = prepare(batches[0] ?? [], scorer);
    for (const [index, current] of batches.entries()) {
      if (signal?.aborted === true) throw new CovidCtError('CANCELLED', `Scoring was cancelled after ${index * batch} of ${sources.length} pictures.`, { hint: 'Nothing was written.' });
      progress({ label: 'Scoring', done: index * batch, total: sources.length });
      const { ready, unread: failed } = await next;
      next = prepare(batches[index + 1] ?? [], scorer);
      unread.push(...failed);
      const scores = await scorer.score(ready.map(({ tensor }) => tensor));
      ready.forEach(({ name: image }, i) => scored.push({ image, score: scores[i] ?? NaN }));
      progress({ label: 'Scoring', done: index * batch + current.length, total: sources.length });
    }
    return { scored, unread };
  } finally {
    await scorer.close();
  }
}
