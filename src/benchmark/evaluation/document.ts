import type { Release } from '../../release/index.ts';
import type { Track } from '../../splits/index.ts';
import type { Evaluation } from './evaluate.ts';
import type { FigureName, UnitFigures } from './figures.ts';
import type { Figure } from './intervals.ts';
import type { Subgroup } from './subgroups.ts';

/** What is said with every figure. */
export const benchmarkNotice =
  'For research, never for diagnosis. COVID and NonCOVID pictures of this release come from different sources, and a model can tell sources apart without seeing disease: read every figure beside the controls that never see a lung.';

/** Where predictions come from and what they are of. */
export interface EvaluationContext {
  readonly release: Pick<Release, 'name' | 'synthetic'>;
  readonly track: Track;
  /** A part of the track, or `all`. */
  readonly part: string;
  /** The table or run, as it was named. */
  readonly source: string;
  /** The run's id, where it is one. */
  readonly run?: string | undefined;
  /** Where the thresholds come from; null without validation predictions. */
  readonly validation: string | null;
  /** The version of covid-ct. */
  readonly version: string;
  /** Whether what the original scripts print is to be given too. */
  readonly legacyMetrics?: boolean;
}

/** Main figures in the order in which they are shown. */
export const figureOrder: readonly FigureName[] = [
  'auc', 'accuracy', 'f1', 'sensitivity', 'specificity', 'ppv', 'npv', 'balancedAccuracy', 'mcc', 'prAuc', 'brier', 'logLoss', 'calibrationError', 'calibrationSlope', 'calibrationIntercept',
  'calibrationInTheLarge',
];

/** What figures are called in tables. */
export const figureTitles: Readonly<Record<FigureName, string>> = {
  auc: 'ROC AUC',
  prAuc: 'PR AUC',
  accuracy: 'accuracy',
  f1: 'F1',
  sensitivity: 'sensitivity',
  specificity: 'specificity',
  ppv: 'PPV',
  npv: 'NPV',
  balancedAccuracy: 'balanced accuracy',
  mcc: 'MCC',
  brier: 'Brier score',
  logLoss: 'log loss',
  calibrationError: 'calibration error',
  calibrationSlope: 'calibration slope',
  calibrationIntercept: 'and its intercept',
  calibrationInTheLarge: 'in the large',
};

function metricsOf(metrics: Readonly<Record<FigureName, Figure>>): Record<string, Figure> {
  return Object.fromEntries(figureOrder.map((name) => [name, metrics[name]]));
}

function unitOf(figures: UnitFigures): object {
  const [main] = figures.operatingPoints;
  return {
    n: figures.n,
    positives: figures.positives,
    clusters: figures.clusters,
    threshold: main === undefined ? null : { value: main.value, rule: main.rule, chosenOn: main.chosenOn },
    metrics: metricsOf(figures.metrics),
    aucDelong: figures.aucDelong,
    confusion: main?.confusion ?? null,
    operatingPoints: figures.operatingPoints,
  };
}

/** What `covid-ct evaluate --json` prints. */
export interface EvaluationDocument {
  readonly format: 'covid-ct evaluation 1';
  readonly notice: string;
  readonly n: number;
  readonly positive: string;
  readonly track: string;
  readonly split: string;
  readonly metrics: Readonly<Record<string, Figure>>;
  readonly patients: Readonly<Record<string, object>>;
  readonly subgroups: readonly Subgroup[];
  readonly [more: string]: unknown;
}

/** An evaluation as a document: the figures by image stand at its top. */
export function evaluationDocument(evaluation: Evaluation, context: EvaluationContext): EvaluationDocument {
  const { track, part, release } = context;
  return {
    format: 'covid-ct evaluation 1',
    version: context.version,
    notice: benchmarkNotice,
    release: { name: release.name, synthetic: release.synthetic },
    source: context.source,
    run: context.run ?? null,
    track: track.name,
    trackSeed: track.seed ?? null,
    split: part,
    positive: evaluation.positive,
    validation: context.validation,
    ...unitOf(evaluation.images),
    n: evaluation.images.n,
    metrics: metricsOf(evaluation.images.metrics),
    patients: { mean: unitOf(evaluation.patients.mean), max: unitOf(evaluation.patients.max) },
    subgroups: evaluation.subgroups,
    calibration: evaluation.calibration,
    decisionCurve: evaluation.decisionCurve,
    ...(context.legacyMetrics === true ? { legacyMetrics: evaluation.legacy } : {}),
    bootstrap: { ...evaluation.bootstrap, clusters: 'patient, else the group of the track', strata: 'label', interval: 'percentile, 95 %' },
  };
}
