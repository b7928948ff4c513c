import { NnError } from '../errors.ts';
import type { Activation } from './blocks.ts';
import { axisSize, broadcastShapes, elementBytes, formatShape, nchw, sameShape, sizeOf, type DType, type Shape } from '../tensor.ts';

/** A value of the ONNX graph that is being written: its name there, and what it holds. */
export interface Sym {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  /** Held in blocks of channels, not in ONNX's order: see blocks.ts. The shape is that of the value all the same. */
  readonly blocked?: boolean;
}

/** An attribute of an ONNX node. ONNX tells whole numbers from others, so callers must, too. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string };

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const text = (value: string): Attribute => ({ kind: 'string', value });

export interface OnnxNode {
  readonly opType: string;
  /** '' is ONNX's own domain. */
  readonly domain: string;
  /** Names; '' leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Initialiser {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;
}

/** What a node gives: its shapes, all of one element type unless said otherwise. */
interface NodeResult {
  readonly shape: Shape;
  readonly dtype?: DType;
  readonly blocked?: boolean;
}

interface NodeOptions {
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** The node works on a value's memory whatever its order, so that it may be given one in blocks of channels. */
  readonly anyOrder?: boolean;
}

/** Writes ONNX nodes one after another, with the shape of every value known. */
export class Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly initialisers: Initialiser[] = [];
  /** The shape of every value by name. */
  readonly shapes = new Map<string, Shape>();
  /** Bytes of what the nodes give, by name. */
  readonly bytes = new Map<string, number>();
  /** Channels a block where values may be held in blocks of channels: see blocks.ts. */
  readonly block: number | undefined;
  /** By name: the same value in the other order, once it was asked for. */
  readonly reordered = new Map<string, Sym>();
  /** By name: writes the same value with an activation in one pass. What is then not needed falls out of the graph. */
  readonly activatable = new Map<string, (activation: Activation) => Sym>();
  /** By name: the parts of a concatenation of channels. */
  readonly parts = new Map<string, readonly Sym[]>();
  /** By name: mean and variance of the channels, once they were asked for. */
  readonly statistics = new Map<string, { readonly mean: Sym; readonly variance: Sym }>();
  readonly #constants = new Map<string, Sym>();
  #count = 0;

  constructor(block?: number) {
    this.block = block;
  }

  /** A value that the graph is given from outside. */
  input(name: string, shape: Shape, dtype: DType = 'float32'): Sym {
    this.shapes.set(name, shape);
    return { name, shape, dtype };
  }

  /** A node with any number of outputs. */
  multi(opType: string, inputs: readonly (Sym | undefined)[], results: readonly NodeResult[], options: NodeOptions = {}): Sym[] {
    const serial = this.#count++;
    const outputs = results.map((result, index): Sym => ({
      name: `${opType}_${serial}${index === 0 ? '' : `_${index}`}`,
      shape: result.shape,
      dtype: result.dtype ?? 'float32',
      blocked: result.blocked ?? false,
    }));
    if (options.anyOrder !== true && inputs.some((sym) => sym?.blocked)) throw new NnError('BAD_MODEL', `${opType} cannot take a value in blocks of channels.`);
    for (const { name, shape } of outputs) this.shapes.set(name, shape);
    for (const sym of outputs) this.bytes.set(sym.name, sizeOf(this.heldShape(sym)) * elementBytes[sym.dtype]);
    this.nodes.push({
      opType,
      domain: options.domain ?? '',
      inputs: inputs.map((sym) => sym?.name ?? ''),
      outputs: outputs.map((sym) => sym.name),
      attributes: options.attributes ?? {},
    });
    return outputs;
  }

  /** A node with one output. */
  node(opType: string, inputs: readonly (Sym | undefined)[], result: NodeResult, options: NodeOptions = {}): Sym {
    const [only] = this.multi(opType, inputs, [result], options);
    if (only === undefined) throw new NnError('BAD_MODEL', `${opType} gave nothing.`);
    return only;
  }

  /** Numbers kept in the graph. Small ones are kept once. */
  constant(shape: Shape, values: readonly number[] | Float32Array<ArrayBuffer>): Sym {
    const data = values instanceof Float32Array ? values : Float32Array.from(values);
    return this.#keep(shape, 'float32', data);
  }

  /** Whole numbers kept in the graph: shapes, axes, starts and ends. */
  integers(values: readonly number[], shape: Shape = [values.length]): Sym {
    return this.#keep(shape, 'int64', BigInt64Array.from(values, BigInt));
  }

  keepIntegers(shape: Shape, data: BigInt64Array<ArrayBuffer>): Sym {
    return this.#keep(shape, 'int64', data);
  }

  #keep(shape: Shape, dtype: 'float32' | 'int64', data: Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>): Sym {
    const key = data.length <= 16 ? `${dtype} ${shape.join('x')} ${data.join(',')}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `const_${this.initialisers.length}`;
    this.initialisers.push({ name, shape, data });
    this.shapes.set(name, shape);
    const sym: Sym = { name, shape, dtype };
    if (key !== undefined) this.#constants.set(key, sym);
    return sym;
  }

  /** One number, kept in a shape. */
  uniform(shape: Shape, value: number): Sym {
    const key = `uniform ${shape.join('x')} ${value}`;
    const known = this.#constants.get(key) ?? this.constant(shape, new Float32Array(sizeOf(shape)).fill(value));
    this.#constants.set(key, known);
    return known;
  }

  /** Passes a value through under a name of its own. */
  named(name: string, a: Sym): Sym {
    this.nodes.push({ opType: 'Identity', domain: '', inputs: [a.name], outputs: [name], attributes: {} });
    this.shapes.set(name, a.shape);
    return { ...a, name };
  }

  scalar(value: number): Sym {
    return this.constant([], [value]);
  }

  /** The shape that the runtime knows: in blocks, the channels are filled up to whole blocks. */
  heldShape({ shape, blocked }: Sym): Shape {
    const { block } = this;
    return blocked === true && block !== undefined ? shape.map((size, axis) => (axis === 1 ? Math.ceil(size / block) * block : size)) : shape;
  }

  /** Element by element; in blocks where both are, or where the other one is the same for all channels and pixels. */
  #elementwise(opType: string, a: Sym, b: Sym, dtype: DType): Sym {
    const shape = broadcastShapes(a.shape, b.shape);
    const blocked = a.blocked === true || b.blocked === true;
    for (const [one, other] of [[a, b], [b, a]] as const) {
      const fits = one.blocked === true ? sameShape(one.shape, shape) : !blocked || (one.shape.slice(-3).every((size) => size === 1) && (one.shape.length < 4 || other.shape[0] === shape[0]));
      if (!fits) throw new NnError('BAD_MODEL', `${opType}: ${formatShape(a.shape)} and ${formatShape(b.shape)} do not fit in blocks of channels.`);
    }
    return this.node(opType, [a, b], { shape, dtype, blocked }, { anyOrder: true });
  }

  #binary(opType: string, a: Sym, b: Sym): Sym {
    return this.#elementwise(opType, a, b, a.dtype);
  }

  add(a: Sym, b: Sym): Sym {
    return this.#binary('Add', a, b);
  }

  sub(a: Sym, b: Sym): Sym {
    return this.#binary('Sub', a, b);
  }

  mul(a: Sym, b: Sym): Sym {
    return this.#binary('Mul', a, b);
  }

  div(a: Sym, b: Sym): Sym {
    return this.#binary('Div', a, b);
  }

  scale(a: Sym, factor: number): Sym {
    return factor === 1 ? a : this.mul(a, this.scalar(factor));
  }

  /** An operation that keeps shape and type: `Sqrt`, `Exp`, `Sigmoid`, … */
  unary(opType: string, a: Sym, attributes: Readonly<Record<string, Attribute>> = {}): Sym {
    return this.node(opType, [a], { shape: a.shape, dtype: a.dtype, blocked: a.blocked ?? false }, { attributes, anyOrder: true });
  }

  /** Compares: gives truth values. */
  compare(opType: 'Greater' | 'Less' | 'Equal', a: Sym, b: Sym): Sym {
    return this.#elementwise(opType, a, b, 'bool');
  }

  /** Truth values as 0 and 1. ONNX numbers the type FLOAT as 1. */
  asFloat(a: Sym): Sym {
    return this.node('Cast', [a], { shape: a.shape, dtype: 'float32', blocked: a.blocked ?? false }, { attributes: { to: int(1) }, anyOrder: true });
  }

  reshape(a: Sym, shape: Shape): Sym {
    if (sizeOf(a.shape) !== sizeOf(shape)) {
      throw new NnError('BAD_MODEL', `A value of shape ${formatShape(a.shape)} cannot be seen as ${formatShape(shape)}.`);
    }
    return sameShape(a.shape, shape) ? a : this.node('Reshape', [a, this.integers(shape)], { shape, dtype: a.dtype });
  }

  transpose(a: Sym, order: readonly number[]): Sym {
    const shape = order.map((axis) => axisSize(a.shape, axis));
    return this.node('Transpose', [a], { shape, dtype: a.dtype }, { attributes: { perm: ints(order) } });
  }

  /** Batched matrix product with numpy's broadcasting of the leading axes. */
  matmul(a: Sym, b: Sym): Sym {
    const [rows, inner, innerB, columns] = [axisSize(a.shape, -2), axisSize(a.shape, -1), axisSize(b.shape, -2), axisSize(b.shape, -1)];
    if (inner !== innerB) {
      throw new NnError('BAD_MODEL', `The matrices ${formatShape(a.shape)} and ${formatShape(b.shape)} cannot be multiplied.`);
    }
    const lead = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return this.node('MatMul', [a, b], { shape: [...lead, rows, columns] });
  }

  #reduce(opType: 'ReduceSum' | 'ReduceMean' | 'ReduceMax', a: Sym, axes: readonly number[], keep: boolean): Sym {
    if (axes.length === 0) return a;
    const shape = keep ? a.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) : a.shape.filter((_, axis) => !axes.includes(axis));
    return this.node(opType, [a, this.integers(axes)], { shape }, { attributes: { keepdims: int(keep ? 1 : 0) } });
  }

  reduceSum(a: Sym, axes: readonly number[], keep = false): Sym {
    return this.#reduce('ReduceSum', a, axes, keep);
  }

  reduceMean(a: Sym, axes: readonly number[], keep = false): Sym {
    return this.#reduce('ReduceMean', a, axes, keep);
  }

  /** Sums a gradient over the axes along which its value was broadcast. */
  reduceTo(a: Sym, shape: Shape): Sym {
    const lead = a.shape.length - shape.length;
    const axes = a.shape.flatMap((size, axis) => (axis < lead || (size !== 1 && shape[axis - lead] === 1) ? [axis] : []));
    return this.reshape(this.reduceSum(a, axes, true), shape);
  }

  /** A part along some axes: from `starts`, before `ends`. */
  slice(a: Sym, axes: readonly number[], starts: readonly number[], ends: readonly number[], steps?: readonly number[]): Sym {
    const shape = a.shape.map((size, axis) => {
      const at = axes.indexOf(axis);
      return at === -1 ? size : Math.ceil(((ends[at] ?? size) - (starts[at] ?? 0)) / (steps?.[at] ?? 1));
    });
    if (steps === undefined && sameShape(shape, a.shape)) return a;
    const inputs = [a, this.integers(starts), this.integers(ends), this.integers(axes)];
    return this.node('Slice', steps === undefined ? inputs : [...inputs, this.integers(steps)], { shape, dtype: a.dtype });
  }

  concat(parts: readonly Sym[], axis: number): Sym {
    const [first] = parts;
    if (first === undefined) throw new NnError('BAD_MODEL', 'There is nothing to concatenate.');
    if (parts.length === 1) return first;
    const total = parts.reduce((sum, part) => sum + axisSize(part.shape, axis), 0);
    const shape = first.shape.map((size, at) => (at === axis ? total : size));
    return this.node('Concat', parts, { shape, dtype: first.dtype }, { attributes: { axis: int(axis) } });
  }

  /** Pads the two last axes with a constant: `[top, left, bottom, right]`. */
  pad(a: Sym, [top, left, bottom, right]: readonly [number, number, number, number], value = 0): Sym {
    if (top === 0 && left === 0 && bottom === 0 && right === 0) return a;
    const [n, c, h, w] = nchw(a.shape, 'Padding');
    const inputs = [a, this.integers([0, 0, top, left, 0, 0, bottom, right]), this.scalar(value)];
    return this.node('Pad', inputs, { shape: [n, c, h + top + bottom, w + left + right] });
  }

  /** Repeats along axes of size 1. */
  expand(a: Sym, shape: Shape): Sym {
    return sameShape(a.shape, shape) ? a : this.node('Expand', [a, this.integers(shape)], { shape, dtype: a.dtype });
  }
}
