import { createRandom } from '../../base/index.ts';
import { calibrationBins, decisionCurve, type CalibrationBin, type DecisionPoint } from '../../statistics/index.ts';
import type { Prediction } from '../predictions/index.ts';
import { aggregations, imageCases, patientCases, type Aggregation, type JudgedCase } from './cases.ts';
import { figuresOf, type UnitFigures } from './figures.ts';
import { bootstrapDraws, bootstrapSeed } from './intervals.ts';
import { legacyMetrics, type LegacyMetrics } from './legacy-metrics.ts';
import { subgroupsOf, type Subgroup } from './subgroups.ts';
import { chooseThresholds } from './thresholds.ts';

/** What is to be judged. */
export interface EvaluationRequest {
  readonly predictions: readonly Prediction[];
  /** Scores of validation images, by which thresholds are chosen. */
  readonly validation?: readonly Prediction[] | undefined;
  /** Of the release; scores are probabilities of the first. */
  readonly labels: readonly string[];
  /** The label that the figures are about. */
  readonly positive: string;
  /** A threshold to use instead of one chosen on validation, as a probability of the positive label. */
  readonly threshold?: number | undefined;
  /** Of the bootstraps; 2,000 unless given. */
  readonly draws?: number;
}

/** A model's figures on a set of images. */
export interface Evaluation {
  readonly positive: string;
  readonly images: UnitFigures;
  /** A patient (or group, where no patient is named) as one case. */
  readonly patients: Readonly<Record<Aggregation, UnitFigures>>;
  readonly subgroups: readonly Subgroup[];
  /** Ten bins of equal width, over images. */
  readonly calibration: readonly CalibrationBin[];
  /** Net benefit over images at thresholds of 0.01 to 0.99. */
  readonly decisionCurve: readonly DecisionPoint[];
  readonly legacy: LegacyMetrics;
  readonly bootstrap: { readonly draws: number; readonly seed: number };
  /** Images as they were judged. */
  readonly cases: readonly JudgedCase[];
}

/** Judges predictions: figures by image and by patient with intervals, subgroups, calibration, decision curve. */
export function evaluate(request: EvaluationRequest): Evaluation {
  const { predictions, validation, labels, positive, threshold, draws = bootstrapDraws } = request;
  const random = createRandom(bootstrapSeed);
  const cases = imageCases(predictions, labels, positive);
  const images = figuresOf(cases, chooseThresholds(validation && imageCases(validation, labels, positive), threshold), { random: random.fork('images'), draws });
  const patients = (how: Aggregation): UnitFigures => {
    const thresholds = chooseThresholds(validation && patientCases(validation, labels, positive, how), threshold);
    return figuresOf(patientCases(predictions, labels, positive, how), thresholds, { random: random.fork(`patients ${how}`), draws });
  };
  const [mean, max] = aggregations;
  return {
    positive,
    images,
    patients: { mean: patients(mean), max: patients(max) },
    subgroups: subgroupsOf(cases, images.operatingPoints[0]?.value ?? 0.5, { random: random.fork('subgroups'), draws }),
    calibration: calibrationBins(cases),
    decisionCurve: decisionCurve(cases, Array.from({ length: 99 }, (_, i) => (i + 1) / 100)),
    legacy: legacyMetrics(predictions, labels),
    bootstrap: { draws, seed: bootstrapSeed },
    cases,
  };
}
