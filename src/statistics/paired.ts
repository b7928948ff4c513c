import { normalCdf, normalQuantile } from './normal.ts';
import { covariance, structuralComponents } from './roc.ts';
import type { Interval } from './scored.ts';
import { mean } from './mean.ts';

/** Two models' scores of one case. */
export interface PairedScores {
  readonly positive: boolean;
  readonly first: number;
  readonly second: number;
}

/** A difference, first minus second, with its test against none. */
export interface PairedDifference extends Interval {
  readonly standardError: number;
  /** Two-sided. */
  readonly p: number;
}

/** Two groups of models' scores of one case; a group is one method trained several times. */
export interface PairedGroups {
  readonly positive: boolean;
  /** One score a model, in the same order in every case. */
  readonly first: readonly number[];
  readonly second: readonly number[];
}

/** Structural components of the mean AUC of a group: the means of theirs, since the AUC is linear in them. */
function meanComponents(cases: readonly PairedGroups[], which: 'first' | 'second'): { readonly ofPositives: readonly number[]; readonly ofNegatives: readonly number[] } {
  const count = cases[0]?.[which].length ?? 0;
  if (count === 0 || cases.some((one) => one[which].length !== count)) throw new RangeError('DeLong: every case needs the scores of the same models, of one at least');
  const all = Array.from({ length: count }, (_, model) => structuralComponents(cases.map((one) => ({ positive: one.positive, score: one[which][model] ?? Number.NaN }))));
  const meanOf = (of: (one: (typeof all)[number]) => readonly number[]) => (of(all[0] ?? { ofPositives: [], ofNegatives: [] })).map((_, i) => all.reduce((sum, one) => sum + (of(one)[i] ?? 0), 0) / count);
  return { ofPositives: meanOf((one) => one.ofPositives), ofNegatives: meanOf((one) => one.ofNegatives) };
}

/**
 * DeLong's test of the mean AUCs of two groups of models on the same cases (Biometrics 44:837–845, 1988), two-sided; the
 * models are taken as they are, so that chance in training is not in the interval. Cases are taken as independent. Where
 * the difference has no variance (all order the cases alike), p is 1 for no difference and 0 for one.
 * @throws RangeError when a class has fewer than two cases, or a score is missing
 */
export function delongTestOfMeans(cases: readonly PairedGroups[], confidence = 0.95): PairedDifference {
  const first = meanComponents(cases, 'first');
  const second = meanComponents(cases, 'second');
  const differences = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value - (b[i] ?? 0));
  const ofPositives = differences(first.ofPositives, second.ofPositives);
  const ofNegatives = differences(first.ofNegatives, second.ofNegatives);
  const estimate = mean(ofPositives);
  const variance = covariance(ofPositives, ofPositives) / ofPositives.length + covariance(ofNegatives, ofNegatives) / ofNegatives.length;
  return differenceFrom(estimate, Math.sqrt(variance), confidence);
}

/**
 * DeLong's test of two AUCs on the same cases; see {@link delongTestOfMeans}.
 * @throws RangeError when a class has fewer than two cases
 */
export function delongTest(cases: readonly PairedScores[], confidence = 0.95): PairedDifference {
  return delongTestOfMeans(cases.map(({ positive, first, second }) => ({ positive, first: [first], second: [second] })), confidence);
}

/** A difference with the interval and p of the normal distribution around it. */
export function differenceFrom(estimate: number, standardError: number, confidence = 0.95): PairedDifference {
  const half = normalQuantile((1 + confidence) / 2) * standardError;
  // Rounding leaves a hair of a difference between equal models.
  const none = Math.abs(estimate) < 1e-12;
  const p = standardError > 1e-12 ? 2 * normalCdf(-Math.abs(estimate) / standardError) : none ? 1 : 0;
  return { estimate, low: estimate - half, high: estimate + half, confidence, standardError, p: Math.min(1, p) };
}

/** Cases on which exactly one of two models is right. */
export interface McNemarTest {
  readonly firstOnly: number;
  readonly secondOnly: number;
  /** Two-sided, exact. */
  readonly p: number;
}

/**
 * McNemar's exact test: whether two models that differ on a case are as often right, by the binomial distribution
 * (McNemar, Psychometrika 12:153–157, 1947). Cases are taken as independent.
 * @param firstOnly cases that only the first gets right, a whole number ≥ 0
 * @param secondOnly cases that only the second gets right
 */
export function mcnemarExact(firstOnly: number, secondOnly: number): McNemarTest {
  const n = firstOnly + secondOnly;
  // Terms C(n, k) / 2ⁿ from k = 0 on, by their logarithm, which does not overflow.
  let log = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= Math.min(firstOnly, secondOnly); k++) {
    tail += Math.exp(log);
    log += Math.log((n - k) / (k + 1));
  }
  return { firstOnly, secondOnly, p: Math.min(1, 2 * tail) };
}

/**
 * Holm's correction of several p values for having looked at all of them (Holm, Scandinavian Journal of Statistics
 * 6:65–70, 1979), in their order.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).toSorted((a, b) => (ps[a] ?? 0) - (ps[b] ?? 0));
  const adjusted = ps.map(() => 1);
  let largest = 0;
  for (const [rank, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (ps[i] ?? 1) * (ps.length - rank)));
    adjusted[i] = largest;
  }
  return adjusted;
}
