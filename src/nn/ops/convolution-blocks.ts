/** Convolutions and their gradients on values in blocks of channels: see graph/blocks.ts. */
import {
  blockOf,
  channelsLast,
  convolveBlocks,
  depthwiseKernelFromBlocks,
  depthwiseKernelInBlocks,
  fillChannels,
  filled,
  fromMemory,
  inBlocks,
  inPlainOrder,
  kernelInBlocks,
  memoryAs,
  sumPixels,
  turnedKernelInBlocks,
} from '../graph/blocks.ts';
import { int, ints, type Emitter, type Sym } from '../graph/emitter.ts';
import { nchw, type Shape } from '../tensor.ts';
import type { ConvolutionGeometry } from './convolution.ts';
import { inputGradientPads } from './convolution-input-gradient.ts';
import { kernelPixels } from './convolution-weight-gradient.ts';
import { convAttributes } from './window.ts';

/** Whether each channel has a kernel of its own. */
const isDepthwise = (weight: Shape, { groups }: ConvolutionGeometry): boolean => groups > 1 && weight[0] === groups && weight[1] === 1;

/** Whether a convolution is done in blocks: not one in groups, and not one of single pixels, which is a small matrix product. */
export function convolvesInBlocks(emit: Emitter, x: Sym, weight: Shape, geometry: ConvolutionGeometry): boolean {
  const [, , h, w] = nchw(x.shape, 'A convolution');
  return emit.block !== undefined && h * w > 1 && (geometry.groups === 1 || isDepthwise(weight, geometry));
}

/** y = W ⋆ x (+ b) in blocks; of a plain picture with few channels directly. */
export function convolutionInBlocks(emit: Emitter, x: Sym, weight: Sym, bias: Sym | undefined, shape: Shape, geometry: ConvolutionGeometry): Sym {
  const [, channels] = nchw(x.shape, 'A convolution');
  const more = bias === undefined ? {} : { bias: fillChannels(emit, bias) };
  if (isDepthwise(weight.shape, geometry)) {
    const attributes = convAttributes({ ...geometry, groups: filled(emit, channels) });
    return convolveBlocks(emit, inBlocks(emit, x), depthwiseKernelInBlocks(emit, weight, false), { attributes, shape, ...more });
  }
  const isPlain = x.blocked !== true && channels < blockOf(emit);
  const kernel = kernelInBlocks(emit, weight, isPlain ? 'plain' : 'blocked');
  return convolveBlocks(emit, isPlain ? x : inBlocks(emit, x), kernel, { attributes: convAttributes(geometry), shape, ...more });
}

/** Puts `stride - 1` zeros behind each pixel, in blocks: `[N, C, H, W]` to `[N, C, H·s, W·s]`. */
function spread(emit: Emitter, dy: Sym, [sh, sw]: readonly [number, number]): Sym {
  if (sh === 1 && sw === 1) return dy;
  const [n, c, h, w] = nchw(dy.shape, 'A gradient');
  const block = blockOf(emit);
  const rows = (n * filled(emit, c) * h) / block;
  const wide = memoryAs(emit, dy, [rows, 1, w, 1, block]);
  const zeros = emit.node('Pad', [wide, emit.integers([0, 0, 0, 0, 0, 0, sh - 1, 0, sw - 1, 0]), emit.scalar(0)], { shape: [rows, sh, w, sw, block] });
  return fromMemory(emit, zeros, [n, c, h * sh, w * sw]);
}

/**
 * dX in blocks, from dY in blocks: a convolution with the turned kernel, of dY with zeros between its pixels where a depthwise
 * kernel or one of a single pixel strides. Undefined where there is no such form: wide kernels that stride, odd padding.
 */
export function inputGradientInBlocks(emit: Emitter, dy: Sym, weight: Sym, shape: Shape, geometry: ConvolutionGeometry): Sym | undefined {
  const { kernel, stride, dilation } = geometry;
  const [n, channels, h, w] = nchw(shape, 'A convolution');
  const depthwise = isDepthwise(weight.shape, geometry);
  const strided = stride[0] > 1 || stride[1] > 1;
  const [, , outH, outW] = nchw(dy.shape, 'A convolution');
  if (strided && !depthwise) {
    const isPoint = kernel[0] * kernel[1] === 1 && geometry.padding.every((size) => size === 0);
    const [rest, far] = [[h - outH * stride[0], w - outW * stride[1]], [0, 0, 0, 0]] as const;
    if (!isPoint || rest.some((size) => size !== 0)) return undefined;
    const small = convolveBlocks(emit, dy, turnedKernelInBlocks(emit, weight), {
      attributes: { kernel_shape: ints([1, 1]), strides: ints([1, 1]), pads: ints(far), dilations: ints([1, 1]), group: int(1) },
      shape: [n, channels, outH, outW],
    });
    return spread(emit, small, stride);
  }
  // The zeros behind the last pixels are padding, so that as much less is to be added.
  const [top, left, bottom, right] = inputGradientPads(dy.shape, shape, geometry);
  const pads = [top, left, bottom - (stride[0] - 1), right - (stride[1] - 1)];
  if (pads.some((size) => size < 0)) return undefined;
  const turned = depthwise ? depthwiseKernelInBlocks(emit, weight, true) : turnedKernelInBlocks(emit, weight);
  const attributes = { kernel_shape: ints(kernel), strides: ints([1, 1]), pads: ints(pads), dilations: ints(dilation), group: int(depthwise ? filled(emit, channels) : 1) };
  return convolveBlocks(emit, spread(emit, dy, stride), turned, { attributes, shape });
}

/** A product of matrices with either one transposed, which costs the runtime's own operator nothing. */
function product(emit: Emitter, a: Sym, b: Sym, shape: Shape, transposed: { readonly a?: boolean; readonly b?: boolean } = {}): Sym {
  const attributes = { transA: int(transposed.a === true ? 1 : 0), transB: int(transposed.b === true ? 1 : 0) };
  return emit.node('FusedMatMul', [a, b], { shape }, { domain: 'com.microsoft', attributes });
}

/** Pads rows and columns of `[A, H, W, B]`. */
function padInside(emit: Emitter, a: Sym, [top, left, bottom, right]: readonly [number, number, number, number]): Sym {
  if (top === 0 && left === 0 && bottom === 0 && right === 0) return a;
  const [outer, h, w, inner] = nchw(a.shape, 'Padding');
  return emit.node('Pad', [a, emit.integers([0, top, left, 0, 0, bottom, right, 0]), emit.scalar(0)], { shape: [outer, h + top + bottom, w + left + right, inner] });
}

/** What the windows' pixel (i, j) sees, of `[A, H, W, B]`. */
function seen(emit: Emitter, padded: Sym, { stride, dilation }: ConvolutionGeometry, [i, j]: readonly [number, number], [outH, outW]: readonly [number, number]): Sym {
  const starts = [i * dilation[0], j * dilation[1]] as const;
  const ends = [starts[0] + (outH - 1) * stride[0] + 1, starts[1] + (outW - 1) * stride[1] + 1];
  return emit.slice(padded, [1, 2], starts, ends, stride[0] === 1 && stride[1] === 1 ? undefined : stride);
}

/** dW of a depthwise convolution: each channel of each picture is convolved with its own dY, as wide as the picture. */
function depthwiseWeightGradient(emit: Emitter, dy: Sym, x: Sym, weight: Shape, geometry: ConvolutionGeometry): Sym | undefined {
  const { kernel, stride, dilation, padding } = geometry;
  const [n, c, h, w] = nchw(x.shape, 'A convolution');
  const [, , outH, outW] = nchw(dy.shape, 'A convolution');
  const [block, channels] = [blockOf(emit), filled(emit, c)];
  const far = [dilation[0] * (kernel[0] - 1) + stride[0] * (outH - 1) + 1 - h - padding[0], dilation[1] * (kernel[1] - 1) + stride[1] * (outW - 1) + 1 - w - padding[1]] as const;
  // Rows that no window sees would give rows that belong to no pixel of the kernel.
  if (far[0] < 0 || far[1] < 0) return undefined;
  const attributes = { kernel_shape: ints([outH, outW]), strides: ints(dilation), dilations: ints(stride), pads: ints([padding[0], padding[1], ...far]), group: int(n * channels) };
  const each = convolveBlocks(emit, memoryAs(emit, x, [1, n * channels, h, w]), memoryAs(emit, dy, [n * channels, 1, outH, outW]), { attributes, shape: [1, n * channels, kernel[0], kernel[1]] });
  const sum = emit.reduceSum(memoryAs(emit, each, [n, channels / block, kernel[0] * kernel[1], block]), [0]);
  return depthwiseKernelFromBlocks(emit, sum, weight);
}

/** dW by one product a pixel of the kernel over all pictures, channels last: best where pictures are small. */
function byChannelsLast(emit: Emitter, dy: Sym, x: Sym, weight: Shape, geometry: ConvolutionGeometry): Sym {
  const [o, i, kh, kw] = nchw(weight, 'A kernel');
  const [n, , outH, outW] = nchw(dy.shape, 'A convolution');
  const padded = padInside(emit, channelsLast(emit, x), geometry.padding);
  const flat = emit.reshape(channelsLast(emit, dy), [n * outH * outW, o]);
  const parts = kernelPixels(geometry.kernel).map((pixel) => {
    const part = emit.reshape(seen(emit, padded, geometry, pixel, [outH, outW]), [n * outH * outW, i]);
    return emit.reshape(product(emit, flat, part, [o, i], { a: true }), [o, i, 1]);
  });
  return emit.reshape(emit.concat(parts, 2), [o, i, kh, kw]);
}

/** dW by one product a pixel of the kernel, of the wider side in blocks as it lies there with the narrower one in plain order. */
function byBlocks(emit: Emitter, dy: Sym, x: Sym, weight: Shape, geometry: ConvolutionGeometry): Sym {
  const [o, i, kh, kw] = nchw(weight, 'A kernel');
  const [n, , outH, outW] = nchw(dy.shape, 'A convolution');
  const [, , h, w] = nchw(x.shape, 'A convolution');
  const [block, pixels, size] = [blockOf(emit), outH * outW, kh * kw];
  const widening = o > i && size === 1;
  const [wide, narrow] = widening ? [filled(emit, o), i] : [filled(emit, i), o];
  // With one pixel a kernel either side may be the one that is seen through it; else that is X.
  const blocked = widening ? memoryAs(emit, dy, [(n * wide) / block, outH, outW, block]) : padInside(emit, memoryAs(emit, x, [(n * wide) / block, h, w, block]), geometry.padding);
  const other = inPlainOrder(emit, widening ? x : dy);
  const flat = widening
    ? emit.reshape(strided(emit, other, geometry, [outH, outW]), [n, 1, narrow, pixels])
    : emit.reshape(other, [n, 1, narrow, pixels]);
  const parts = kernelPixels(geometry.kernel).map((pixel) => {
    const part = widening ? blocked : seen(emit, blocked, geometry, pixel, [outH, outW]);
    const each = product(emit, flat, emit.reshape(part, [n, wide / block, pixels, block]), [n, wide / block, narrow, block]);
    return emit.reshape(emit.reduceSum(each, [0]), [wide / block, narrow, block, 1]);
  });
  const all = emit.concat(parts, 3);
  const ordered = emit.reshape(emit.transpose(all, widening ? [0, 2, 1, 3] : [1, 0, 2, 3]), widening ? [wide, narrow, kh, kw] : [narrow, wide, kh, kw]);
  return emit.slice(ordered, [0, 1], [0, 0], [o, i]);
}

/** What windows of one pixel see of a plain picture. */
function strided(emit: Emitter, x: Sym, { stride, padding }: ConvolutionGeometry, [outH, outW]: readonly [number, number]): Sym {
  const padded = emit.pad(x, padding);
  const ends = [(outH - 1) * stride[0] + 1, (outW - 1) * stride[1] + 1];
  return emit.slice(padded, [2, 3], [0, 0], ends, stride[0] === 1 && stride[1] === 1 ? undefined : stride);
}

/**
 * dW by a convolution whose pictures are the channels of X, whose channels are the pictures of the batch and whose kernel is dY:
 * for batches of fewer pictures than a block has channels.
 */
function bySwappedAxes(emit: Emitter, dy: Sym, x: Sym, weight: Shape, geometry: ConvolutionGeometry): Sym {
  const { kernel, stride, dilation, padding } = geometry;
  const [o, i, kh, kw] = nchw(weight, 'A kernel');
  const [n, , outH, outW] = nchw(dy.shape, 'A convolution');
  const [block, out] = [blockOf(emit), filled(emit, o)];
  const [, , h, w] = nchw(x.shape, 'A convolution');
  const need = [(outH - 1) * stride[0] + dilation[0] * (kh - 1) + 1, (outW - 1) * stride[1] + dilation[1] * (kw - 1) + 1] as const;
  const plain = emit.pad(inPlainOrder(emit, x), [padding[0], padding[1], Math.max(0, need[0] - h - padding[0]), Math.max(0, need[1] - w - padding[1])]);
  const pictures = emit.slice(emit.transpose(plain, [1, 0, 2, 3]), [2, 3], [0, 0], need);
  const gradient = emit.transpose(memoryAs(emit, dy, [n, out / block, outH * outW, block]), [1, 0, 2, 3]);
  const attributes = { kernel_shape: ints([outH, outW]), strides: ints(dilation), dilations: ints(stride), pads: ints([0, 0, 0, 0]), group: int(1) };
  const each = convolveBlocks(emit, pictures, emit.reshape(gradient, [out, n, outH, outW]), { attributes, shape: [i, out, kernel[0], kernel[1]] });
  const ordered = emit.transpose(memoryAs(emit, each, [i, out / block, kh * kw, block]), [1, 3, 0, 2]);
  return emit.slice(emit.reshape(ordered, [out, i, kh, kw]), [0], [0], [o]);
}

/** The forms of dW of a convolution with all channels together. */
export const weightGradientForms = { byChannelsLast, byBlocks, bySwappedAxes } as const;

/** A name of {@link weightGradientForms}. */
export type WeightGradientForm = keyof typeof weightGradientForms;

/**
 * The form of dW that is fastest for a shape, by a rule that `npm run bench:forms` measures (docs/TRAINING-ENGINE.md); undefined for
 * plain pictures of few channels, which blocks do not help.
 * @param x as the convolution was given it
 */
export function weightGradientForm(dy: Sym, x: Sym, weight: Shape, block: number): WeightGradientForm | undefined {
  const [n, , outH, outW] = nchw(dy.shape, 'A convolution');
  const [, inner, kh, kw] = nchw(weight, 'A kernel');
  const [isWide, pixels] = [kh * kw > 1, outH * outW];
  if (isWide && n < block && (inner < block || pixels >= 100)) return 'bySwappedAxes';
  if (x.blocked !== true && inner < block) return undefined;
  if (pixels < 100 || (isWide && pixels < 400)) return 'byChannelsLast';
  return 'byBlocks';
}

/**
 * dW of a convolution in blocks, from dY in blocks, in the weight's shape. Undefined where there is no form for it.
 * @param x as the convolution was given it
 * @param form the fastest unless given
 */
export function weightGradientInBlocks(emit: Emitter, dy: Sym, x: Sym, weight: Shape, geometry: ConvolutionGeometry, form?: WeightGradientForm): Sym | undefined {
  if (isDepthwise(weight, geometry)) return depthwiseWeightGradient(emit, dy, inBlocks(emit, x), weight, geometry);
  const chosen = form ?? weightGradientForm(dy, x, weight, blockOf(emit));
  if (chosen === undefined) return undefined;
  return weightGradientForms[chosen](emit, dy, chosen === 'bySwappedAxes' ? x : inBlocks(emit, x), weight, geometry);
}

/** db of a convolution, `[O]`, from dY in blocks. */
export const biasGradientInBlocks = (emit: Emitter, dy: Sym): Sym => sumPixels(emit, dy);
