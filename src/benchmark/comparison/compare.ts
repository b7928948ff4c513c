import { createRandom } from '../../base/index.ts';
import {
  brierScore, clusterBootstrap, confusionAt, confusionFigures, delongTestOfMeans, differenceFrom, hasBothClasses, holm, mcnemarExact, rocAuc,
  type BootstrapInterval, type McNemarTest, type Scored,
} from '../../statistics/index.ts';
import { bootstrapDraws, bootstrapSeed, clusterOf, imageCases, intervalOf, patientCases, recordOf, type Figure, type JudgedCase } from '../evaluation/index.ts';
import { requireSameImages, type ComparedModel } from './models.ts';

/** Figures that are compared. */
export const comparedFigures = ['auc', 'accuracy', 'sensitivity', 'specificity', 'f1', 'brier'] as const;
/** A figure that is compared. */
export type ComparedFigure = (typeof comparedFigures)[number];

/** A difference, first minus second, with its p before and after Holm's correction for all pairs. */
export interface Difference {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
  readonly pHolm: number;
}

/** Two models on the same images. */
export interface ComparedPair {
  readonly first: string;
  readonly second: string;
  /** Of the AUC, by DeLong: images are taken as independent. */
  readonly delong: Difference;
  /** By draws of whole patients; p from the normal distribution with their spread. Null where a figure is not defined. */
  readonly bootstrap: Readonly<Record<ComparedFigure, Difference | null>>;
  /** Of the AUC over patients, each with the mean of its images' scores. */
  readonly patients: Difference | null;
  /** Exact, over images, each model at its own threshold; null where a model is several trainings. */
  readonly mcnemar: (McNemarTest & { readonly pHolm: number }) | null;
}

/** A model's own figures. */
export interface ComparedFigures {
  readonly name: string;
  readonly sources: readonly string[];
  readonly thresholds: readonly number[];
  readonly metrics: Readonly<Record<ComparedFigure, Figure>>;
  /** ROC AUC over patients, by mean score. */
  readonly patientAuc: Figure;
}

/** Models compared in pairs. */
export interface Comparison {
  readonly positive: string;
  readonly n: number;
  readonly positives: number;
  readonly patients: number;
  readonly models: readonly ComparedFigures[];
  readonly pairs: readonly ComparedPair[];
  readonly bootstrap: { readonly draws: number; readonly seed: number };
}

/** A case with the scores of all members of all models. */
interface SharedCase {
  readonly positive: boolean;
  readonly cluster: string;
  /** `[models][members]` */
  readonly scores: readonly (readonly number[])[];
}

type Estimates = Readonly<Record<string, BootstrapInterval | undefined>>;

function share(casesOf: (predictions: ComparedModel['members'][number]['predictions']) => readonly JudgedCase[], models: readonly ComparedModel[]): SharedCase[] {
  const columns = models.map(({ members }) => members.map(({ predictions }) => casesOf(predictions)));
  const [first] = columns[0] ?? [];
  return (first ?? []).map(({ positive, cluster }, i) => ({ positive, cluster, scores: columns.map((members) => members.map((cases) => cases[i]?.score ?? Number.NaN)) }));
}

/** The mean over a model's members; undefined where one of them has none. */
function meanOf(values: readonly (number | undefined)[]): number | undefined {
  return values.some((value) => value === undefined) ? undefined : values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
}

function memberFigures(cases: readonly Scored[], threshold: number): Record<ComparedFigure, number | undefined> {
  const { accuracy, sensitivity, specificity, f1 } = confusionFigures(confusionAt(cases, threshold));
  return { auc: hasBothClasses(cases) ? rocAuc(cases) : undefined, accuracy, sensitivity, specificity, f1, brier: brierScore(cases) };
}

function modelFigures(cases: readonly SharedCase[], model: ComparedModel, at: number): Record<ComparedFigure, number | undefined> {
  const members = model.members.map(({ threshold }, k) => memberFigures(cases.map((one) => ({ positive: one.positive, score: one.scores[at]?.[k] ?? Number.NaN })), threshold));
  return recordOf(comparedFigures, (name) => meanOf(members.map((member) => member[name])));
}

const modelKey = (at: number, name: string) => `${at} ${name}`;
const pairKey = (first: number, second: number, name: string) => `${first} - ${second} ${name}`;

/**
 * Every model's figures and every pair's differences, over the same draws of patients.
 * @param key as in `evaluate`, so that a model has the same interval there and here
 */
function bootstrapAll(cases: readonly SharedCase[], models: readonly ComparedModel[], pairs: readonly (readonly [number, number])[], names: readonly ComparedFigure[], key: string, draws: number): Estimates {
  const all = (drawn: readonly SharedCase[]): Record<string, number | undefined> => {
    const figures = models.map((model, at) => (names.length === 1 ? { auc: aucOf(drawn, model, at) } : modelFigures(drawn, model, at)));
    const found: Record<string, number | undefined> = {};
    for (const name of names) {
      const values = figures.map((one: Partial<Record<ComparedFigure, number | undefined>>) => one[name]);
      values.forEach((value, at) => (found[modelKey(at, name)] = value));
      for (const [i, j] of pairs) {
        const [a, b] = [values[i], values[j]];
        found[pairKey(i, j, name)] = a === undefined || b === undefined ? undefined : a - b;
      }
    }
    return found;
  };
  return clusterBootstrap(cases, all, { random: createRandom(bootstrapSeed).fork(key), draws });
}

function aucOf(cases: readonly SharedCase[], { members }: ComparedModel, at: number): number | undefined {
  if (!hasBothClasses(cases)) return undefined;
  return meanOf(members.map((_, k) => rocAuc(cases.map((one) => ({ positive: one.positive, score: one.scores[at]?.[k] ?? Number.NaN })))));
}

const figureFrom = (name: string, found: BootstrapInterval | undefined, cases: readonly SharedCase[]): Figure => intervalOf(name, found?.estimate, found, cases);

/** Adds Holm's correction over the pairs that have the test. */
function corrected<Test extends { readonly p: number }>(found: readonly (Test | null)[]): ((Test & { readonly pHolm: number }) | null)[] {
  const adjusted = holm(found.flatMap((one) => (one === null ? [] : [one.p])));
  let next = 0;
  return found.map((one) => (one === null ? null : { ...one, pHolm: adjusted[next++] ?? 1 }));
}

function bootstrapDifferences(estimates: Estimates, pairs: readonly (readonly [number, number])[], name: ComparedFigure): (Difference | null)[] {
  return corrected(
    pairs.map(([i, j]) => {
      const found = estimates[pairKey(i, j, name)];
      return found === undefined ? null : { value: found.estimate, low: found.low, high: found.high, p: differenceFrom(found.estimate, found.standardError).p };
    }),
  );
}

function mcnemarOf(cases: readonly SharedCase[], models: readonly ComparedModel[], [i, j]: readonly [number, number]): McNemarTest | null {
  const [first, second] = [models[i], models[j]];
  const [a, b] = [first?.members[0], second?.members[0]];
  if (a === undefined || b === undefined || first?.members.length !== 1 || second?.members.length !== 1) return null;
  const right = (one: SharedCase, at: number, threshold: number) => (one.scores[at]?.[0] ?? 0) >= threshold === one.positive;
  const only = (x: number, tx: number, y: number, ty: number) => cases.filter((one) => right(one, x, tx) && !right(one, y, ty)).length;
  return mcnemarExact(only(i, a.threshold, j, b.threshold), only(j, b.threshold, i, a.threshold));
}

const everyPair = (models: readonly ComparedModel[]): (readonly [number, number])[] => models.flatMap((_, i) => models.slice(i + 1).map((__, k): readonly [number, number] => [i, i + 1 + k]));

/**
 * Compares models in pairs on the same images: DeLong, McNemar exact, and a bootstrap over patients, each with Holm's
 * correction over all these pairs.
 * @param models two at least, with predictions of the same images in the same order
 * @param labels of the release; the predictions are probabilities of the first
 * @param positive the label that the figures are about
 * @param pairs places of the models that are compared; every pair unless given
 * @throws CovidCtError BAD_INPUT when the images differ
 */
export function compareModels(models: readonly ComparedModel[], labels: readonly string[], positive: string, draws = bootstrapDraws, pairs: readonly (readonly [number, number])[] = everyPair(models)): Comparison {
  requireSameImages(models);
  const cases = share((predictions) => imageCases(predictions, labels, positive), models);
  const byPatient = share((predictions) => patientCases(predictions, labels, positive, 'mean'), models);
  const overImages = bootstrapAll(cases, models, pairs, comparedFigures, 'images', draws);
  const overPatients = bootstrapAll(byPatient, models, pairs, ['auc'], 'patients mean', draws);
  const delong = corrected(
    pairs.map(([i, j]) => {
      const { estimate, low, high, p } = delongTestOfMeans(cases.map((one) => ({ positive: one.positive, first: one.scores[i] ?? [], second: one.scores[j] ?? [] })));
      return { value: estimate, low, high, p };
    }),
  );
  const bootstrap = comparedFigures.map((name) => bootstrapDifferences(overImages, pairs, name));
  const patients = bootstrapDifferences(overPatients, pairs, 'auc');
  const mcnemar = corrected(pairs.map((pair) => mcnemarOf(cases, models, pair)));
  return {
    positive,
    n: cases.length,
    positives: cases.filter((one) => one.positive).length,
    patients: new Set((models[0]?.members[0]?.predictions ?? []).map(({ entry }) => clusterOf(entry))).size,
    models: models.map(({ name, members }, at) => ({
      name,
      sources: members.map(({ source }) => source),
      thresholds: members.map(({ threshold }) => threshold),
      metrics: recordOf(comparedFigures, (figure) => figureFrom(figure, overImages[modelKey(at, figure)], cases)),
      patientAuc: figureFrom('auc', overPatients[modelKey(at, 'auc')], byPatient),
    })),
    pairs: pairs.flatMap(([i, j], pair): ComparedPair[] => {
      const [first, second, test] = [models[i], models[j], delong[pair]];
      if (first === undefined || second === undefined || test === undefined || test === null) return [];
      return [
        {
          first: first.name,
          second: second.name,
          delong: test,
          bootstrap: recordOf(comparedFigures, (_, k) => bootstrap[k]?.[pair] ?? null),
          patients: patients[pair] ?? null,
          mcnemar: mcnemar[pair] ?? null,
        },
      ];
    }),
    bootstrap: { draws, seed: bootstrapSeed },
  };
}
