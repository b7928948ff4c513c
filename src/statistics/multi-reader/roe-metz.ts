import type { Random } from '../../base/index.ts';
import { normalCdf } from '../normal.ts';
import type { MultiReaderData } from './readings.ts';

/**
 * The model of Roe and Metz (Academic Radiology 4:298–303, 1997) for simulated ratings: a sum of independent normal effects of reader, case
 * and arm. Variances of what involves cases sum to 1.
 */
export interface RoeMetzModel {
  /** How far positive cases lie above negative ones, one number an arm. */
  readonly separations: readonly number[];
  readonly varianceReader: number;
  readonly varianceArmReader: number;
  readonly varianceCase: number;
  readonly varianceArmCase: number;
  readonly varianceReaderCase: number;
  readonly varianceError: number;
}

/**
 * Four rows of the authors' table 1: the first (much in common between readings of a case, readers alike) and the last three (little in common,
 * readers unlike), by the AUC that goes with each.
 */
export const roeMetzStructures = {
  'HL 0.702': { separation: 0.75, varianceReader: 0.0055, varianceArmReader: 0.0055, varianceCase: 0.3, varianceArmCase: 0.3, varianceReaderCase: 0.2, varianceError: 0.2 },
  'LH 0.702': { separation: 0.75, varianceReader: 0.011, varianceArmReader: 0.011, varianceCase: 0.1, varianceArmCase: 0.1, varianceReaderCase: 0.2, varianceError: 0.6 },
  'LH 0.855': { separation: 1.5, varianceReader: 0.03, varianceArmReader: 0.03, varianceCase: 0.1, varianceArmCase: 0.1, varianceReaderCase: 0.2, varianceError: 0.6 },
  'LH 0.961': { separation: 2.5, varianceReader: 0.056, varianceArmReader: 0.056, varianceCase: 0.1, varianceArmCase: 0.1, varianceReaderCase: 0.2, varianceError: 0.6 },
} as const;

/** The AUC that a reader drawn at random is expected to have in each arm. */
export function roeMetzAucs({ separations, ...model }: RoeMetzModel): readonly number[] {
  const variance = model.varianceReader + model.varianceArmReader + model.varianceCase + model.varianceArmCase + model.varianceReaderCase + model.varianceError;
  return separations.map((separation) => normalCdf(separation / Math.sqrt(2 * variance)));
}

/** The separation that gives a reader drawn at random an expected AUC; the way back from {@link roeMetzAucs}. */
export function separationOf(z: number, model: Omit<RoeMetzModel, 'separations'>): number {
  const variance = model.varianceReader + model.varianceArmReader + model.varianceCase + model.varianceArmCase + model.varianceReaderCase + model.varianceError;
  return z * Math.sqrt(2 * variance);
}

/** Ratings of every reader of every case in every arm, drawn from the model; effects of readers differ between the classes, as the authors have it. */
export function drawRoeMetz(model: RoeMetzModel, size: { readonly readers: number; readonly positives: number; readonly negatives: number }, random: Random): MultiReaderData {
  const arms = model.separations.map((_, i) => `arm ${i + 1}`);
  const readers = Array.from({ length: size.readers }, (_, j) => `reader ${j + 1}`);
  const positive = Array.from({ length: size.positives + size.negatives }, (_, k) => k < size.positives);
  const draws = (count: number, variance: number): readonly number[] => Array.from({ length: count }, () => Math.sqrt(variance) * random.normal());
  const perClass = (variance: number) => draws(2, variance);
  const reader = readers.map(() => perClass(model.varianceReader));
  const armReader = arms.map(() => readers.map(() => perClass(model.varianceArmReader)));
  const ofCase = draws(positive.length, model.varianceCase);
  const armCase = arms.map(() => draws(positive.length, model.varianceArmCase));
  const readerCase = readers.map(() => draws(positive.length, model.varianceReaderCase));
  const ratings = arms.map((_, i) =>
    readers.map((_, j) => {
      const errors = draws(positive.length, model.varianceError);
      return positive.map((isPositive, k) => {
        const truth = Number(isPositive);
        const fixed = isPositive ? (model.separations[i] ?? 0) : 0;
        return fixed + (reader[j]?.[truth] ?? 0) + (armReader[i]?.[j]?.[truth] ?? 0) + (ofCase[k] ?? 0) + (armCase[i]?.[k] ?? 0) + (readerCase[j]?.[k] ?? 0) + (errors[k] ?? 0);
      });
    }),
  );
  return { arms, readers, positive, ratings };
}
