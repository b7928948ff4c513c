import { normalQuantile } from './normal.ts';
import { midranks } from './ranks.ts';
import { divide, type Interval, type Scored } from './scored.ts';
import { mean } from './mean.ts';

/**
 * Area under the ROC curve: the chance that a positive case scores higher than a negative one, ties counting half
 * (Mann–Whitney; Hanley and McNeil, Radiology 143:29–36, 1982).
 * @throws RangeError when a class is empty or a score is not finite
 */
export function rocAuc(cases: readonly Scored[]): number {
  const { positives, negatives } = divide(cases, 'rocAuc');
  const ranks = midranks([...positives, ...negatives]);
  const rankSum = ranks.slice(0, positives.length).reduce((sum, rank) => sum + rank, 0);
  return (rankSum - (positives.length * (positives.length + 1)) / 2) / (positives.length * negatives.length);
}

/** A point of a ROC curve. */
export interface RocPoint {
  /** Cases with this score or a higher one are called positive; `Infinity` for the first point. */
  readonly threshold: number;
  /** 1 − specificity. */
  readonly falsePositiveRate: number;
  /** Sensitivity. */
  readonly truePositiveRate: number;
}

/**
 * The ROC curve, from (0, 0) to (1, 1), one point for each different score.
 * @throws RangeError when a class is empty or a score is not finite
 */
export function rocCurve(cases: readonly Scored[]): RocPoint[] {
  const { positives, negatives } = divide(cases, 'rocCurve');
  const sorted = cases.toSorted((a, b) => b.score - a.score);
  const points: RocPoint[] = [{ threshold: Infinity, falsePositiveRate: 0, truePositiveRate: 0 }];
  let truePositives = 0;
  let falsePositives = 0;
  for (const [index, { positive, score }] of sorted.entries()) {
    if (positive) truePositives += 1;
    else falsePositives += 1;
    if (sorted[index + 1]?.score === score) continue;
    points.push({ threshold: score, falsePositiveRate: falsePositives / negatives.length, truePositiveRate: truePositives / positives.length });
  }
  return points;
}

/**
 * DeLong's structural components: for each positive case the share of negatives below it, for each negative case the share
 * of positives above it, ties counting half; in the order of the cases. Their means are the AUC (DeLong, DeLong and
 * Clarke-Pearson, Biometrics 44:837–845, 1988; by ranks: Sun and Xu, IEEE Signal Processing Letters 21:1389–1393, 2014).
 * @throws RangeError when a class has fewer than two cases
 */
export function structuralComponents(cases: readonly Scored[]): { readonly ofPositives: readonly number[]; readonly ofNegatives: readonly number[] } {
  const { positives, negatives } = divide(cases, 'DeLong');
  const m = positives.length;
  const n = negatives.length;
  if (m < 2 || n < 2) throw new RangeError(`DeLong: needs two positive and two negative cases; there are ${m} and ${n}`);
  const together = midranks([...positives, ...negatives]);
  return {
    ofPositives: midranks(positives).map((rank, i) => ((together[i] ?? 0) - rank) / n),
    ofNegatives: midranks(negatives).map((rank, j) => 1 - ((together[m + j] ?? 0) - rank) / m),
  };
}

/** The covariance of two equally long lists, with n − 1 below. */
export function covariance(a: readonly number[], b: readonly number[]): number {
  const meanA = mean(a);
  const meanB = mean(b);
  return a.reduce((sum, value, i) => sum + (value - meanA) * ((b[i] ?? 0) - meanB), 0) / (a.length - 1);
}

/**
 * DeLong's variance of the AUC. Cases are taken as independent.
 * @throws RangeError when a class has fewer than two cases
 */
export function delongVariance(cases: readonly Scored[]): number {
  const { ofPositives, ofNegatives } = structuralComponents(cases);
  return covariance(ofPositives, ofPositives) / ofPositives.length + covariance(ofNegatives, ofNegatives) / ofNegatives.length;
}

/**
 * The AUC with DeLong's interval, cut to [0, 1] as pROC does. At an AUC of exactly 0 or 1 the variance is 0 and the
 * interval shrinks to a point, which says little about small samples.
 * @param confidence e.g. 0.95
 * @throws RangeError when a class has fewer than two cases
 */
export function aucDelong(cases: readonly Scored[], confidence = 0.95): Interval {
  const estimate = rocAuc(cases);
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(delongVariance(cases));
  return { estimate, low: Math.max(0, estimate - half), high: Math.min(1, estimate + half), confidence };
}

/**
 * The interval of an AUC of which nothing but the value and the sizes of the classes is known, as printed in a paper
 * (Hanley and McNeil, Radiology 143:29–36, 1982, equation 2), cut to [0, 1]. Cases are taken as independent.
 * @param auc in [0, 1]
 * @param positives at least 1
 * @param negatives at least 1
 */
export function aucHanleyMcNeil(auc: number, positives: number, negatives: number, confidence = 0.95): Interval {
  if (!(auc >= 0 && auc <= 1 && positives >= 1 && negatives >= 1)) throw new RangeError(`aucHanleyMcNeil: ${auc} of ${positives} and ${negatives} cases is no AUC`);
  const twoPositives = auc / (2 - auc);
  const twoNegatives = (2 * auc * auc) / (1 + auc);
  const variance = (auc * (1 - auc) + (positives - 1) * (twoPositives - auc * auc) + (negatives - 1) * (twoNegatives - auc * auc)) / (positives * negatives);
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
  return { estimate: auc, low: Math.max(0, auc - half), high: Math.min(1, auc + half), confidence };
}
