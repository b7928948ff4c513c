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

/**
 * The scores of the positive and of the negative cases.
 * @param who the function that asks, for its message
 * @throws RangeError when a class is empty or a score is not finite
 */
export function divide(cases: readonly Scored[], who: string): { readonly positives: number[]; readonly negatives: number[] } {
  const positives: number[] = [];
  const negatives: number[] = [];
  for (const { positive, score } of cases) {
    if (!Number.isFinite(score)) throw new RangeError(`${who}: a score is not a finite number`);
    (positive ? positives : negatives).push(score);
  }
  if (positives.length === 0 || negatives.length === 0) {
    throw new RangeError(`${who}: needs positive and negative cases; of ${cases.length} cases ${positives.length} are positive`);
  }
  return { positives, negatives };
}

/**
 * That there are cases, and that their scores are probabilities.
 * @throws RangeError otherwise
 */
export function requireProbabilities(cases: readonly Scored[], who: string): void {
  if (cases.length === 0) throw new RangeError(`${who}: there are no cases`);
  const odd = cases.find(({ score }) => !(score >= 0 && score <= 1));
  if (odd !== undefined) throw new RangeError(`${who}: ${odd.score} is no probability`);
}
