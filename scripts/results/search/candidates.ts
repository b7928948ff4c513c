import { findRecipe, recipeSchema, type Recipe } from '../../../src/benchmark/index.ts';
import { slicesPretraining, type PlannedPretraining } from '../plan.ts';

/** Recipes that are compared by cross-validation on train + val, as data. */

const cpu = findRecipe('transfer', 'cpu');
const stronger = { ...cpu.augmentation, crop: { scale: [0.25, 1], ratio: [3 / 4, 4 / 3] }, brightness: 0.4, contrast: 0.4 } as const;
const mirrored = { ...cpu.evaluation, views: ['plain', 'mirrored'] } as const;
const gentle = { batch: 8, rate: { start: 1e-4, schedule: 'cosine', warmUpEpochs: 1 } } as const;
const averaged = { averageDecay: 0.99, evaluation: mirrored } as const;

/** What differs from the recipe transfer, preset cpu; `cpu` itself is the one to beat. Written down before any was trained. */
const changes: Readonly<Record<string, Record<string, unknown>>> = {
  cpu: {},
  mirrored: { evaluation: mirrored },
  'averaged': averaged,
  'stronger-augmentation': { ...averaged, augmentation: stronger },
  'smoothed': { ...averaged, augmentation: stronger, labelSmoothing: 0.1 },
  'gentle': { ...averaged, ...gentle },
  'gentle-stronger': { ...averaged, ...gentle, augmentation: stronger },
  'decayed': { ...averaged, optimiser: { kind: 'adamw', weightDecay: 0.05 }, augmentation: stronger },
  'lungs': { ...averaged, region: 'lungs' },
  'lungs-gentle-stronger': { ...averaged, ...gentle, region: 'lungs', augmentation: stronger },
  'deep-drop': { ...averaged, ...gentle, dropPath: 0.2, dropout: 0.4, augmentation: stronger },
  'longer': { ...averaged, ...gentle, augmentation: stronger, epochs: 35 },
};

/** A recipe by its name. */
export interface Candidate {
  readonly name: string;
  readonly recipe: Recipe;
  /** What its trainings start from, whatever their seeds; undefined: ImageNet weights. */
  readonly start?: {
    readonly slices: PlannedPretraining;
    /** Of momentum contrast on what a fold trains on, after the slices; undefined: none. */
    readonly imageEpochs?: number;
  };
}

function candidate(name: string, change: Record<string, unknown>): Candidate {
  return { name, recipe: recipeSchema.parse({ ...cpu, ...change, preset: `searched-${name}`, note: `Of the search for a recipe: ${name}.` }) };
}

/**
 * Momentum contrast first: on slices of LUNA16, as long as self-trans has it and three times as long; and, three times as long, on
 * what a fold trains on after them. Written down when the winner of the twelve before, averaged, was known and scored on test, and
 * before each was trained; what is held out of a fold and the test images are in none.
 */
const afterContrast: readonly Candidate[] = [
  { ...candidate('slices', { ...averaged, kind: 'self-trans' }), start: { slices: slicesPretraining(0) } },
  { ...candidate('slices-longer', { ...averaged, kind: 'self-trans' }), start: { slices: slicesPretraining(0, 30) } },
  { ...candidate('contrast-longer', { ...averaged, kind: 'self-trans' }), start: { slices: slicesPretraining(0, 30), imageEpochs: 30 } },
];

/** In the order in which they are tried. */
export const candidates: readonly Candidate[] = [...Object.entries(changes).map(([name, change]) => candidate(name, change)), ...afterContrast];

/** Folds of train + val. */
export const searchFolds = 3;
/** Machine hours that the search may take in all. */
export const searchHours = 12;

/** Rounds: how many of the best so far go on, on which folds, with which seeds. What an earlier round made is not made again. */
export const rounds = [
  { keep: candidates.length, folds: [1], seeds: [0] },
  { keep: 6, folds: [1, 2, 3], seeds: [0] },
  { keep: 3, folds: [1, 2, 3], seeds: [0, 1] },
] as const;
