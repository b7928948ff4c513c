import { asCovidCtError, CovidCtError, noProgress, sha256, type Progress } from '../../base/index.ts';
import type { Picture } from '../../imaging/index.ts';
import type { Release } from '../../release/index.ts';
import type { TrackImage } from '../../splits/index.ts';
import { Scorer, type ModelFile } from '../predict/index.ts';
import { ahead } from '../training/feed.ts';
import { degraded, degradationSeed, keyOf, type Condition } from './conditions.ts';
import { openScoresFile, type ScoredChunk } from './scores-file.ts';

/** A model's scores of images, clean and under conditions. */
export interface ConditionScores {
  /** Those that could be read, in their order. */
  readonly images: readonly TrackImage[];
  /** Probabilities of COVID, one an image. */
  readonly clean: readonly number[];
  /** By the condition's key. */
  readonly degraded: ReadonlyMap<string, readonly number[]>;
  readonly unread: readonly { readonly image: string; readonly problem: string }[];
}

/** Images that are scored side by side; part of what makes scores the same bit for bit. */
export const robustnessBatch = 8;

interface Request {
  readonly release: Release;
  readonly model: ModelFile;
  readonly images: readonly TrackImage[];
  readonly conditions: readonly Condition[];
  /** Where scores are kept while they are made, so that a killed run goes on. */
  readonly folder: string;
  readonly threads?: number | undefined;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** A hash of all that scores depend on. */
async function identityOf({ release, model, images, conditions }: Request): Promise<string> {
  const pictures: string[] = [];
  for (const { image } of images) pictures.push(`${image.id} ${sha256(await release.bytes(image).catch(() => new Uint8Array()))}`);
  return sha256(['covid-ct robustness scores 1', `seed ${degradationSeed}, batch ${robustnessBatch}`, sha256(model.onnx), ...(model.view === undefined ? [] : ['shown what its run shows it']), ...conditions.map(keyOf), ...pictures].join('\n'));
}

async function readPictures(release: Release, images: readonly TrackImage[]): Promise<{ readonly ready: readonly { readonly id: string; readonly picture: Picture }[]; readonly unread: ScoredChunk['unread'] }> {
  const unread: { image: string; problem: string }[] = [];
  const read = await Promise.all(images.map(async ({ image }) => {
    try {
      return [{ id: image.id, picture: await release.picture(image) }];
    } catch (error) {
      unread.push({ image: image.id, problem: asCovidCtError(error).message });
      return [];
    }
  }));
  return { ready: read.flat(), unread };
}

/** The clean scores stand under this key. */
const cleanKey = 'clean';

/**
 * Scores images with a model, clean and under each condition. Eight images are taken through all conditions together, so that
 * a picture is decoded once, and its scores are kept at once: what was interrupted goes on where it stopped. An image that
 * cannot be read is named and left out.
 * @throws CovidCtError CANCELLED, or as the runtime fails
 */
export async function scoreConditions(request: Request): Promise<ConditionScores> {
  const { release, model, images, conditions, folder, threads, progress = noProgress, signal } = request;
  const chunks = Array.from({ length: Math.ceil(images.length / robustnessBatch) }, (_, i) => images.slice(i * robustnessBatch, (i + 1) * robustnessBatch));
  const file = await openScoresFile(folder, await identityOf(request));
  const scorer = await Scorer.open(model, threads);
  try {
    const steps = conditions.length + 1;
    for (let index = file.chunks.length; index < chunks.length; index++) {
      const { ready, unread } = await readPictures(release, chunks[index] ?? []);
      const scores: Record<string, readonly number[]> = {};
      const prepare = async (condition: Condition | undefined) =>
        Promise.all(ready.map(async ({ id, picture }) => scorer.prepare(condition === undefined ? picture : await degraded(picture, condition, id))));
      let done = 0;
      for await (const [condition, tensors] of ahead([undefined, ...conditions], prepare, 2)) {
        if (signal?.aborted === true) throw new CovidCtError('CANCELLED', `Stopped after ${index * robustnessBatch} of ${images.length} images.`, { hint: 'The same command goes on from there.' });
        scores[condition === undefined ? cleanKey : keyOf(condition)] = await scorer.score(tensors);
        done += 1;
        progress({ label: 'Scoring degraded pictures', done: index * steps + done, total: chunks.length * steps + 1, detail: condition === undefined ? 'clean' : condition.degradation.name });
      }
      await file.add({ images: ready.map(({ id }) => id), unread, scores });
    }
  } finally {
    await scorer.close();
  }
  progress({ label: 'Scoring degraded pictures', done: 1, total: 1 });
  const byId = new Map(images.map((entry) => [entry.image.id, entry]));
  const all = (key: string): number[] => file.chunks.flatMap(({ scores }) => scores[key] ?? []);
  return {
    images: file.chunks.flatMap((chunk) => chunk.images.flatMap((id) => byId.get(id) ?? [])),
    clean: all(cleanKey),
    degraded: new Map(conditions.map((condition) => [keyOf(condition), all(keyOf(condition))])),
    unread: file.chunks.flatMap(({ unread }) => unread),
  };
}
