import type { Random } from '../base/index.ts';
import { rocAuc } from './roc.ts';
import type { Interval, Scored } from './scored.ts';
import { mean } from './mean.ts';

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

/** A case with its truth and the patient it comes from. */
export interface Clustered {
  readonly positive: boolean;
  /** Cases with one cluster are drawn together: a patient's pictures are not independent. */
  readonly cluster: string;
}

/** A score with its truth and the patient it comes from. */
export interface ClusteredScore extends Scored, Clustered {}

/** An estimate with what a bootstrap says of it. */
export interface BootstrapInterval extends Interval {
  /** Standard deviation over the draws. */
  readonly standardError: number;
  /** Draws in which the figure was defined; the others are left out. */
  readonly draws: number;
}

/** Options of a bootstrap. */
export interface BootstrapOptions {
  /** The source of chance. */
  readonly random: Random;
  /** How many samples are drawn; 2,000 unless given. */
  readonly draws?: number;
  /** 0.95 unless given. */
  readonly confidence?: number;
}

/** Figures of some cases by name; `undefined` or NaN where there is nothing to divide by. */
export type Figures<Name extends string> = Readonly<Record<Name, number | undefined>>;

/**
 * The percentile interval of a figure from its values over draws.
 * @param values one a draw in which the figure was defined; at least two
 */
export function percentileInterval(estimate: number, values: readonly number[], confidence = 0.95): BootstrapInterval {
  const sorted = values.toSorted((a, b) => a - b);
  const centre = mean(values);
  const standardError = Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
  const tail = (1 - confidence) / 2;
  return { estimate, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail), confidence, standardError, draws: values.length };
}

/**
 * Draws of a bootstrap over clusters (patients), with replacement within each stratum: clusters that hold a positive case,
 * and the others, so that no draw loses a class for want of luck.
 * @returns for each draw how many times each case is in it, `[cases]`; one array, written anew for each draw
 */
export function* clusterDraws(cases: readonly Clustered[], { random, draws = 2000 }: Pick<BootstrapOptions, 'random' | 'draws'>): Generator<Int32Array> {
  const numbers = new Map<string, number>();
  const clusterOf = cases.map(({ cluster }) => {
    const known = numbers.get(cluster) ?? numbers.size;
    numbers.set(cluster, known);
    return known;
  });
  const holdsPositive = Array.from({ length: numbers.size }, () => false);
  cases.forEach(({ positive }, i) => {
    if (positive) holdsPositive[clusterOf[i] ?? 0] = true;
  });
  const strata = [true, false]
    .map((wanted) => holdsPositive.flatMap((holds, cluster) => (holds === wanted ? [cluster] : [])))
    .filter((stratum) => stratum.length > 0);
  const ofClusters = new Int32Array(numbers.size);
  const ofCases = new Int32Array(cases.length);
  for (let draw = 0; draw < draws; draw++) {
    ofClusters.fill(0);
    for (const stratum of strata) {
      for (let k = 0; k < stratum.length; k++) {
        const cluster = random.pick(stratum);
        ofClusters[cluster] = (ofClusters[cluster] ?? 0) + 1;
      }
    }
    for (let i = 0; i < cases.length; i++) ofCases[i] = ofClusters[clusterOf[i] as number] as number;
    yield ofCases;
  }
}

/**
 * Any figures with percentile intervals from a bootstrap over clusters (patients), see {@link clusterDraws} (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13; clusters: Rutter, Academic Radiology 7:413–419,
 * 2000). All figures are of the same draws.
 * @param figures computes the figures of some cases; a draw gives them in the order of `cases`, some several times, others
 *   never
 * @returns `undefined` for a figure that the cases themselves do not have, or that fewer than half of the draws have
 */
export function clusterBootstrap<Case extends Clustered, Name extends string>(
  cases: readonly Case[],
  figures: (cases: readonly Case[]) => Figures<Name>,
  options: BootstrapOptions,
): Readonly<Record<Name, BootstrapInterval | undefined>> {
  const { draws = 2000, confidence = 0.95 } = options;
  const estimates = figures(cases);
  const names = Object.keys(estimates) as Name[];
  const found = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (const times of clusterDraws(cases, options)) {
    const sample: Case[] = [];
    for (const [i, one] of cases.entries()) {
      for (let left = times[i] ?? 0; left > 0; left--) sample.push(one);
    }
    const drawn = figures(sample);
    for (const name of names) {
      const value = drawn[name];
      if (value !== undefined && !Number.isNaN(value)) found.get(name)?.push(value);
    }
  }
  const summary = (name: Name): BootstrapInterval | undefined => {
    const estimate = estimates[name];
    const values = found.get(name) ?? [];
    return estimate === undefined || Number.isNaN(estimate) || values.length < Math.max(2, draws / 2) ? undefined : percentileInterval(estimate, values, confidence);
  };
  return Object.fromEntries(names.map((name) => [name, summary(name)])) as Record<Name, BootstrapInterval | undefined>;
}

/** Whether both classes are there. */
export function hasBothClasses(cases: readonly { readonly positive: boolean }[]): boolean {
  return cases.some(({ positive }) => positive) && cases.some(({ positive }) => !positive);
}

/**
 * The AUC with a percentile interval from a bootstrap over clusters; see {@link clusterBootstrap}.
 * @throws RangeError when a class is empty
 */
export function aucClusterBootstrap(cases: readonly ClusteredScore[], options: BootstrapOptions): Interval {
  const estimate = rocAuc(cases);
  // Clusters of mixed truth can leave a draw without a class; it tells nothing and is left out.
  const { auc } = clusterBootstrap(cases, (drawn) => ({ auc: hasBothClasses(drawn) ? rocAuc(drawn) : undefined }), options);
  if (auc === undefined) throw new RangeError('aucClusterBootstrap: most draws miss a class; there are too few clusters');
  return { estimate, low: auc.low, high: auc.high, confidence: auc.confidence };
}
