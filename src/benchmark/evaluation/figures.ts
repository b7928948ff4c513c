import type { Random } from '../../base/index.ts';
import {
  aucDelong, averagePrecision, brierScore, calibrationError, clusterBootstrap, confusionAt, confusionFigures, hasBothClasses, logLoss, recalibrate, rocAuc, wilsonInterval,
  type BootstrapInterval, type ConfusionMatrix, type Figures,
} from '../../statistics/index.ts';
import type { JudgedCase } from './cases.ts';
import { recordOf } from './record.ts';
import type { Threshold } from './thresholds.ts';

/** Figures of the scores themselves. */
export const scoreFigureNames = ['auc', 'prAuc', 'brier', 'logLoss', 'calibrationError', 'calibrationSlope', 'calibrationIntercept', 'calibrationInTheLarge'] as const;
/** Figures at a threshold. */
export const thresholdFigureNames = ['accuracy', 'balancedAccuracy', 'sensitivity', 'specificity', 'ppv', 'npv', 'f1', 'mcc'] as const;
export type ScoreFigureName = (typeof scoreFigureNames)[number];
export type ThresholdFigureName = (typeof thresholdFigureNames)[number];
export type FigureName = ScoreFigureName | ThresholdFigureName;

/** A figure with its 95 % interval; null where there is none. */
export interface Figure {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** `bootstrap`: percentiles over draws of patients; `wilson`: of a share that is 0 or 1 or of too few patients, which are counted instead of images. */
  readonly interval: 'bootstrap' | 'wilson' | null;
}

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

/** Draws of every bootstrap of the benchmark, unless asked otherwise. */
export const bootstrapDraws = 2000;
/** Fewer patients of a label than this give no interval worth the name. */
export const fewestClusters = 5;

/** The chance that intervals are made of: a source of it, and how many draws. */
export interface Chance {
  readonly random: Random;
  readonly draws: number;
}

const shares: ReadonlySet<string> = new Set(['accuracy', 'sensitivity', 'specificity', 'ppv', 'npv']);

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

/** Clusters by what they hold: any case, a positive one, a negative one. */
function countClusters(cases: readonly JudgedCase[]): { readonly all: number; readonly positive: number; readonly negative: number } {
  const count = (wanted: readonly JudgedCase[]) => new Set(wanted.map(({ cluster }) => cluster)).size;
  return { all: count(cases), positive: count(cases.filter(({ positive }) => positive)), negative: count(cases.filter(({ positive }) => !positive)) };
}

function figureOf(name: string, value: number | undefined, bootstrap: BootstrapInterval | undefined, clusters: number, enough: boolean): Figure {
  if (value === undefined) return { value: null, low: null, high: null, interval: null };
  // A share of 0 or 1 has no spread in any draw, and few patients too little; Wilson's interval has, and counting patients
  // instead of images keeps it wide enough.
  if (shares.has(name) && (value === 0 || value === 1 || !enough) && clusters > 0) {
    const { low, high } = wilsonInterval(value * clusters, clusters);
    return { value, low, high, interval: 'wilson' };
  }
  if (bootstrap === undefined || !enough) return { value, low: null, high: null, interval: null };
  return { value, low: bootstrap.low, high: bootstrap.high, interval: 'bootstrap' };
}

/** Clusters that the cases behind a share come from. */
function clustersBehind(name: ThresholdFigureName, cases: readonly JudgedCase[], threshold: number): number {
  const behind: Partial<Record<ThresholdFigureName, (one: JudgedCase) => boolean>> = {
    sensitivity: ({ positive }) => positive,
    specificity: ({ positive }) => !positive,
    ppv: ({ score }) => score >= threshold,
    npv: ({ score }) => score < threshold,
  };
  return countClusters(cases.filter(behind[name] ?? (() => true))).all;
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
  const clusters = countClusters(cases);
  const enough = Math.min(clusters.positive, clusters.negative) >= fewestClusters;
  const ofScores = (name: ScoreFigureName): Figure => figureOf(name, estimates[name], drawn[name], clusters.all, enough);
  const operatingPoints = thresholds.map((threshold, at): OperatingPoint => {
    const figure = (name: ThresholdFigureName): Figure =>
      figureOf(name, estimates[keyOf(at, name)], drawn[keyOf(at, name)], clustersBehind(name, cases, threshold.value), enough);
    return { ...threshold, confusion: confusionAt(cases, threshold.value), metrics: recordOf(thresholdFigureNames, figure) };
  });
  const [main] = operatingPoints;
  if (main === undefined) throw new RangeError('figuresOf: there is no threshold');
  return {
    n: cases.length,
    positives: cases.filter(({ positive }) => positive).length,
    clusters: clusters.all,
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
  const clusters = countClusters(cases);
  const both = hasBothClasses(cases);
  const all = (drawn: readonly JudgedCase[]): Figures<'auc' | 'sensitivity' | 'specificity'> => {
    const { sensitivity, specificity } = confusionFigures(confusionAt(drawn, threshold));
    return { sensitivity, specificity, auc: hasBothClasses(drawn) ? rocAuc(drawn) : undefined };
  };
  const estimates = all(cases);
  const drawn = clusterBootstrap(cases, all, chance);
  const sensitivity = figureOf('sensitivity', estimates.sensitivity, drawn.sensitivity, clusters.positive, clusters.positive >= fewestClusters);
  const specificity = figureOf('specificity', estimates.specificity, drawn.specificity, clusters.negative, clusters.negative >= fewestClusters);
  if (both) {
    const enough = Math.min(clusters.positive, clusters.negative) >= fewestClusters;
    return { auc: figureOf('auc', estimates.auc, drawn.auc, clusters.all, enough), sensitivity, specificity };
  }
  return clusters.positive > 0 ? { sensitivity } : { specificity };
}
