import { CovidCtError } from '../base/index.ts';
import { declarations, fromFloat32, initialState, toFloat32, trace, type Declaration, type StateDict, type StateTensor } from '../nn/index.ts';
import type { Architecture, ArchitectureOptions } from './architecture.ts';

/** Every parameter, buffer and counter that a network's state dict holds, in PyTorch's order. */
export function stateDeclarations(architecture: Architecture, options: ArchitectureOptions): readonly Declaration[] {
  const shape = [1, options.channels ?? 3, architecture.inputSize, architecture.inputSize];
  return declarations(trace(architecture.network(options), shape, { training: false }).tape);
}

/** A fresh network's state, initialised as PyTorch's library does it. The same seed gives the same numbers. */
export function freshState(architecture: Architecture, options: ArchitectureOptions, seed: number): StateDict {
  return initialState(stateDeclarations(architecture, options), seed);
}

/** A state with today's names: without the `module.` of `DataParallel`, and as the architecture's library names them now. */
export function currentNames(architecture: Architecture, state: StateDict): StateDict {
  const wrapped = state.size > 0 && [...state.keys()].every((name) => name.startsWith('module.'));
  return new Map([...state].map(([name, tensor]) => {
    const bare = wrapped ? name.slice('module.'.length) : name;
    return [architecture.currentName?.(bare) ?? bare, tensor];
  }));
}

export interface FitOptions {
  /** Draw a fresh head where the state's has another shape, or is missing. */
  readonly replaceHead?: boolean;
  /** Sum the first convolution's weights over red, green and blue where the network takes gray: the same as gray fed three times. */
  readonly sumChannels?: boolean;
  /** For what is drawn afresh. */
  readonly seed: number;
}

export interface FittedState {
  readonly state: StateDict;
  /** Names of the parameters that were drawn afresh. */
  readonly replaced: readonly string[];
  /** Names of the parameters that were summed over their input channels. */
  readonly summed: readonly string[];
}

const formatShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((size, axis) => size === b[axis]);

/** `[O, 3, kh, kw]` to `[O, 1, kh, kw]`. */
function sumOverChannels(tensor: StateTensor): StateTensor {
  const [out = 0, channels = 0, kh = 0, kw = 0] = tensor.shape;
  const [from, area] = [toFloat32(tensor), kh * kw];
  const sums = new Float32Array(out * area);
  for (let o = 0; o < out; o++) {
    for (let p = 0; p < area; p++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += from[(o * channels + c) * area + p] ?? 0;
      sums[o * area + p] = sum;
    }
  }
  return fromFloat32(sums, [out, 1, kh, kw]);
}

/**
 * Fits a state to a network: by name, all of it. What may differ, and only when asked, is the head and the number of
 * the picture's channels; both are reported. A counter may be missing, since PyTorch before 0.4.1 had none.
 * @throws CovidCtError BAD_CHECKPOINT naming the first parameter that does not fit, and both shapes
 */
export function fitState(architecture: Architecture, options: ArchitectureOptions, state: StateDict, fit: FitOptions): FittedState {
  const declared = stateDeclarations(architecture, options);
  const given = currentNames(architecture, state);
  const known = new Set(declared.map(({ name }) => name));
  for (const [name, { shape }] of given) {
    if (!known.has(name)) {
      throw new CovidCtError('BAD_CHECKPOINT', `The weights hold ${name} with the shape ${formatShape(shape)}, which ${architecture.title} does not have.`, {
        hint: 'Check that this is the architecture that the weights were made for.',
      });
    }
  }
  const replaced: string[] = [];
  const summed: string[] = [];
  const fresh = (declaration: Declaration): readonly [string, StateTensor][] => [...initialState([declaration], fit.seed)];
  const fitted = new Map(declared.flatMap((declaration): readonly (readonly [string, StateTensor])[] => {
    const { name, kind, shape } = declaration;
    const tensor = given.get(name);
    if (tensor !== undefined && sameShape(tensor.shape, shape)) return [[name, tensor]];
    if (tensor === undefined && kind === 'counter') return fresh(declaration);
    if (architecture.head.includes(name)) {
      if (fit.replaceHead === true) {
        replaced.push(name);
        return fresh(declaration);
      }
      throw misfit(architecture, name, tensor, shape, 'Ask for the head to be replaced (replaceHead) to train other classes.');
    }
    if (name === architecture.stem && tensor !== undefined && shape[1] === 1 && sameShape(tensor.shape, shape.with(1, 3))) {
      if (fit.sumChannels === true) {
        summed.push(name);
        return [[name, sumOverChannels(tensor)]];
      }
      throw misfit(architecture, name, tensor, shape, 'Ask for it to be summed over red, green and blue (sumChannels) to use it on gray pictures.');
    }
    throw misfit(architecture, name, tensor, shape, 'Check that this is the architecture that the weights were made for.');
  }));
  return { state: fitted, replaced, summed };
}

function misfit(architecture: Architecture, name: string, tensor: StateTensor | undefined, shape: readonly number[], hint: string): CovidCtError {
  const difference = tensor === undefined ? `The weights lack ${name}` : `${name} has the shape ${formatShape(tensor.shape)} in the weights`;
  return new CovidCtError('BAD_CHECKPOINT', `${difference}, and ${formatShape(shape)} in ${architecture.title}.`, { hint });
}
