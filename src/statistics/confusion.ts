import type { Scored } from './scored.ts';

/** Counts of cases by truth and by what they were called. */
export interface ConfusionMatrix {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** What follows from a confusion matrix, each in [0, 1] but for MCC in [−1, 1]; `undefined` where there is nothing to divide by. */
export interface ConfusionFigures {
  /** TP / (TP + FN): recall, true-positive rate. */
  readonly sensitivity: number | undefined;
  /** TN / (TN + FP). */
  readonly specificity: number | undefined;
  /** TP / (TP + FP): precision. It holds for this share of positive cases only. */
  readonly ppv: number | undefined;
  /** TN / (TN + FN). It holds for this share of positive cases only. */
  readonly npv: number | undefined;
  readonly accuracy: number | undefined;
  /** Mean of sensitivity and specificity. */
  readonly balancedAccuracy: number | undefined;
  /** 2 TP / (2 TP + FP + FN). */
  readonly f1: number | undefined;
  /** Matthews's correlation; 0 where a row or column is empty, as scikit-learn has it; `undefined` without cases. */
  readonly mcc: number | undefined;
}

/** Counts the cases, those with a score of `threshold` or higher being called positive. */
export function confusionAt(cases: readonly Scored[], threshold: number): ConfusionMatrix {
  let truePositives = 0;
  let falsePositives = 0;
  let trueNegatives = 0;
  let falseNegatives = 0;
  for (const { positive, score } of cases) {
    if (score >= threshold) {
      if (positive) truePositives += 1;
      else falsePositives += 1;
    } else if (positive) falseNegatives += 1;
    else trueNegatives += 1;
  }
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

const ratio = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole);

/** Sensitivity, specificity, predictive values, accuracy, balanced accuracy, F1 and MCC of a confusion matrix. */
export function confusionFigures(matrix: ConfusionMatrix): ConfusionFigures {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = matrix;
  const n = tp + fp + tn + fn;
  const sensitivity = ratio(tp, tp + fn);
  const specificity = ratio(tn, tn + fp);
  const spread = Math.sqrt(tp + fp) * Math.sqrt(tp + fn) * Math.sqrt(tn + fp) * Math.sqrt(tn + fn);
  return {
    sensitivity,
    specificity,
    ppv: ratio(tp, tp + fp),
    npv: ratio(tn, tn + fn),
    accuracy: ratio(tp + tn, n),
    balancedAccuracy: sensitivity === undefined || specificity === undefined ? undefined : (sensitivity + specificity) / 2,
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    mcc: n === 0 ? undefined : spread === 0 ? 0 : (tp * tn - fp * fn) / spread,
  };
}
