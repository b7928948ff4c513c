import { confusionAt } from './confusion.ts';
import { requireProbabilities, type Scored } from './scored.ts';

/** A point of a decision curve, in true positives a case. */
export interface DecisionPoint {
  /** The probability from which on one would act. */
  readonly threshold: number;
  /** Of acting on the model. */
  readonly model: number;
  /** Of acting on everybody. Acting on nobody has 0. */
  readonly all: number;
}

/**
 * Net benefit by threshold: TP/n − FP/n · t/(1 − t) (Vickers and Elkin, Medical Decision Making 26:565–574, 2006). It
 * depends on the share of positive cases, which a benchmark's is not that of a clinic.
 * @param cases scores in [0, 1]
 * @param thresholds each in (0, 1)
 * @throws RangeError when there is no case, a score is no probability, or a threshold is 0 or 1
 */
export function decisionCurve(cases: readonly Scored[], thresholds: readonly number[]): DecisionPoint[] {
  requireProbabilities(cases, 'decisionCurve');
  const n = cases.length;
  const positives = cases.filter(({ positive }) => positive).length;
  return thresholds.map((threshold) => {
    if (!(threshold > 0 && threshold < 1)) throw new RangeError(`decisionCurve: ${threshold} is not in (0, 1)`);
    const odds = threshold / (1 - threshold);
    const { truePositives, falsePositives } = confusionAt(cases, threshold);
    return { threshold, model: (truePositives - falsePositives * odds) / n, all: (positives - (n - positives) * odds) / n };
  });
}
