import type { Random } from '../../base/index.ts';
import {
  aucDelong, averagePrecision, brierScore, calibrationError, clusterBootstrap, confusionAt, confusionFigures, hasBothClasses, logLoss, recalibrate, rocAuc, type ConfusionMatrix,
  type Figures,
} from '../../statistics/index.ts';
import type { JudgedCase } from './cases.ts';
import { countClusters, intervalOf, type Figure } from './intervals.ts';
import { recordOf } from './record.ts';
import type { Threshold } from './thresholds.ts';

/** Figures of the scores themselves. */
export const scoreFigureNames = ['auc', 'prAuc', 'brier', 'logLoss', 'calibrationError', 'calibrationSlope', 'calibrationIntercept', 'calibrationInTheLarge'] as const;
/** Figures at a threshold. */
export const thresholdFigureNames = ['accuracy', 'balancedAccuracy', 'sensitivity', 'specificity', 'ppv', 'npv', 'f1', 'mcc'] as const;
export type ScoreFigureName = (typeof scoreFigureNames)[number];
export type ThresholdFigureName = (typeof thresholdFigureNames)[number];
export type FigureName = ScoreFigureName | ThresholdFigureName;

/** Figures at one threshold. */
export interface OperatingPoint extends Threshold {
  readonly confusion: ConfusionMatrix;
  readonly metrics: Readonly<Record<ThresholdFigureName, Figure>>;
}

/** Everything that is said of one kind of case: images, or patients by mean or max. */
export interface UnitFigures {
  readonly n: number;
  readonly positives: number;
  /** Patients, or groups where no patient is named, that are drawn as one. */
  readonly clusters: number;
  /** Scores, and what follows at the first of the operating points. */
  readonly metrics: Readonly<Record<FigureName, Figure>>;
  /** DeLong's interval of the AUC, which takes the cases as independent. */
  readonly aucDelong: { readonly low: number; readonly high: number } | null;
  readonly operatingPoints: readonly OperatingPoint[];
}

/** The chance that intervals are made of: a source of it, and how many draws. */
export interface Chance {
  readonly random: Random;
  readonly draws: number;
}

function scoreFigures(cases: readonly JudgedCase[]): Figures<ScoreFigureName> {
  const fit = recalibrate(cases);
  const both = hasBothClasses(cases);
  return {
    auc: both ? rocAuc(cases) : undefined,
    prAuc: both ? averagePrecision(cases) : undefined,
    brier: brierScore(cases),
    logLoss: logLoss(cases),
    calibrationError: calibrationError(cases),
    calibrationSlope: fit?.slope,
    calibrationIntercept: fit?.intercept,
    calibrationInTheLarge: fit?.inTheLarge,
  };
}

/** Of which cases a predictive value is a share; the other figures' names tell. */
function behindOf(name: ThresholdFigureName, threshold: number): ((one: JudgedCase) => boolean) | undefined {
  if (name === 'ppv') return ({ score }) => score >= threshold;
  return name === 'npv' ? ({ score }) => score < threshold : undefined;
}

/**
 * All figures of some cases with their intervals: 2,000 draws of whole patients, in strata by label, so that the share of
 * positive cases stays about the same; a share that is exactly 0 or 1, or comes from fewer than five patients of a label, has Wilson's interval instead.
 * @param cases of both labels
 * @param thresholds the first is the one of the main figures; at least one
 */
export function figuresOf(cases: readonly JudgedCase[], thresholds: readonly Threshold[], chance: Chance): UnitFigures {
  const keyOf = (at: number, name: ThresholdFigureName) => `${at} ${name}`;
  const all = (drawn: readonly JudgedCase[]): Figures<string> => ({
    ...scoreFigures(drawn),
    ...Object.fromEntries(
      thresholds.flatMap(({ value }, at) => {
        const figures = confusionFigures(confusionAt(drawn, value));
        return thresholdFigureNames.map((name) => [keyOf(at, name), figures[name]]);
      }),
    ),
  });
  const estimates = all(cases);
  const drawn = clusterBootstrap(cases, all, chance);
  const ofScores = (name: ScoreFigureName): Figure => intervalOf(name, estimates[name], drawn[name], cases);
  const operatingPoints = thresholds.map((threshold, at): OperatingPoint => {
    const figure = (name: ThresholdFigureName): Figure => intervalOf(name, estimates[keyOf(at, name)], drawn[keyOf(at, name)], cases, behindOf(name, threshold.value));
    return { ...threshold, confusion: confusionAt(cases, threshold.value), metrics: recordOf(thresholdFigureNames, figure) };
  });
  const [main] = operatingPoints;
  if (main === undefined) throw new RangeError('figuresOf: there is no threshold');
  return {
    n: cases.length,
    positives: cases.filter(({ positive }) => positive).length,
    clusters: countClusters(cases),
    metrics: { ...recordOf(scoreFigureNames, ofScores), ...main.metrics },
    aucDelong: delongOf(cases),
    operatingPoints,
  };
}

function delongOf(cases: readonly JudgedCase[]): { low: number; high: number } | null {
  const positives = cases.filter(({ positive }) => positive).length;
  if (positives < 2 || cases.length - positives < 2) return null;
  const { low, high } = aucDelong(cases);
  return { low, high };
}

/** A subgroup's figures: of one label alone only how many of it are called right, since nothing else is defined. */
export function subgroupFigures(
  cases: readonly JudgedCase[],
  threshold: number,
  chance: Chance,
): { readonly auc?: Figure; readonly sensitivity?: Figure; readonly specificity?: Figure } {
  const all = (drawn: readonly JudgedCase[]): Figures<'auc' | 'sensitivity' | 'specificity'> => {
    const { sensitivity, specificity } = confusionFigures(confusionAt(drawn, threshold));
    return { sensitivity, specificity, auc: hasBothClasses(drawn) ? rocAuc(drawn) : undefined };
  };
  const estimates = all(cases);
  const drawn = clusterBootstrap(cases, all, chance);
  const figure = (name: 'auc' | 'sensitivity' | 'specificity'): Figure => intervalOf(name, estimates[name], drawn[name], cases);
  if (hasBothClasses(cases)) return { auc: figure('auc'), sensitivity: figure('sensitivity'), specificity: figure('specificity') };
  return cases.some(({ positive }) => positive) ? { sensitivity: figure('sensitivity') } : { specificity: figure('specificity') };
}
