/** The runs that docs/RESULTS.md is made from, fixed before any of them was made; seed 0 of everything first. */
import { trainedControlNames, type TrainedControl } from '../../src/benchmark/index.ts';

/** A run: `covid-ct train` with these arguments, beside `--release`, `--out` and what the machine has. */
export interface PlannedRun {
  /** Its folder in results/, and in the workspace's runs. */
  readonly name: string;
  readonly recipe: 'scratch' | 'transfer' | 'self-trans';
  readonly track: 'legacy' | 'clean';
  readonly seed: number;
  /** Counted from 1, of {@link foldCount}; undefined: the track's own split. */
  readonly fold: number | undefined;
  /** Where it is a cheating control that is trained as models are. */
  readonly control?: TrainedControl;
}

/** A pretraining that runs of self-trans start from: `covid-ct pretrain`, first on slices, then on a track's training images. */
export interface PlannedPretraining {
  /** Its folder in results/pretraining/, and in the workspace's runs. */
  readonly name: string;
  readonly seed: number;
  /** Undefined: the slices, from ImageNet weights; else the training images of a run's track, from the slices' weights. */
  readonly of: Pick<PlannedRun, 'track' | 'fold'> | undefined;
  /** Instead of the preset's. */
  readonly epochs?: number;
}

/** Folds of the clean track. */
export const foldCount = 5;

/** The network of every planned run: its ImageNet weights can be had where these figures are made. */
export const plannedModel = 'efficientnet_lite0';

const recipes = ['transfer', 'scratch', 'self-trans'] as const;
const tracks = ['legacy', 'clean'] as const;

const trackName = ({ track, fold }: Pick<PlannedRun, 'track' | 'fold'>): string => `${track}${fold === undefined ? '' : `-fold${fold}of${foldCount}`}`;

function planned(recipe: PlannedRun['recipe'], track: PlannedRun['track'], seed: number, fold?: number): PlannedRun {
  return { name: `${recipe}-${plannedModel}-${trackName({ track, fold })}-seed${seed}`, recipe, track, seed, fold };
}

const withSeed = (seed: number): PlannedRun[] => tracks.flatMap((track) => recipes.map((recipe) => planned(recipe, track, seed)));
const folds = Array.from({ length: foldCount }, (_, i) => i + 1);

/** Controls by the recipe that the others are compared by, seed 0. Planned when nine runs had been made, before any of these. */
const controls: readonly PlannedRun[] = tracks.flatMap((track) => trainedControlNames.map((control) => ({ ...planned('transfer', track, 0), name: `control-${control}-${plannedModel}-${track}-seed0`, control })));

/** In the order in which they are made. */
export const plannedRuns: readonly PlannedRun[] = [
  ...withSeed(0),
  ...controls,
  ...folds.flatMap((fold) => recipes.map((recipe) => planned(recipe, 'clean', 0, fold))),
  ...withSeed(1),
  ...withSeed(2),
  ...[3, 4].map((seed) => planned('transfer', 'legacy', seed)),
];

/** Momentum contrast on the slices, from ImageNet weights. @param epochs instead of the preset's */
export const slicesPretraining = (seed: number, epochs?: number): PlannedPretraining => ({
  name: `pretrain-${plannedModel}-slices${epochs === undefined ? '' : `-${epochs}-epochs`}-seed${seed}`, seed, of: undefined, ...(epochs === undefined ? {} : { epochs }),
});

/** The pretrainings that a run starts from, the first one first; none but for self-trans. */
export function pretrainingsOf({ recipe, track, seed, fold }: PlannedRun): readonly PlannedPretraining[] {
  if (recipe !== 'self-trans') return [];
  return [
    slicesPretraining(seed),
    { name: `pretrain-${plannedModel}-${trackName({ track, fold })}-seed${seed}`, seed, of: { track, fold } },
  ];
}

/** Every pretraining once, in the order in which they are made. */
export const plannedPretrainings: readonly PlannedPretraining[] = [...new Map(plannedRuns.flatMap(pretrainingsOf).map((one) => [one.name, one])).values()];

/** Names of the stages of the preset published-self-trans, cut to so many epochs each. */
export const cutSelfTrans = (epochs: number) => ({
  slices: `pretrain-published-self-trans-densenet169-slices-${epochs}-epochs`,
  images: `pretrain-published-self-trans-densenet169-legacy-${epochs}-epochs`,
  run: `self-trans-published-self-trans-densenet169-legacy-${epochs}-epochs`,
});

/** What is asked of the recipe transfer on the published lists: a mean AUC over seeds; and what torch 2.15 reached by the same recipe. */
export const askedOfTransfer = { seeds: [0, 1, 2, 3, 4], bound: 0.756, torch: [0.866, 0.811, 0.771] } as const;

/** Runs of the recipe that the search freezes, once it is frozen: transfer on the published lists, with the same seeds. */
export const searchedRuns = askedOfTransfer.seeds.map((seed) => ({ name: `searched-${plannedModel}-legacy-seed${seed}`, seed }));
