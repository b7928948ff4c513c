import type { Random } from '../base/index.ts';
import { rocAuc, type Interval, type Scored } from './roc.ts';

/**
 * A quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, The American Statistician
 * 50:361–365, 1996; the default of R and NumPy).
 * @param sorted ascending, at least one
 * @param p in [0, 1]
 */
export function quantile(sorted: readonly number[], p: number): number {
  if (sorted.length === 0) throw new RangeError('quantile: there are no values');
  const at = (sorted.length - 1) * p;
  const below = Math.floor(at);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (at - below);
}

/** A score with its truth and the patient it comes from. */
export interface ClusteredScore extends Scored {
  /** Cases with one cluster are drawn together: a patient's pictures are not independent. */
  readonly cluster: string;
}

/**
 * The AUC with a percentile interval from a bootstrap over clusters (patients), drawn with replacement within each
 * stratum: clusters that hold a positive case, and the others, so that no draw loses a class for want of luck
 * (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13; clusters: Rutter, Academic Radiology 7:413–419,
 * 2000).
 * @param options `draws`: how many (2,000), `confidence`: 0.95, `random`: the source of chance
 * @throws RangeError when a class is empty
 */
export function aucClusterBootstrap(
  cases: readonly ClusteredScore[],
  options: { readonly random: Random; readonly draws?: number; readonly confidence?: number },
): Interval {
  const { random, draws = 2000, confidence = 0.95 } = options;
  const estimate = rocAuc(cases);
  const clusters = new Map<string, ClusteredScore[]>();
  for (const one of cases) {
    const members = clusters.get(one.cluster);
    if (members === undefined) clusters.set(one.cluster, [one]);
    else members.push(one);
  }
  const strata = [true, false]
    .map((wanted) => [...clusters.values()].filter((members) => members.some((one) => one.positive) === wanted))
    .filter((stratum) => stratum.length > 0);
  const values: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const sample = strata.flatMap((stratum) => stratum.flatMap(() => random.pick(stratum)));
    // Clusters of mixed truth can still leave a draw without a class; it tells nothing and is left out.
    if (sample.some((one) => one.positive) && sample.some((one) => !one.positive)) values.push(rocAuc(sample));
  }
  values.sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return { estimate, low: quantile(values, tail), high: quantile(values, 1 - tail), confidence };
}
