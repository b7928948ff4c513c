import { NnError } from '../errors.ts';
import { formatShape, sameShape, sizeOf, type DType, type Shape } from '../tensor.ts';
import type { Emitter, Sym } from './emitter.ts';

/** How a parameter or a buffer starts. Fans and gains are worked out where it is declared. */
export type Start =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number };

/** Where a value without a producing operation comes from. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly start: Start }
  | { readonly kind: 'buffer'; readonly name: string; readonly start: Start }
  /** Drawn anew every step: 1/keep with probability `keep`, else 0. */
  | { readonly kind: 'mask'; readonly name: string; readonly keep: number }
  | { readonly kind: 'constant'; readonly data: Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer> };

/** A tensor of known shape on a tape; what it will hold is known only when the compiled graph runs. */
export class Value {
  readonly tape: Tape;
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(tape: Tape, shape: Shape, dtype: DType) {
    this.tape = tape;
    this.shape = shape;
    this.dtype = dtype;
  }
}

/** The ONNX values of an operation's outputs, and the rule that carries gradients back through it. */
export interface Lowered {
  readonly outputs: readonly Sym[];
  /**
   * @param gradients of the loss with respect to each output; undefined where the loss does not depend on it
   * @param wanted which inputs' gradients are asked for
   * @returns the gradient of each input, in its shape; undefined where not asked for or always zero
   */
  readonly backward: (gradients: readonly (Sym | undefined)[], wanted: readonly boolean[]) => readonly (Sym | undefined)[];
}

/** A differentiable operation: its shapes, its ONNX nodes, and its gradient, side by side. */
export interface Operation<Attributes> {
  readonly name: string;
  /** It takes and gives values in blocks of channels as well (see blocks.ts), gradients as it gave the values. */
  readonly anyOrder?: true;
  /** @throws NnError BAD_MODEL when the inputs do not fit */
  readonly shapes: (inputs: readonly Shape[], attributes: Attributes) => readonly Shape[];
  readonly lower: (emit: Emitter, inputs: readonly Sym[], attributes: Attributes) => Lowered;
}

/** One application of an operation. */
export interface Step {
  readonly operation: string;
  readonly anyOrder: boolean;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly lower: (emit: Emitter, inputs: readonly Sym[]) => Lowered;
}

/** A batch statistic that moves a running one after each training step: `running += momentum * (factor * batch - running)`. */
export interface StatisticUpdate {
  /** Name of the buffer. */
  readonly buffer: string;
  readonly statistic: Value;
  readonly momentum: number;
  /** n / (n - 1) where the running statistic is to be unbiased, else 1. */
  readonly factor: number;
}

/** Records operations on values. Nothing is computed; {@link lower} and the autodiff turn the record into a graph. */
export class Tape {
  readonly steps: Step[] = [];
  readonly sources = new Map<Value, Source>();
  readonly statistics: StatisticUpdate[] = [];
  /** Parameters, buffers and counters, in order of declaration. */
  readonly names: string[] = [];
  /** The parameters and buffers by name. */
  readonly states = new Map<string, Value>();
  readonly #claimed = new Set<string>();

  #claim(name: string): void {
    if (this.#claimed.has(name)) throw new NnError('BAD_MODEL', `The name ${name} is given twice in one network.`);
    this.#claimed.add(name);
  }

  #source(shape: Shape, dtype: DType, source: Source): Value {
    if (shape.some((size) => !Number.isInteger(size) || size < 1)) {
      throw new NnError('BAD_MODEL', `${source.kind === 'constant' ? 'A constant' : source.name} cannot have the shape ${formatShape(shape)}.`);
    }
    if (source.kind !== 'constant') this.#claim(source.name);
    const value = new Value(this, shape, dtype);
    this.sources.set(value, source);
    if (source.kind === 'parameter' || source.kind === 'buffer') {
      this.names.push(source.name);
      this.states.set(source.name, value);
    }
    return value;
  }

  /** What a batch brings: pictures, labels. */
  input(name: string, shape: Shape, dtype: DType = 'float32'): Value {
    return this.#source(shape, dtype, { kind: 'input', name });
  }

  /** A number array that training changes. */
  parameter(name: string, shape: Shape, start: Start): Value {
    return this.#source(shape, 'float32', { kind: 'parameter', name, start });
  }

  /** A number array that belongs to the network's state but has no gradient, such as a running mean. */
  buffer(name: string, shape: Shape, start: Start): Value {
    return this.#source(shape, 'float32', { kind: 'buffer', name, start });
  }

  /** Declares a whole number that counts training steps, as PyTorch's `num_batches_tracked`. */
  counter(name: string): void {
    this.#claim(name);
    this.names.push(name);
  }

  /** A random mask: each number is 1/keep with probability `keep`, else 0; so its mean is 1. */
  mask(name: string, shape: Shape, keep: number): Value {
    if (!(keep > 0 && keep <= 1)) throw new NnError('BAD_MODEL', `${name} would keep a share of ${keep}; it must be above 0 and at most 1.`);
    return this.#source(shape, 'float32', { kind: 'mask', name, keep });
  }

  constant(shape: Shape, values: ArrayLike<number>): Value {
    const data = Float32Array.from(values);
    if (data.length !== sizeOf(shape)) throw new NnError('BAD_MODEL', `A constant of shape ${formatShape(shape)} was given ${data.length} numbers.`);
    return this.#source(shape, 'float32', { kind: 'constant', data });
  }

  /** Whole numbers that never change, such as the classes of InfoNCE. */
  integerConstant(shape: Shape, values: readonly number[]): Value {
    return this.#source(shape, 'int64', { kind: 'constant', data: BigInt64Array.from(values, BigInt) });
  }

  /** Has a batch statistic move a running one after every training step. */
  track(update: StatisticUpdate): void {
    this.statistics.push(update);
  }

  /** Applies an operation. @throws NnError BAD_MODEL when the shapes do not fit */
  apply<Attributes>(operation: Operation<Attributes>, inputs: readonly Value[], attributes: Attributes): readonly Value[] {
    if (inputs.some((value) => value.tape !== this)) throw new NnError('BAD_MODEL', `${operation.name} was given a value of another tape.`);
    const shapes = inputs.map((value) => value.shape);
    const outputs = operation.shapes(shapes, attributes).map((shape) => {
      if (shape.some((size) => !Number.isInteger(size) || size < 1)) {
        throw new NnError('BAD_MODEL', `${operation.name} of ${shapes.map(formatShape).join(' and ')} would be empty: ${formatShape(shape)}.`);
      }
      return new Value(this, shape, 'float32');
    });
    const lower = (emit: Emitter, syms: readonly Sym[]): Lowered => {
      const lowered = operation.lower(emit, syms, attributes);
      outputs.forEach((output, i) => {
        const sym = lowered.outputs[i];
        if (sym === undefined || !sameShape(sym.shape, output.shape)) {
          throw new NnError('BAD_MODEL', `${operation.name} promised ${formatShape(output.shape)} and gave ${sym === undefined ? 'nothing' : formatShape(sym.shape)}.`);
        }
      });
      return lowered;
    };
    this.steps.push({ operation: operation.name, anyOrder: operation.anyOrder === true, inputs: [...inputs], outputs, lower });
    return outputs;
  }

  /** Applies an operation that has one output. */
  apply1<Attributes>(operation: Operation<Attributes>, inputs: readonly Value[], attributes: Attributes): Value {
    const [output] = this.apply(operation, inputs, attributes);
    if (output === undefined) throw new NnError('BAD_MODEL', `${operation.name} gives nothing.`);
    return output;
  }
}

/** The tape that some values share. @throws NnError BAD_MODEL when there is none */
export function tapeOf(values: readonly Value[]): Tape {
  const [first] = values;
  if (first === undefined) throw new NnError('BAD_MODEL', 'An operation needs at least one value.');
  return first.tape;
}
