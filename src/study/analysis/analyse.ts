import {
  analyseReaders,
  aucDelong,
  confusionAt,
  equivalence,
  nonInferiority,
  readerDifferences,
  rocCurve,
  scoreLocalisation,
  wilsonInterval,
  type ArmDifference,
  type FigureOfMerit,
  type Interval,
  type LocalisationFigures,
  type MarginVerdict,
  type MultiReaderAnalysis,
  type MultiReaderData,
  type RocPoint,
} from '../../statistics/index.ts';
import { ratingRange, referenceArm } from '../plan/read.ts';
import { agreementOf, type ArmAgreement } from './agreement.ts';
import { deviationsOf } from './deviations.ts';
import type { ReadingsDocument } from './document.ts';
import { learningOf, type Learning } from './learning.ts';

/** A model's scores of the study's cases, by their source. */
export interface ModelScores {
  readonly name: string;
  readonly scores: ReadonlyMap<string, number>;
}

/** One reader, or all pooled, or a model, in one arm. */
export interface ReaderFigures {
  readonly reader: string;
  readonly arm: string;
  readonly readings: number;
  readonly auc: Interval | undefined;
  readonly sensitivity: Interval | undefined;
  readonly specificity: Interval | undefined;
  readonly curve: readonly RocPoint[];
  readonly medianSeconds: number | undefined;
  readonly localisation: LocalisationFigures | undefined;
}

/** An arm against the reference, with what the plan set beforehand. */
export interface ArmComparison {
  readonly arm: string;
  /** Arm minus reference. */
  readonly difference: ArmDifference;
  readonly perReader: readonly (ArmDifference & { readonly reader: string })[];
  readonly nonInferiority: MarginVerdict | undefined;
  readonly equivalence: MarginVerdict | undefined;
}

/** A figure of merit over all readers, by each kind of inference that could be made. */
export interface PooledFigure {
  readonly name: 'auc' | 'sensitivity' | 'specificity';
  readonly analyses: readonly MultiReaderAnalysis[];
}

/** What a study came to. */
export interface StudyAnalysis {
  readonly planHash: string;
  readonly reference: string;
  readonly cases: { readonly positives: number; readonly negatives: number };
  readonly readers: readonly ReaderFigures[];
  readonly pooled: readonly ReaderFigures[];
  readonly models: readonly ReaderFigures[];
  /** AUC first; sensitivity and specificity at the plan's threshold. */
  readonly figures: readonly PooledFigure[];
  readonly comparisons: readonly ArmComparison[];
  readonly agreement: readonly ArmAgreement[];
  readonly learning: Learning;
  readonly deviations: readonly string[];
  readonly simulated: boolean;
  readonly synthetic: boolean;
}

type Reading = ReadingsDocument['readings'][number];

const median = (values: readonly number[]): number | undefined => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length === 0 ? undefined : sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** Runs a figure that not every set of readings has. */
function orNothing<T>(figure: () => T): T | undefined {
  try {
    return figure();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function figuresOf(document: ReadingsDocument, reader: string, arm: string, readings: readonly Reading[], threshold: number): ReaderFigures {
  const truth = new Map(document.cases.map((one) => [one.case, one]));
  const scored = readings.map((reading) => ({ positive: truth.get(reading.case)?.positive === true, score: reading.rating }));
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = confusionAt(scored, threshold);
  const share = (part: number, whole: number): Interval | undefined => (whole === 0 ? undefined : wilsonInterval(part, whole));
  const located = document.plan.marks > 0 && document.cases.some(({ places }) => places.length > 0);
  return {
    reader,
    arm,
    readings: readings.length,
    auc: orNothing(() => aucDelong(scored)),
    sensitivity: share(truePositives, truePositives + falseNegatives),
    specificity: share(trueNegatives, trueNegatives + falsePositives),
    curve: orNothing(() => rocCurve(scored)) ?? [],
    medianSeconds: median(readings.map(({ milliseconds }) => milliseconds / 1000)),
    localisation: located ? scoreLocalisation(readings.map((reading, i) => ({ positive: scored[i]?.positive === true, score: reading.rating, marks: reading.marks, places: truth.get(reading.case)?.places ?? [] }))) : undefined,
  };
}

/** Readings as the multi-reader analysis takes them; readers without enough cases of each class in an arm are left out and told. */
function multiReaderData(document: ReadingsDocument): { readonly data: MultiReaderData; readonly leftOut: readonly string[] } {
  const { plan, cases } = document;
  const place = new Map(cases.map((one, i) => [one.case, i]));
  const arms = plan.arms.map(({ id }) => id);
  const ratingsOf = (arm: string, reader: string): (number | undefined)[] => {
    const row: (number | undefined)[] = cases.map(() => undefined);
    for (const reading of document.readings) if (reading.arm === arm && reading.reader === reader) row[place.get(reading.case) ?? -1] = reading.rating;
    return row;
  };
  const enough = (reader: string): boolean =>
    arms.every((arm) => {
      const row = ratingsOf(arm, reader);
      return [true, false].every((positive) => row.filter((rating, i) => rating !== undefined && cases[i]?.positive === positive).length >= 2);
    });
  const readers = plan.readers.map(({ id }) => id);
  const kept = readers.filter(enough);
  return {
    data: { arms, readers: kept, positive: cases.map(({ positive }) => positive), ratings: arms.map((arm) => kept.map((reader) => ratingsOf(arm, reader))) },
    leftOut: readers.filter((reader) => !kept.includes(reader)),
  };
}

function pooledFigures(data: MultiReaderData, threshold: number, confidence: number, planned: 'random' | 'fixed-readers' | 'fixed-cases'): PooledFigure[] {
  const inferences = [planned, ...(['random', 'fixed-readers', 'fixed-cases'] as const).filter((one) => one !== planned)];
  const figures: readonly (readonly [PooledFigure['name'], FigureOfMerit])[] = [['auc', { kind: 'auc' }], ['sensitivity', { kind: 'sensitivity', threshold }], ['specificity', { kind: 'specificity', threshold }]];
  return figures.map(([name, figure]) => ({ name, analyses: inferences.flatMap((inference) => orNothing(() => analyseReaders(data, { inference, figure, confidence })) ?? []) }));
}

/** The difference the other way round. */
function turned(difference: ArmDifference): ArmDifference {
  return { ...difference, first: difference.second, second: difference.first, estimate: -difference.estimate, low: -difference.high, high: -difference.low, statistic: -difference.statistic };
}

function comparisonsOf(document: ReadingsDocument, data: MultiReaderData, auc: MultiReaderAnalysis | undefined, reference: string): ArmComparison[] {
  if (auc === undefined) return [];
  const { nonInferiorityMargin, equivalenceMargin, confidence } = document.plan.analysis;
  return document.plan.arms.flatMap(({ id: arm }) => {
    const found = auc.differences.find(({ first, second }) => (first === arm && second === reference) || (first === reference && second === arm));
    if (found === undefined) return [];
    const difference = found.first === arm ? found : turned(found);
    return {
      arm,
      difference,
      perReader: orNothing(() => readerDifferences(data, arm, reference, { confidence })) ?? [],
      nonInferiority: nonInferiorityMargin === undefined ? undefined : nonInferiority(difference, nonInferiorityMargin, (1 - confidence) / 2),
      equivalence: equivalenceMargin === undefined ? undefined : equivalence(difference, equivalenceMargin, 1 - confidence),
    };
  });
}

/**
 * Analyses a study's readings by its plan: figures of each reader and of all, the multi-reader analysis, margins, agreement, localisation, learning
 * and fatigue, what went otherwise than planned. The same document gives the same figures.
 * @param models scores of the same cases, shown beside the readers
 */
export function analyseStudy(document: ReadingsDocument, models: readonly ModelScores[] = []): StudyAnalysis {
  const { plan, cases } = document;
  const { positiveFrom } = ratingRange(plan);
  const reference = referenceArm(plan);
  const arms = plan.arms.map(({ id }) => id);
  const of = (arm: string, reader?: string): Reading[] => document.readings.filter((reading) => reading.arm === arm && (reader === undefined || reading.reader === reader));
  const { data, leftOut } = multiReaderData(document);
  const canCompare = arms.length > 1 && data.readers.length > 0;
  const figures = canCompare ? pooledFigures(data, positiveFrom, plan.analysis.confidence, plan.analysis.inference) : [];
  const auc = figures[0]?.analyses.find(({ inference }) => inference === plan.analysis.inference);
  return {
    planHash: document.planHash,
    reference,
    cases: { positives: cases.filter(({ positive }) => positive).length, negatives: cases.filter(({ positive }) => !positive).length },
    readers: plan.readers.flatMap(({ id }) => arms.map((arm) => figuresOf(document, id, arm, of(arm, id), positiveFrom))),
    pooled: arms.map((arm) => figuresOf(document, 'all readers', arm, of(arm), positiveFrom)),
    models: models.map(({ name, scores }) => {
      const scored = cases.flatMap(({ source, positive }) => (scores.has(source) ? [{ positive, score: scores.get(source) ?? 0 }] : []));
      return { reader: name, arm: 'model', readings: scored.length, auc: orNothing(() => aucDelong(scored)), sensitivity: undefined, specificity: undefined, curve: orNothing(() => rocCurve(scored)) ?? [], medianSeconds: undefined, localisation: undefined };
    }),
    figures,
    comparisons: comparisonsOf(document, data, auc, reference),
    agreement: arms.map((arm) => agreementOf(document, arm, positiveFrom)),
    learning: learningOf(document, positiveFrom),
    deviations: deviationsOf(document, leftOut),
    simulated: document.readers.some(({ simulated }) => simulated),
    synthetic: document.synthetic,
  };
}
