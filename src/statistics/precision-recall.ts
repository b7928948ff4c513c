import { divide, type Scored } from './scored.ts';

/** A point of a precision–recall curve. */
export interface PrecisionRecallPoint {
  /** Cases with this score or a higher one are called positive. */
  readonly threshold: number;
  /** Sensitivity. */
  readonly recall: number;
  /** Positive predictive value. */
  readonly precision: number;
}

/**
 * The precision–recall curve by falling threshold, one point for each different score.
 * @throws RangeError when a class is empty or a score is not finite
 */
export function precisionRecallCurve(cases: readonly Scored[]): PrecisionRecallPoint[] {
  const { positives } = divide(cases, 'precisionRecallCurve');
  const sorted = cases.toSorted((a, b) => b.score - a.score);
  const points: PrecisionRecallPoint[] = [];
  let truePositives = 0;
  for (const [index, { positive, score }] of sorted.entries()) {
    if (positive) truePositives += 1;
    if (sorted[index + 1]?.score === score) continue;
    points.push({ threshold: score, recall: truePositives / positives.length, precision: truePositives / (index + 1) });
  }
  return points;
}

/**
 * Average precision, the area under the precision–recall curve without interpolation: Σ (Rₙ − Rₙ₋₁) Pₙ over falling
 * thresholds, as scikit-learn's `average_precision_score`. Chance gives the share of positive cases.
 * @throws RangeError when a class is empty or a score is not finite
 */
export function averagePrecision(cases: readonly Scored[]): number {
  let sum = 0;
  let before = 0;
  for (const { recall, precision } of precisionRecallCurve(cases)) {
    sum += (recall - before) * precision;
    before = recall;
  }
  return sum;
}
