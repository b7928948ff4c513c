import { asCovidCtError, CovidCtError, noProgress, type Progress } from '../../base/index.ts';
import { scaleAndCrop, type LungAbstention, type Picture } from '../../imaging/index.ts';
import type { Release } from '../../release/index.ts';
import type { TrackImage } from '../../splits/index.ts';
import { degraded, degradationsOf } from '../robustness/index.ts';
import { Scorer, type ModelFile, type Outputs } from '../predict/index.ts';
import { ahead } from '../training/feed.ts';
import { enlarge, shareOn, type AttentionMap, type AttentionShare } from './attention.ts';
import { differenceOf, regionsOf, type Regions } from './regions.ts';

/** How a call and the truth meet; of the positive label. */
export const outcomes = ['true positive', 'false negative', 'false positive', 'true negative'] as const;
/** One of {@link outcomes}. */
export type Outcome = (typeof outcomes)[number];

/** An image with what the model attended to when it called it what it did. */
export interface ExplainedImage {
  readonly entry: TrackImage;
  /** Probability of the positive label. */
  readonly score: number;
  readonly outcome: Outcome;
  /** The label that it was called, of which the map is. */
  readonly called: string;
  /** Grad-CAM at the size that the network sees. */
  readonly map: AttentionMap;
  /** Outside the lungs; the reason where no lungs were found; undefined where the map is 0 everywhere. */
  readonly outside: AttentionShare | LungAbstention | undefined;
  /** On burned-in marks; undefined where there are none, or the map is 0 everywhere. */
  readonly marks: AttentionShare | undefined;
  /** On four letters and arrows burned in for the purpose, as `covid-ct robustness` does, of the map of the picture with them. */
  readonly planted: AttentionShare | undefined;
  readonly regions: Regions;
  /** What the network sees, as a picture of 8 bits. */
  readonly seen: Picture;
}

/** Explained images, and those that could not be read. */
export interface Explanations {
  readonly images: readonly ExplainedImage[];
  readonly unread: readonly { readonly image: string; readonly problem: string }[];
}

interface Request {
  readonly release: Release;
  /** With Grad-CAM: see `explainableModel`. */
  readonly model: ModelFile;
  readonly images: readonly TrackImage[];
  readonly positive: string;
  /** A probability of the positive label. */
  readonly threshold: number;
  readonly threads?: number | undefined;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Of the degradation that burns marks in: four of them. */
const plantedStrength = 0.4;

/** The other of two labels. */
const otherThan = (label: string, labels: readonly string[]): string => labels.find((one) => one !== label) ?? '';

function outcomeOf(isPositive: boolean, isCalled: boolean): Outcome {
  if (isPositive) return isCalled ? 'true positive' : 'false negative';
  return isCalled ? 'false positive' : 'true negative';
}

/** The Grad-CAM of one picture and class. */
function mapOf({ gradcam }: Outputs, picture: number, index: number): AttentionMap {
  const [, classes = 0, height = 0, width = 0] = gradcam?.shape ?? [];
  const size = width * height;
  const from = (picture * classes + index) * size;
  return { width, height, data: gradcam?.data.slice(from, from + size) ?? new Float32Array(size) };
}

/** The share of a map outside the lungs. */
function outsideOf(map: AttentionMap, { lungs }: Regions): ExplainedImage['outside'] {
  return typeof lungs === 'string' ? lungs : shareOn(map, lungs.map((inside) => 1 - inside));
}

/**
 * Explains what a model says of images: Grad-CAM of the label that each was called, how much of it lies outside the lungs
 * and on burned-in marks.
 * @throws CovidCtError CANCELLED, or as the runtime fails
 */
export async function explainImages(request: Request): Promise<Explanations> {
  const { release, model, images, positive, threshold, threads, progress = noProgress, signal } = request;
  const { card, view = (picture: Picture) => picture } = model;
  const size = card.inputSize;
  const batch = 8;
  const [marking] = degradationsOf(['marks']);
  if (marking === undefined) throw new RangeError('There is no degradation that burns marks in.');
  const unread: { image: string; problem: string }[] = [];
  const explained: ExplainedImage[] = [];
  // Pictures are cut to what the network is shown before anything else, so that regions and maps are of one frame.
  const scorer = await Scorer.open({ card, onnx: model.onnx }, threads);
  const prepare = async (entries: readonly TrackImage[]) => {
    const ready = await Promise.all(entries.map(async (entry) => {
      try {
        const picture = view(await release.picture(entry.image));
        const marked = await degraded(picture, { degradation: marking, strength: plantedStrength }, entry.image.id);
        return [{
          entry,
          tensors: [scorer.prepare(picture), scorer.prepare(marked)],
          regions: regionsOf(picture, card.preprocessing),
          planted: differenceOf(picture, marked, card.preprocessing),
          seen: scaleAndCrop(picture, card.preprocessing),
        }];
      } catch (error) {
        unread.push({ image: entry.image.id, problem: asCovidCtError(error).message });
        return [];
      }
    }));
    return ready.flat();
  };
  try {
    const batches = Array.from({ length: Math.ceil(images.length / batch) }, (_, i) => images.slice(i * batch, (i + 1) * batch));
    let done = 0;
    for await (const [entries, ready] of ahead(batches, prepare, 2)) {
      if (signal?.aborted === true) throw new CovidCtError('CANCELLED', `Stopped after ${done} of ${images.length} images.`);
      if (ready.length > 0) {
        // Each picture, and behind it the same with marks burned in.
        const outputs = await scorer.run(ready.flatMap(({ tensors }) => tensors));
        const scores = scorer.scoresOf(outputs);
        const look = (at: number) => {
          const own = scores[at] ?? Number.NaN;
          const score = card.positive === positive ? own : 1 - own;
          const called = score >= threshold ? positive : otherThan(positive, card.classes);
          return { score, called, map: enlarge(mapOf(outputs, at, card.classes.indexOf(called)), size, size) };
        };
        ready.forEach(({ entry, regions, planted, seen }, i) => {
          const { score, called, map } = look(2 * i);
          explained.push({
            entry, score, called, map, regions, seen,
            outcome: outcomeOf(entry.label === positive, called === positive),
            outside: outsideOf(map, regions),
            marks: regions.marks && shareOn(map, regions.marks),
            planted: planted && shareOn(look(2 * i + 1).map, planted),
          });
        });
      }
      done += entries.length;
      progress({ label: 'Explaining', done, total: images.length });
    }
    return { images: explained, unread };
  } finally {
    await scorer.close();
  }
}
