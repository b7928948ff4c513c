import { fromFloat32, toFloat32, type StateDict, type StateTensor } from '../checkpoint/index.ts';
import { NnError } from '../errors.ts';
import type { Start } from '../graph/tape.ts';
import { numberSource } from '../random.ts';
import { formatShape, sameShape, sizeOf, type Shape } from '../tensor.ts';
import type { Declaration } from './scope.ts';

/** Parameters and buffers as numbers, by PyTorch's names. */
export type Weights = ReadonlyMap<string, Float32Array<ArrayBuffer>>;

/** Numbers to start from. The same seed and name give the same numbers, whatever the rest of the network is. */
export function startingValues(name: string, shape: Shape, start: Start, seed: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(sizeOf(shape));
  if (start.kind === 'constant') return values.fill(start.value);
  const source = numberSource(seed, 'start', name);
  const draw = start.kind === 'uniform' ? () => start.low + (start.high - start.low) * source.uniform() : () => start.mean + start.deviation * source.normal();
  for (let i = 0; i < values.length; i++) values[i] = draw();
  return values;
}

/** A fresh network's state, counters at 0. */
export function initialState(declared: readonly Declaration[], seed: number): StateDict {
  return new Map(declared.map(({ name, shape, start }): [string, StateTensor] => [
    name,
    start === undefined ? { type: 'int64', shape: [], bytes: new Uint8Array(8) } : fromFloat32(startingValues(name, shape, start, seed), shape),
  ]));
}

/**
 * The numbers of a state dict that fits a network. A counter may be missing, since PyTorch before 0.4.1 had none.
 * @throws NnError BAD_CHECKPOINT for a parameter or buffer that is missing or of another shape, and for a name that the network has not
 */
export function weightsOf(declared: readonly Declaration[], state: StateDict): Weights {
  const known = new Set(declared.map(({ name }) => name));
  for (const name of state.keys()) {
    if (!known.has(name)) throw new NnError('BAD_CHECKPOINT', `The weights hold ${name}, which the network does not have.`, { hint: 'Check that the architecture is the one that the weights were made for.' });
  }
  const weights = new Map<string, Float32Array<ArrayBuffer>>();
  for (const { name, kind, shape } of declared) {
    if (kind === 'counter') continue;
    const tensor = state.get(name);
    if (tensor === undefined) throw new NnError('BAD_CHECKPOINT', `The weights lack ${name}, which the network has with the shape ${formatShape(shape)}.`);
    if (!sameShape(tensor.shape, shape)) {
      throw new NnError('BAD_CHECKPOINT', `${name} has the shape ${formatShape(tensor.shape)} in the weights and ${formatShape(shape)} in the network.`);
    }
    weights.set(name, toFloat32(tensor));
  }
  return weights;
}
