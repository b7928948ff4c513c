/** The runs that docs/RESULTS.md is made from, fixed before any of them was made; seed 0 of everything first. */

/** A run: `covid-ct train` with these arguments, beside `--release`, `--out` and what the machine has. */
export interface PlannedRun {
  /** Its folder in results/, and in the workspace's runs. */
  readonly name: string;
  readonly recipe: 'scratch' | 'transfer' | 'self-trans';
  readonly track: 'legacy' | 'clean';
  readonly seed: number;
  /** Counted from 1, of {@link foldCount}; undefined: the track's own split. */
  readonly fold: number | undefined;
}

/** Folds of the clean track. */
export const foldCount = 5;

/** The network of every planned run: its ImageNet weights can be had where these figures are made. */
export const plannedModel = 'efficientnet_lite0';

const recipes = ['transfer', 'scratch', 'self-trans'] as const;
const tracks = ['legacy', 'clean'] as const;

function planned(recipe: PlannedRun['recipe'], track: PlannedRun['track'], seed: number, fold?: number): PlannedRun {
  const part = fold === undefined ? '' : `-fold${fold}of${foldCount}`;
  return { name: `${recipe}-${plannedModel}-${track}${part}-seed${seed}`, recipe, track, seed, fold };
}

const withSeed = (seed: number): PlannedRun[] => tracks.flatMap((track) => recipes.map((recipe) => planned(recipe, track, seed)));
const folds = Array.from({ length: foldCount }, (_, i) => i + 1);

/** In the order in which they are made. */
export const plannedRuns: readonly PlannedRun[] = [
  ...withSeed(0),
  ...folds.flatMap((fold) => recipes.map((recipe) => planned(recipe, 'clean', 0, fold))),
  ...withSeed(1),
  ...withSeed(2),
  ...[3, 4].map((seed) => planned('transfer', 'legacy', seed)),
];
