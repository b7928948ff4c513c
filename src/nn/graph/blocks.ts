/**
 * Values in blocks of channels. ONNX Runtime's own convolutions on x86 and ARM take `[N, C, H, W]` as `[N, C/b, H, W, b]`, where b
 * is how many numbers a register holds (8 or 16), and its optimiser rewrites inference models so. It does not where
 * weights are inputs; so training graphs are written with its operators (domain `com.microsoft.nchwc`) from the start.
 * Channels are filled up to whole blocks. What the fill holds is finite, and never counts: weights, scales and whatever else meets it are 0 there.
 *
 * A depthwise convolution in blocks is one pass over memory that does much: with a 1×1 kernel it is `x · scale + shift` a channel,
 * with the second factor as a kernel as large as the picture it is Σ x y a channel.
 */
import { NnError } from '../errors.ts';
import { nchw, sizeOf, type Shape } from '../tensor.ts';
import { float, int, ints, text, type Attribute, type Emitter, type Sym } from './emitter.ts';

/** The runtime's domain of operators on values in blocks. */
const domain = 'com.microsoft.nchwc';

/** Channels a block. @throws NnError BAD_MODEL where the graph is to be standard ONNX */
export function blockOf(emit: Emitter): number {
  if (emit.block === undefined) throw new NnError('BAD_MODEL', 'This graph holds no values in blocks of channels.');
  return emit.block;
}

/** Whether a graph has anything in blocks of channels. */
export const usesBlocks = (emit: Emitter): boolean => emit.nodes.some((node) => node.domain === domain);

/** As many channels in whole blocks. */
export const filled = (emit: Emitter, channels: number): number => Math.ceil(channels / blockOf(emit)) * blockOf(emit);

function reordered(emit: Emitter, a: Sym, make: () => Sym): Sym {
  const known = emit.reordered.get(a.name) ?? make();
  emit.reordered.set(a.name, known);
  emit.reordered.set(known.name, a);
  return known;
}

/** The value in blocks of channels. */
export function inBlocks(emit: Emitter, a: Sym): Sym {
  if (a.blocked === true) return a;
  const [, channels, h, w] = nchw(a.shape, 'A value in blocks of channels');
  // Without neighbours to a pixel, both orders are one.
  if (h * w === 1 && channels === filled(emit, channels)) return { ...a, blocked: true };
  return reordered(emit, a, () => {
    // The reordering takes channels by fours.
    const more = Math.ceil(channels / 4) * 4 - channels;
    const fours = more === 0 ? a : emit.node('Pad', [a, emit.integers([0, 0, 0, 0, 0, more, 0, 0]), emit.scalar(0)], { shape: a.shape.with(1, channels + more) });
    return emit.node('ReorderInput', [fours], { shape: a.shape, blocked: true }, { domain });
  });
}

/** The value in ONNX's order. */
export function inPlainOrder(emit: Emitter, a: Sym): Sym {
  if (a.blocked !== true) return a;
  const [, channels, h, w] = nchw(a.shape, 'A value in blocks of channels');
  if (h * w === 1 && channels === filled(emit, channels)) return { ...a, blocked: false };
  return reordered(emit, a, () => emit.node('ReorderOutput', [a], { shape: a.shape }, { domain, attributes: { channels: int(channels) }, anyOrder: true }));
}

/** The value in the order of another one. */
export const inOrderOf = (emit: Emitter, a: Sym, like: Sym): Sym => (like.blocked === true ? inBlocks(emit, a) : inPlainOrder(emit, a));

/** The value with its channels last: `[N, H, W, C]`. */
export function channelsLast(emit: Emitter, a: Sym): Sym {
  if (a.blocked !== true) return emit.transpose(a, [0, 2, 3, 1]);
  const [n, channels, h, w] = nchw(a.shape, 'A value in blocks of channels');
  return emit.node('ReorderOutput', [a], { shape: [n, h, w, channels] }, { domain, attributes: { channels: int(channels), channels_last: int(1) }, anyOrder: true });
}

/** What a value in blocks holds, as it lies there: `[N, C/b, H, W, b]`, seen with any other shape. */
export function memoryAs(emit: Emitter, a: Sym, shape: Shape): Sym {
  if (sizeOf(shape) !== sizeOf(emit.heldShape(a))) throw new NnError('BAD_MODEL', 'The memory of a value in blocks was seen with a wrong shape.');
  return emit.node('Reshape', [a, emit.integers(shape)], { shape }, { anyOrder: true });
}

/** A value in blocks, from what it holds. */
export function fromMemory(emit: Emitter, a: Sym, shape: Shape): Sym {
  const result = { shape, blocked: true };
  return emit.node('Reshape', [a, emit.integers(emit.heldShape({ ...a, ...result }))], result);
}

/** One number a channel, `[C]`, filled up with zeros. */
export function fillChannels(emit: Emitter, a: Sym): Sym {
  const [channels = 0] = a.shape;
  const more = filled(emit, channels) - channels;
  return more === 0 ? a : emit.node('Pad', [a, emit.integers([0, more]), emit.scalar(0)], { shape: [channels + more] });
}

/** `[A, b, P]` to `[A, P, b]`: the runtime's reordering is faster than its transposition. */
function swapIntoBlocks(emit: Emitter, a: Sym, [rows, pixels]: readonly [number, number]): Sym {
  const block = blockOf(emit);
  return emit.reshape(emit.node('ReorderInput', [emit.reshape(a, [rows, block, pixels, 1])], { shape: [rows, block, pixels, 1] }, { domain }), [rows, pixels, block]);
}

/** A kernel `[O, I, kh, kw]` with its channels filled up with zeros. */
function fillKernel(emit: Emitter, weight: Sym, out: number, inner: number): Sym {
  const [o, i, kh, kw] = nchw(weight.shape, 'A kernel');
  return o === out && i === inner ? weight : emit.node('Pad', [weight, emit.integers([0, 0, 0, 0, out - o, inner - i, 0, 0]), emit.scalar(0)], { shape: [out, inner, kh, kw] });
}

/** The kernel's pixels from last to first; they are the axis before the last ones. */
function turned(emit: Emitter, kernel: Sym, axis: number): Sym {
  const size = kernel.shape[axis] ?? 1;
  if (size === 1) return kernel;
  return emit.node('Gather', [kernel, emit.integers(Array.from({ length: size }, (_, i) => size - 1 - i))], { shape: kernel.shape }, { attributes: { axis: int(axis) } });
}

/** A kernel `[O, I, kh, kw]` as a convolution in blocks takes it: `[O/b, I/b, kh, kw, b (of I), b (of O)]`, of a plain picture with fewer channels than a block `[O/b, I, kh, kw, b]`. */
export function kernelInBlocks(emit: Emitter, weight: Sym, picture: 'blocked' | 'plain'): Sym {
  const block = blockOf(emit);
  const [o, i, kh, kw] = nchw(weight.shape, 'A kernel');
  const [out, inner] = [filled(emit, o), picture === 'blocked' ? filled(emit, i) : i];
  const outer = swapIntoBlocks(emit, fillKernel(emit, weight, out, inner), [out / block, inner * kh * kw]);
  if (picture === 'plain' || kh * kw === 1) return emit.reshape(outer, [out, inner, kh, kw]);
  const split = emit.reshape(outer, [out / block, inner / block, block, kh * kw, block]);
  return emit.reshape(emit.transpose(split, [0, 1, 3, 2, 4]), [out, inner, kh, kw]);
}

/** The kernel turned by 180°, its inputs and outputs swapped, for the convolution that gives dX: `[I/b, O/b, kh, kw, b (of O), b (of I)]`. */
export function turnedKernelInBlocks(emit: Emitter, weight: Sym): Sym {
  const block = blockOf(emit);
  const [o, i, kh, kw] = nchw(weight.shape, 'A kernel');
  const [out, inner, size] = [filled(emit, o), filled(emit, i), kh * kw];
  const full = fillKernel(emit, weight, out, inner);
  const shape = [inner, out, kh, kw];
  if (size === 1) return emit.reshape(emit.transpose(emit.reshape(full, [out, inner / block, block]), [1, 0, 2]), shape);
  const swapped = emit.reshape(swapIntoBlocks(emit, full, [(out * inner) / block, size]), [out / block, block, inner / block, size, block]);
  return emit.reshape(turned(emit, emit.transpose(swapped, [2, 0, 3, 1, 4]), 2), shape);
}

/** A depthwise kernel `[C, 1, kh, kw]` as a convolution in blocks takes it, `[C/b, kh, kw, b]`; turned by 180° for dX. */
export function depthwiseKernelInBlocks(emit: Emitter, weight: Sym, isTurned: boolean): Sym {
  const [c, , kh, kw] = nchw(weight.shape, 'A kernel');
  const channels = filled(emit, c);
  const kernel = swapIntoBlocks(emit, fillKernel(emit, weight, channels, 1), [channels / blockOf(emit), kh * kw]);
  return emit.reshape(isTurned ? turned(emit, kernel, 1) : kernel, [channels, 1, kh, kw]);
}

/** Back from `[C/b, kh, kw, b]`, as any shape of as many numbers, to `[C, 1, kh, kw]`. */
export function depthwiseKernelFromBlocks(emit: Emitter, kernel: Sym, shape: Shape): Sym {
  const [c, , kh, kw] = nchw(shape, 'A kernel');
  const [block, channels] = [blockOf(emit), filled(emit, c)];
  const plain = emit.reshape(emit.transpose(emit.reshape(kernel, [channels / block, kh * kw, block]), [0, 2, 1]), [channels, 1, kh, kw]);
  return emit.slice(plain, [0], [0], [c]);
}

/** What a convolution may do to its results before it writes them. */
export type Activation = { readonly kind: 'Relu' } | { readonly kind: 'Clip' | 'HardSigmoid'; readonly parameters: readonly [number, number] };

export interface BlockedConvolution {
  /** `kernel_shape`, `strides`, `pads`, `dilations`, `group` as ONNX's `Conv` has them. */
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** `[O]`, filled. */
  readonly bias?: Sym;
  /** Added to the result, which the runtime may write in its place. */
  readonly sum?: Sym;
  readonly activation?: Activation;
  readonly shape: Shape;
}

/** A convolution in blocks. @param weight ordered as above */
export function convolveBlocks(emit: Emitter, x: Sym, weight: Sym, { attributes, bias, sum, activation, shape }: BlockedConvolution): Sym {
  const activated: Record<string, Attribute> = activation === undefined ? {} : { activation: text(activation.kind) };
  if (activation !== undefined && activation.kind !== 'Relu') activated['activation_params'] = { kind: 'floats', value: activation.parameters };
  const inputs = sum === undefined ? (bias === undefined ? [x, weight] : [x, weight, bias]) : [x, weight, bias, sum];
  const y = emit.node('Conv', inputs, { shape, blocked: true }, { domain, attributes: { ...attributes, ...activated }, anyOrder: true });
  if (activation === undefined) emit.activatable.set(y.name, (next) => convolveBlocks(emit, x, weight, { attributes, ...(bias && { bias }), ...(sum && { sum }), activation: next, shape }));
  return y;
}

const pointwise = (groups: number) => ({ kernel_shape: ints([1, 1]), strides: ints([1, 1]), pads: ints([0, 0, 0, 0]), dilations: ints([1, 1]), group: int(groups) });

/** x · scale (+ shift) (+ sum), a channel: x in blocks, scale and shift `[C]`. */
export function scaleChannels(emit: Emitter, x: Sym, scale: Sym, options: { readonly shift?: Sym; readonly sum?: Sym; readonly activation?: Activation } = {}): Sym {
  const channels = filled(emit, nchw(x.shape, 'Scaling')[1]);
  const { shift, ...rest } = options;
  return convolveBlocks(emit, x, emit.reshape(fillChannels(emit, scale), [channels, 1, 1, 1]), {
    attributes: pointwise(channels),
    ...(shift && { bias: fillChannels(emit, shift) }),
    ...rest,
    shape: x.shape,
  });
}

/** x · weight, a group of one channel: x `[1, G, H, W]` as it lies in memory, weight `[G, 1, 1, 1]`. */
export function scaleGroups(emit: Emitter, x: Sym, weight: Sym): Sym {
  return convolveBlocks(emit, x, weight, { attributes: pointwise(weight.shape[0] ?? 1), shape: x.shape });
}

/** Into how many parts pixels are divided where they are summed: sums of at most some hundred numbers lose no precision. */
function partsOf(pixels: number): number {
  for (let parts = 1; parts * 16 <= pixels; parts++) if (pixels % parts === 0 && pixels / parts <= 256) return parts;
  return 1;
}

/** Sums over parts of the pixels, `[1, N · C · parts, 1, 1]` in blocks, to `[C]`, or `[N, C]`. */
function gather(emit: Emitter, sums: Sym, [n, c]: readonly [number, number], parts: number, perExample: boolean): Sym {
  const [block, channels] = [blockOf(emit), filled(emit, c)];
  const split = memoryAs(emit, sums, [n, channels / block, parts, block]);
  const flat = emit.reshape(emit.reduceSum(split, perExample ? [2] : [0, 2]), perExample ? [n, channels] : [channels]);
  return emit.slice(flat, [perExample ? 1 : 0], [0], [c]);
}

/** Σ x over pixels (and the batch): x in blocks, to `[C]` (or `[N, C]`). */
export function sumPixels(emit: Emitter, x: Sym, perExample = false): Sym {
  const [n, c, h, w] = nchw(x.shape, 'A sum');
  const [parts, channels] = [partsOf(h * w), filled(emit, c)];
  const view = memoryAs(emit, x, [1, n * channels * parts, (h * w) / parts, 1]);
  const means = emit.node('GlobalAveragePool', [view], { shape: [1, n * channels * parts, 1, 1], blocked: true }, { domain });
  return emit.scale(gather(emit, means, [n, c], parts, perExample), (h * w) / parts);
}

/** Σ x y over pixels (and the batch): both in blocks, to `[C]` (or `[N, C]`). */
export function dotPixels(emit: Emitter, x: Sym, y: Sym, perExample = false): Sym {
  const [n, c, h, w] = nchw(x.shape, 'A sum of products');
  const [parts, channels] = [partsOf(h * w), filled(emit, c)];
  const [groups, pixels] = [n * channels * parts, (h * w) / parts];
  const sums = emit.node('Conv', [memoryAs(emit, x, [1, groups, pixels, 1]), memoryAs(emit, y, [groups, 1, pixels, 1])], { shape: [1, groups, 1, 1], blocked: true }, {
    domain,
    attributes: { ...pointwise(groups), kernel_shape: ints([pixels, 1]) },
  });
  return gather(emit, sums, [n, c], parts, perExample);
}

/** Pooling in blocks. */
export function poolBlocks(emit: Emitter, opType: 'AveragePool' | 'MaxPool' | 'GlobalAveragePool', x: Sym, shape: Shape, attributes: Readonly<Record<string, Attribute>> = {}): Sym {
  return emit.node(opType, [x], { shape, blocked: true }, { domain, attributes, anyOrder: true });
}

/** Whether ReLU and the like were folded into what makes `x`; else they are a pass of their own. */
export function activate(emit: Emitter, x: Sym, activation: Activation): Sym | undefined {
  return emit.activatable.get(x.name)?.(activation);
}

/** 1 where a value that is nowhere below 0 is above 0, else 0: faster here than a comparison and a cast. */
export function isPositive(emit: Emitter, y: Sym): Sym {
  return emit.unary('HardSigmoid', y, { alpha: float(3e38), beta: float(0) });
}
