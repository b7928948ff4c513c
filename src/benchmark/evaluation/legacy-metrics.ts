import { confusionFigures, rocAuc } from '../../statistics/index.ts';
import type { Prediction } from '../predictions/index.ts';

/** What the release's own scripts compute of a test set. Label 1, which they call positive, is NonCOVID. */
export interface LegacyMetrics {
  readonly positive: string;
  readonly TP: number;
  readonly TN: number;
  readonly FN: number;
  readonly FP: number;
  /** Null where the scripts divide 0 by 0 and print nan. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly F1: number | null;
  readonly acc: number;
  /** AUC of the calls, 0 or 1: (sensitivity + specificity) / 2. */
  readonly AUCp: number;
  /** AUC of the scores. */
  readonly AUC: number;
}

/**
 * The figures that the release's scripts print: index 1 of the output is NonCOVID and counts as positive, the call is the
 * larger output (COVID on a tie), recall, precision and F1 are those of NonCOVID. Their vote over ten epochs is part of
 * training, not of this: the scores given here are judged as they are.
 * @param labels of the release, in the order of the scripts' label numbers: COVID, NonCOVID
 */
export function legacyMetrics(predictions: readonly Prediction[], labels: readonly string[]): LegacyMetrics {
  const positive = labels[1] ?? '';
  const cases = predictions.map(({ entry, score }) => ({ positive: entry.label === positive, score: 1 - score }));
  const calls = cases.map((one) => ({ positive: one.positive, score: Number(one.score > 0.5) }));
  const count = (truth: boolean, call: number) => calls.filter((one) => one.positive === truth && one.score === call).length;
  const [TP, TN, FN, FP] = [count(true, 1), count(false, 0), count(true, 0), count(false, 1)];
  const { sensitivity, ppv, f1, accuracy } = confusionFigures({ truePositives: TP, trueNegatives: TN, falseNegatives: FN, falsePositives: FP });
  return {
    positive,
    TP,
    TN,
    FN,
    FP,
    precision: ppv ?? null,
    recall: sensitivity ?? null,
    // 2 r p / (r + p) is 0 / 0 where nothing is called right.
    F1: TP === 0 ? null : (f1 ?? null),
    acc: accuracy ?? 0,
    AUCp: rocAuc(calls),
    AUC: rocAuc(cases),
  };
}

/** The lines that the scripts print of their figures, in their words. */
export function legacyLines(metrics: LegacyMetrics): string[] {
  const { TP, TN, FN, FP, precision, recall, F1, acc, AUCp, AUC } = metrics;
  const full = (value: number | null) => (value === null ? 'nan' : String(value));
  const four = (value: number | null) => (value === null ? 'nan' : value.toFixed(4));
  return [
    `TP= ${TP} TN= ${TN} FN= ${FN} FP= ${FP}`,
    `TP+FP ${TP + FP}`,
    `precision ${full(precision)}`,
    `recall ${full(recall)}`,
    `F1 ${full(F1)}`,
    `acc ${full(acc)}`,
    `AUCp ${full(AUCp)}`,
    `AUC ${full(AUC)}`,
    `average recall: ${four(recall)}, average precision: ${four(precision)}, average F1: ${four(F1)},`,
    `average accuracy: ${four(acc)}, average AUC: ${four(AUC)}`,
  ];
}
