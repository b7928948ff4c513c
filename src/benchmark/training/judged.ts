import type { StateDict, StateTensor } from '../../nn/index.ts';
import type { Recipe } from '../recipes/recipe.ts';

/** Scores of both judged parts. */
export interface Scores {
  readonly val: ArrayLike<number>;
  readonly test: ArrayLike<number>;
}

/** Remembers over the epochs which network, or which networks' scores, a run is judged by. */
export interface Judged {
  /** Whether `afterEpoch` wants the scores of the test part: only where several epochs vote. */
  wantsTest(epoch: number): boolean;
  /** @param state the weights after the epoch; called only when they are kept */
  afterEpoch(epoch: number, auc: number, scores: { readonly val: ArrayLike<number>; readonly test: ArrayLike<number> | undefined }, state: () => StateDict): void;
  /** What a checkpoint must hold of it, under names of its own. */
  tensors(): StateDict;
  /** The network to judge at the end; undefined: the last. */
  state(): StateDict | undefined;
  /** The scores, where they are not one network's. */
  scores(): Scores | undefined;
}

const last: Judged = { wantsTest: () => false, afterEpoch: () => undefined, tensors: () => new Map(), state: () => undefined, scores: () => undefined };

const prefix = 'judged.';
const statePrefix = `${prefix}state.`;
const aucName = `${prefix}auc`;

/** Whether a checkpoint holds a tensor for {@link Judged}, not for the trainer. */
export const isJudgedTensor = (name: string): boolean => name.startsWith(prefix);

/** The first epoch with the highest AUC on validation. */
function bestOnValidation(saved: StateDict): Judged {
  let best: StateDict | undefined;
  let highest = -1;
  const savedAuc = saved.get(aucName);
  if (savedAuc !== undefined) {
    highest = toFloat64(savedAuc)[0] ?? -1;
    best = new Map([...saved].flatMap(([name, tensor]): [string, StateTensor][] => (name.startsWith(statePrefix) ? [[name.slice(statePrefix.length), tensor]] : [])));
  }
  return {
    ...last,
    afterEpoch(_, auc, __, state) {
      if (auc <= highest) return;
      highest = auc;
      best = state();
    },
    tensors: () => new Map([[aucName, fromFloat64([highest])], ...[...(best ?? [])].map(([name, tensor]): [string, StateTensor] => [statePrefix + name, tensor])]),
    state: () => best,
  };
}

/** The mean score of the last epochs' networks, as the release's scripts have it: "vote". */
function vote(count: number, epochs: number, saved: StateDict): Judged {
  const sums: { val: number[]; test: number[] } = { val: [], test: [] };
  for (const part of ['val', 'test'] as const) {
    const tensor = saved.get(prefix + part);
    if (tensor !== undefined) sums[part] = [...toFloat64(tensor)];
  }
  const voters = Math.min(count, epochs);
  const addTo = (sum: number[], scores: ArrayLike<number>) => Array.from(scores, (score, i) => (sum[i] ?? 0) + score);
  return {
    ...last,
    wantsTest: (epoch) => epoch > epochs - voters,
    afterEpoch(epoch, _, scores) {
      if (epoch <= epochs - voters || scores.test === undefined) return;
      sums.val = addTo(sums.val, scores.val);
      sums.test = addTo(sums.test, scores.test);
    },
    tensors: () => new Map(sums.val.length === 0 ? [] : [[`${prefix}val`, fromFloat64(sums.val)], [`${prefix}test`, fromFloat64(sums.test)]]),
    scores: () => ({ val: sums.val.map((sum) => sum / voters), test: sums.test.map((sum) => sum / voters) }),
  };
}

function fromFloat64(values: readonly number[]): StateTensor {
  return { type: 'float64', shape: [values.length], bytes: new Uint8Array(Float64Array.from(values).buffer) };
}

function toFloat64(tensor: StateTensor): Float64Array {
  return new Float64Array(new Uint8Array(tensor.bytes).buffer);
}

/** @param saved tensors of a checkpoint to go on from; empty at the start */
export function openJudged(recipe: Pick<Recipe, 'judged' | 'epochs'>, saved: StateDict): Judged {
  if (recipe.judged === 'last') return last;
  return recipe.judged === 'best-validation' ? bestOnValidation(saved) : vote(recipe.judged.vote, recipe.epochs, saved);
}
