import type { Architecture } from '../../models/index.ts';
import { declarations, initialState, l2Normalise, linear, relu, trace, type Network, type StateDict, type Value } from '../../nn/index.ts';
import type { PretrainingPlan } from './plan.ts';

/** What a network in pretraining gives. */
export interface ContrastOutput {
  /** What the classifier would take, `[N, D]`. */
  readonly embedding: Value;
  /** What is compared, `[N, dimension]`, of length 1. */
  readonly projection: Value;
}

const headName = 'projection';

/** Whether a parameter belongs to the head that only pretraining has. */
export const isProjection = (name: string): boolean => name.startsWith(`${headName}.`);

type Shape = Pick<PretrainingPlan, 'outputs' | 'dimension' | 'head'>;

/** The architecture with a head that leads its embedding to what is compared. Nothing is left out by chance. */
export function contrastNetwork(architecture: Architecture, { outputs, dimension, head }: Shape): Network<ContrastOutput> {
  return (scope, input) => {
    const { embedding } = architecture.network({ classes: outputs, dropout: 0 })(scope, input);
    const place = scope.at(headName);
    const inner = head === 'linear' ? embedding : relu(linear(place.at(0), embedding, { out: embedding.shape[1] ?? 0 }));
    return { embedding, projection: l2Normalise(linear(place.at(head === 'linear' ? 0 : 2), inner, { out: dimension })) };
  };
}

/** The architecture's state with a head drawn by the seed. */
export function withProjection(architecture: Architecture, plan: PretrainingPlan, state: StateDict, seed: number): StateDict {
  const { tape } = trace(contrastNetwork(architecture, plan), [1, 3, plan.size, plan.size], { training: false });
  return new Map([...state, ...initialState(declarations(tape).filter(({ name }) => isProjection(name)), seed)]);
}

/** A state without the head that only pretraining has. */
export const withoutProjection = (state: StateDict): StateDict => new Map([...state].filter(([name]) => !isProjection(name)));
