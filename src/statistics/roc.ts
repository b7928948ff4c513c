import { normalQuantile } from './normal.ts';
import { midranks } from './ranks.ts';

/** An estimate with an interval. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Share of intervals made this way that hold the truth: 0.95 for 95 %. */
  readonly confidence: number;
}

/** A score with its truth. */
export interface Scored {
  readonly positive: boolean;
  /** Higher means more likely positive. */
  readonly score: number;
}

function divide(cases: readonly Scored[], who: string): { readonly positives: number[]; readonly negatives: number[] } {
  const positives: number[] = [];
  const negatives: number[] = [];
  for (const { positive, score } of cases) {
    if (!Number.isFinite(score)) throw new RangeError(`${who}: a score is not a finite number`);
    (positive ? positives : negatives).push(score);
  }
  if (positives.length === 0 || negatives.length === 0) throw new RangeError(`${who}: needs positive and negative cases`);
  return { positives, negatives };
}

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

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/**
 * DeLong's variance of the AUC (DeLong, DeLong and Clarke-Pearson, Biometrics 44:837–845, 1988), by ranks (Sun and Xu,
 * IEEE Signal Processing Letters 21:1389–1393, 2014). Cases are taken as independent.
 * @throws RangeError when a class has fewer than two cases
 */
export function delongVariance(cases: readonly Scored[]): number {
  const { positives, negatives } = divide(cases, 'delongVariance');
  const m = positives.length;
  const n = negatives.length;
  if (m < 2 || n < 2) throw new RangeError('delongVariance: needs two positive and two negative cases');
  const together = midranks([...positives, ...negatives]);
  const amongPositives = midranks(positives);
  const amongNegatives = midranks(negatives);
  // Structural components: for a positive case the share of negatives below it, for a negative the share of positives above.
  const ofPositives = amongPositives.map((rank, i) => ((together[i] ?? 0) - rank) / n);
  const ofNegatives = amongNegatives.map((rank, j) => 1 - ((together[m + j] ?? 0) - rank) / m);
  return variance(ofPositives) / m + variance(ofNegatives) / n;
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
