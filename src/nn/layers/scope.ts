import { NnError } from '../errors.ts';
import { Tape, type Start, type Value } from '../graph/tape.ts';
import type { Shape } from '../tensor.ts';

/** How a network is traced. */
export interface TraceOptions {
  /** Training: batch norms use the batch's statistics, dropout and stochastic depth draw masks. */
  readonly training: boolean;
  /** Batch norms that keep their running statistics although the rest trains. */
  readonly frozenBatchNorm?: (name: string) => boolean;
}

/** A place in a network's tree of names: `features.denseblock1.denselayer1`. Layers declare their parameters there. */
export class Scope {
  readonly tape: Tape;
  /** '' at the root. */
  readonly path: string;
  readonly options: TraceOptions;

  constructor(tape: Tape, options: TraceOptions, path = '') {
    this.tape = tape;
    this.options = options;
    this.path = path;
  }

  get training(): boolean {
    return this.options.training;
  }

  /** A child, or a deeper place: `at('layer1.0')`. */
  at(name: string | number): Scope {
    return new Scope(this.tape, this.options, this.name(String(name)));
  }

  /** The full name of something here, as PyTorch's state dict has it. */
  name(leaf: string): string {
    return this.path === '' ? leaf : `${this.path}.${leaf}`;
  }

  parameter(leaf: string, shape: Shape, start: Start): Value {
    return this.tape.parameter(this.name(leaf), shape, start);
  }

  buffer(leaf: string, shape: Shape, start: Start): Value {
    return this.tape.buffer(this.name(leaf), shape, start);
  }
}

/** A network: declares its parameters in the scope, and gives its result for an input `[N, C, H, W]`. */
export type Network<Result = Value> = (scope: Scope, input: Value) => Result;

/** A network written on a tape of its own. */
export interface Trace<Result> {
  readonly tape: Tape;
  readonly input: Value;
  readonly output: Result;
}

/** Name of the input that {@link trace} declares. */
export const inputName = 'input';

/** Writes a network for inputs of one shape. @throws NnError SHAPE when a layer does not fit */
export function trace<Result>(network: Network<Result>, shape: Shape, options: TraceOptions): Trace<Result> {
  const tape = new Tape();
  const input = tape.input(inputName, shape);
  return { tape, input, output: network(new Scope(tape, options), input) };
}

/** What a network's state dict holds, in order of declaration. */
export interface Declaration {
  readonly name: string;
  readonly kind: 'parameter' | 'buffer' | 'counter';
  readonly shape: Shape;
  /** Undefined for counters, which start at 0. */
  readonly start: Start | undefined;
}

/** Every parameter, buffer and counter of a tape, in order of declaration. */
export function declarations(tape: Tape): readonly Declaration[] {
  return tape.names.map((name): Declaration => {
    const state = tape.states.get(name);
    if (state === undefined) return { name, kind: 'counter', shape: [], start: undefined };
    const source = tape.sources.get(state);
    if (source?.kind !== 'parameter' && source?.kind !== 'buffer') throw new NnError('BAD_MODEL', `${name} is not a part of the network's state.`);
    return { name, kind: source.kind, shape: state.shape, start: source.start };
  });
}
