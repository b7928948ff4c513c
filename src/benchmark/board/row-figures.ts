import { createRandom } from '../../base/index.ts';
import { brierScore, clusterBootstrap, confusionFigures, confusionAt, hasBothClasses, rocAuc, type Figures } from '../../statistics/index.ts';
import { bootstrapDraws, bootstrapSeed, intervalOf, patientCases, recordOf, type Figure, type JudgedCase } from '../evaluation/index.ts';
import type { Prediction } from '../predictions/index.ts';

/** Figures of a board's row. */
export const boardFigures = ['auc', 'accuracy', 'f1', 'sensitivity', 'specificity', 'brier'] as const;
/** A figure of a board's row. */
export type BoardFigure = (typeof boardFigures)[number];

/** A case with what it was called: over folds, each fold has a threshold of its own. */
export interface CalledCase extends JudgedCase {
  readonly called: boolean;
}

const asScored = (cases: readonly CalledCase[]) => cases.map(({ positive, called }) => ({ positive, score: Number(called) }));

function figuresOfCalled(cases: readonly CalledCase[]): Figures<BoardFigure> {
  const { accuracy, f1, sensitivity, specificity } = confusionFigures(confusionAt(asScored(cases), 1));
  return { auc: hasBothClasses(cases) ? rocAuc(cases) : undefined, accuracy, f1, sensitivity, specificity, brier: brierScore(cases) };
}

/** A row's figures with intervals, over the same draws of patients as `evaluate` makes of the same images. */
export function rowFigures(cases: readonly CalledCase[], draws = bootstrapDraws): Readonly<Record<BoardFigure, Figure>> {
  const estimates = figuresOfCalled(cases);
  const drawn = clusterBootstrap(cases, figuresOfCalled, { random: createRandom(bootstrapSeed).fork('images'), draws });
  return recordOf(boardFigures, (name) => intervalOf(name, estimates[name], drawn[name], cases));
}

/** The AUC over patients, each with the mean of its images' scores. */
export function patientAuc(predictions: readonly Prediction[], labels: readonly string[], positive: string, draws = bootstrapDraws): Figure {
  const cases = patientCases(predictions, labels, positive, 'mean');
  const auc = (drawn: readonly JudgedCase[]): Figures<'auc'> => ({ auc: hasBothClasses(drawn) ? rocAuc(drawn) : undefined });
  const drawn = clusterBootstrap(cases, auc, { random: createRandom(bootstrapSeed).fork('patients mean'), draws });
  return intervalOf('auc', auc(cases).auc, drawn.auc, cases);
}
