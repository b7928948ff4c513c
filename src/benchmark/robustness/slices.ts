import { createRandom } from '../../base/index.ts';
import { clusterDraws, mean, percentileInterval, weightedAuc } from '../../statistics/index.ts';
import { bootstrapDraws, bootstrapSeed, clusterOf, intervalOf, type Aggregation, type Figure } from '../evaluation/index.ts';
import type { Prediction } from '../predictions/index.ts';

/** How many of a patient's images are looked at. */
export const sliceCounts = [1, 2, 3, 'all'] as const;
/** One of {@link sliceCounts}. */
export type SliceCount = (typeof sliceCounts)[number];

/** Patients with fewer images are left out, so that every count is of the same patients. */
export const fewestImages = 3;
/** Random orders of each patient's images, over which the AUC is averaged. */
const orders = 100;

/** The AUC over patients where some of each patient's images are looked at. */
export interface SliceFigures {
  readonly images: SliceCount;
  /** The mean over random orders of the images. */
  readonly auc: Figure;
  /** Against one image, in the same draws of patients and orders. */
  readonly change: Figure;
}

/** One image of a patient against several. */
export interface SliceStudy {
  readonly positive: string;
  /** Patients (groups where none is named) with at least three images. */
  readonly patients: number;
  readonly positives: number;
  /** Their images. */
  readonly images: number;
  /** Patients that are left out for having fewer. */
  readonly leftOut: number;
  /** By how a patient's scores become one. */
  readonly by: Readonly<Record<Aggregation, readonly SliceFigures[]>>;
  readonly orders: number;
  readonly bootstrap: { readonly draws: number; readonly seed: number };
}

interface Unit {
  readonly positive: boolean;
  readonly cluster: string;
  /** Probabilities of the positive label. */
  readonly scores: readonly number[];
}

/** Patients with their images' scores; one with images of both labels counts once for each. */
function unitsOf(predictions: readonly Prediction[], labels: readonly string[], positive: string): Unit[] {
  const units = new Map<string, { positive: boolean; cluster: string; scores: number[] }>();
  for (const { entry, score } of predictions) {
    const cluster = clusterOf(entry);
    const key = `${entry.label} ${cluster}`;
    const unit = units.get(key) ?? { positive: entry.label === positive, cluster, scores: [] };
    unit.scores.push(positive === labels[0] ? score : 1 - score);
    units.set(key, unit);
  }
  return [...units.values()];
}

/** @param scores of the images that are looked at, at least one */
function together(scores: readonly number[], how: Aggregation, firstLabel: boolean): number {
  if (how === 'mean') return mean(scores);
  // The image most like the first label, COVID, whichever label is called positive.
  return firstLabel ? Math.max(...scores) : Math.min(...scores);
}

/**
 * The AUC over patients where one, two, three or all of a patient's images are looked at, on patients with three at least:
 * the images are put into random orders, of which the first ones are taken, so that two holds the one. Intervals: percentiles
 * over draws of patients; the changes are paired.
 * @returns undefined where a label has no such patient
 */
export function studySlices(predictions: readonly Prediction[], labels: readonly string[], positive: string, draws = bootstrapDraws): SliceStudy | undefined {
  const all = unitsOf(predictions, labels, positive);
  const units = all.filter(({ scores }) => scores.length >= fewestImages);
  const positives = units.filter((unit) => unit.positive).length;
  if (positives === 0 || positives === units.length) return undefined;
  const random = createRandom(bootstrapSeed).fork('slices');
  const shuffled = Array.from({ length: orders }, () => units.map(({ scores }) => random.shuffle(scores)));
  const firstLabel = positive === labels[0];

  const figuresBy = (how: Aggregation): SliceFigures[] => {
    const aucs = sliceCounts.map((count) =>
      // All images are the same in any order.
      (count === 'all' ? shuffled.slice(0, 1) : shuffled).map((order) =>
        weightedAuc(units.map((unit, i) => ({ positive: unit.positive, score: together((order[i] ?? []).slice(0, count === 'all' ? undefined : count), how, firstLabel) })))),
    );
    const means = (times: ArrayLike<number>): number[] =>
      aucs.map((each) => mean(each.flatMap((auc) => auc(times) ?? [])));
    const whole = means(units.map(() => 1));
    const drawn: number[][] = [];
    for (const times of clusterDraws(units, { random: createRandom(bootstrapSeed).fork('patients of slices'), draws })) drawn.push(means(times));
    const figure = (of: (row: readonly number[]) => number): Figure => {
      const values = drawn.map(of).filter((value) => !Number.isNaN(value));
      return intervalOf('auc', of(whole), values.length < Math.max(2, draws / 2) ? undefined : percentileInterval(of(whole), values), units);
    };
    return sliceCounts.map((images, k) => ({ images, auc: figure((row) => row[k] ?? Number.NaN), change: figure((row) => (row[k] ?? Number.NaN) - (row[0] ?? Number.NaN)) }));
  };
  return {
    positive,
    patients: units.length,
    positives,
    images: units.reduce((sum, { scores }) => sum + scores.length, 0),
    leftOut: all.length - units.length,
    by: { mean: figuresBy('mean'), max: figuresBy('max') },
    orders,
    bootstrap: { draws, seed: bootstrapSeed },
  };
}
