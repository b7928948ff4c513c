/** Operations on values, in the words of `torch.nn.functional`. Each throws NnError when the shapes do not fit. */
import { NnError } from '../errors.ts';
import { tapeOf, type Value } from '../graph/tape.ts';
import { concatOperation, l2NormaliseOperation, matmulOperation, reduceOperation, reshapeOperation } from '../ops/arrange.ts';
import { addOperation, multiplyOperation, relu6Operation, reluOperation, scaleOperation, sigmoidOperation, siluOperation } from '../ops/elementwise.ts';
import { binaryCrossEntropyOperation, crossEntropyOperation } from '../ops/losses.ts';
import { adaptiveAveragePoolOperation, averagePoolOperation, globalAveragePoolOperation, maxPoolOperation } from '../ops/pooling.ts';
import { axisSize, nchw, sizeOf } from '../tensor.ts';
import { at } from '../ops/inputs.ts';

/** One number for rows and columns alike, or `[rows, columns]`. */
export type Pair = number | readonly [number, number];

export function asPair(pair: Pair): readonly [number, number] {
  return typeof pair === 'number' ? [pair, pair] : pair;
}

export const relu = (x: Value): Value => x.tape.apply1(reluOperation, [x], null);
export const relu6 = (x: Value): Value => x.tape.apply1(relu6Operation, [x], null);
export const silu = (x: Value): Value => x.tape.apply1(siluOperation, [x], null);
export const sigmoid = (x: Value): Value => x.tape.apply1(sigmoidOperation, [x], null);
export const add = (a: Value, b: Value): Value => a.tape.apply1(addOperation, [a, b], null);
/** Element by element, broadcast as in numpy: squeeze-excite's `x * gate` with a gate `[N, C, 1, 1]`. */
export const multiply = (a: Value, b: Value): Value => a.tape.apply1(multiplyOperation, [a, b], null);
export const scale = (x: Value, factor: number): Value => x.tape.apply1(scaleOperation, [x], { factor });
export const concat = (values: readonly Value[], axis = 1): Value => tapeOf(values).apply1(concatOperation, values, { axis });
export const reshape = (x: Value, shape: readonly number[]): Value => x.tape.apply1(reshapeOperation, [x], { shape });

/** `[N, …]` to `[N, everything else]`. */
export function flatten(x: Value): Value {
  const n = at(x.shape, 0);
  return reshape(x, [n, sizeOf(x.shape) / n]);
}

/** a b, or a bᵀ. */
export const matmul = (a: Value, b: Value, options: { readonly transposeB?: boolean } = {}): Value =>
  a.tape.apply1(matmulOperation, [a, b], { transposeB: options.transposeB ?? false });

/** Sum over axes, which stay with size 1. Without axes: over all, to one number. */
export const sum = (x: Value, axes?: readonly number[]): Value => reduce(x, axes, false);
/** Mean over axes, which stay with size 1. Without axes: over all, to one number. */
export const mean = (x: Value, axes?: readonly number[]): Value => reduce(x, axes, true);

function reduce(x: Value, axes: readonly number[] | undefined, average: boolean): Value {
  if (axes !== undefined) return x.tape.apply1(reduceOperation, [x], { axes, mean: average });
  return reshape(x.tape.apply1(reduceOperation, [x], { axes: x.shape.map((_, axis) => axis), mean: average }), []);
}

export interface PoolOptions {
  /** As large as the window unless given. */
  readonly stride?: Pair;
  readonly padding?: Pair;
}

function poolAttributes(kernel: Pair, options: PoolOptions) {
  const [rows, columns] = asPair(options.padding ?? 0);
  return { kernel: asPair(kernel), stride: asPair(options.stride ?? kernel), padding: [rows, columns, rows, columns] as const };
}

export const maxPool2d = (x: Value, kernel: Pair, options: PoolOptions = {}): Value => x.tape.apply1(maxPoolOperation, [x], poolAttributes(kernel, options));
export const averagePool2d = (x: Value, kernel: Pair, options: PoolOptions = {}): Value => x.tape.apply1(averagePoolOperation, [x], poolAttributes(kernel, options));

/** `torch.nn.AdaptiveAvgPool2d`: to `[N, C, rows, columns]`. */
export function adaptiveAveragePool2d(x: Value, size: Pair): Value {
  const [rows, columns] = asPair(size);
  const [, , h, w] = nchw(x.shape, 'adaptiveAveragePool2d');
  if (rows === 1 && columns === 1) return x.tape.apply1(globalAveragePoolOperation, [x], null);
  if (rows === h && columns === w) return x;
  if (h % rows === 0 && w % columns === 0) return averagePool2d(x, [h / rows, w / columns]);
  return x.tape.apply1(adaptiveAveragePoolOperation, [x], { size: [rows, columns] });
}

/** Rows of a matrix at length 1. */
export const l2Normalise = (x: Value, epsilon = 1e-12): Value => x.tape.apply1(l2NormaliseOperation, [x], { epsilon });

export interface CrossEntropyOptions {
  readonly weights?: readonly number[];
  readonly labelSmoothing?: number;
}

/** Logits `[N, C]`, class numbers `[N]` (int64) to one number, as `torch.nn.CrossEntropyLoss` averages. */
export const crossEntropy = (logits: Value, target: Value, options: CrossEntropyOptions = {}): Value =>
  logits.tape.apply1(crossEntropyOperation, [logits, target], { weights: options.weights, labelSmoothing: options.labelSmoothing ?? 0 });

/** Logits and targets in [0, 1] of one shape to one number, as `torch.nn.BCEWithLogitsLoss` averages. */
export const binaryCrossEntropy = (logits: Value, target: Value, options: { readonly positiveWeight?: number } = {}): Value =>
  logits.tape.apply1(binaryCrossEntropyOperation, [logits, target], { positiveWeight: options.positiveWeight ?? 1 });

/**
 * InfoNCE as momentum contrast has it (He et al. 2020, eq. 1): queries and keys `[N, D]`, both normalised; the other
 * keys are the columns of the queue `[D, K]`. Gives one number; keys and queue are usually inputs, without gradient.
 */
export function infoNce(queries: Value, keys: Value, queue: Value, temperature: number): Value {
  if (!(temperature > 0)) throw new NnError('BAD_INPUT', `A temperature of ${temperature} is not above 0.`);
  const logits = concat([sum(multiply(queries, keys), [1]), matmul(queries, queue)], 1);
  // The right key is always the first one: −log p₀, by the log-sum-exp that cross-entropy has.
  const n = axisSize(queries.shape, 0);
  const zeros = queries.tape.integerConstant([n], Array.from({ length: n }, () => 0));
  return crossEntropy(scale(logits, 1 / temperature), zeros);
}
