import type { Emitter, Sym } from '../graph/emitter.ts';
import { nchw, type Shape } from '../tensor.ts';
import type { ConvolutionGeometry } from './convolution.ts';
import { at } from './inputs.ts';

type Quad = readonly [number, number, number, number];

/** Σ_n A_n B_nᵀ: `[N, A, P]` and `[N, B, P]` to `[A, B]`. */
function sumOfProducts(emit: Emitter, a: Sym, b: Sym): Sym {
  return emit.reduceSum(emit.matmul(a, emit.transpose(b, [0, 2, 1])), [0]);
}

/** The picture as the windows' pixel (i, j) sees it: `[N, C, Ho, Wo]`, cut out of the padded picture. */
function shifted(emit: Emitter, padded: Sym, geometry: ConvolutionGeometry, i: number, j: number, [outH, outW]: readonly [number, number]): Sym {
  const { stride, dilation } = geometry;
  const starts = [i * dilation[0], j * dilation[1]];
  const ends = [at(starts, 0) + (outH - 1) * stride[0] + 1, at(starts, 1) + (outW - 1) * stride[1] + 1];
  return emit.slice(padded, [2, 3], starts, ends, stride[0] === 1 && stride[1] === 1 ? undefined : stride);
}

/** Row and column of each of a kernel's pixels. */
export function kernelPixels([kh, kw]: readonly [number, number]): readonly (readonly [number, number])[] {
  return Array.from({ length: kh * kw }, (_, pixel) => [Math.floor(pixel / kw), pixel % kw]);
}

/** im2col of X, one channel after another: `[N, C, k, P]` with k the kernel's pixels and P the windows. */
function columns(emit: Emitter, x: Sym, geometry: ConvolutionGeometry, out: readonly [number, number]): Sym {
  const [n, c] = nchw(x.shape, 'A convolution');
  const padded = emit.pad(x, geometry.padding);
  const parts = kernelPixels(geometry.kernel).map(([i, j]) => emit.reshape(shifted(emit, padded, geometry, i, j, out), [n, c, 1, out[0] * out[1]]));
  return emit.concat(parts, 2);
}

/** dW of a depthwise convolution: per pixel of the kernel, the sum of dY times the shifted picture. */
function depthwise(emit: Emitter, dy: Sym, x: Sym, shape: Shape, geometry: ConvolutionGeometry): Sym {
  const [n, c, outH, outW] = nchw(dy.shape, 'A convolution');
  const cols = columns(emit, x, geometry, [outH, outW]);
  const each = emit.matmul(cols, emit.reshape(dy, [n, c, outH * outW, 1]));
  return emit.reshape(emit.reduceSum(each, [0]), shape);
}

/** dW of a grouped convolution: one product a group, over im2col of X. */
function grouped(emit: Emitter, dy: Sym, x: Sym, shape: Shape, geometry: ConvolutionGeometry): Sym {
  const { groups, kernel } = geometry;
  const [n, out, outH, outW] = nchw(dy.shape, 'A convolution');
  const [, perGroup] = nchw(shape, 'A kernel');
  const pixels = outH * outW;
  const cols = emit.reshape(columns(emit, x, geometry, [outH, outW]), [n, groups, perGroup * kernel[0] * kernel[1], pixels]);
  const each = emit.matmul(emit.reshape(dy, [n, groups, out / groups, pixels]), emit.transpose(cols, [0, 1, 3, 2]));
  return emit.reshape(emit.reduceSum(each, [0]), shape);
}

/** dW by one product a pixel of the kernel: dY with the shifted picture. */
function bySlices(emit: Emitter, dy: Sym, x: Sym, shape: Quad, geometry: ConvolutionGeometry): Sym {
  const [n, out, outH, outW] = nchw(dy.shape, 'A convolution');
  const [, channels, kh, kw] = shape;
  const pixels = outH * outW;
  const padded = emit.pad(x, geometry.padding);
  const flat = emit.reshape(dy, [n, out, pixels]);
  const parts = kernelPixels(geometry.kernel).map(([i, j]) =>
    emit.reshape(sumOfProducts(emit, flat, emit.reshape(shifted(emit, padded, geometry, i, j, [outH, outW]), [n, channels, pixels])), [out, channels, 1]),
  );
  return emit.reshape(emit.concat(parts, 2), [out, channels, kh, kw]);
}

/** dW by one product over im2col of X. */
function byColumns(emit: Emitter, dy: Sym, x: Sym, shape: Quad, geometry: ConvolutionGeometry): Sym {
  const [n, out, outH, outW] = nchw(dy.shape, 'A convolution');
  const [, channels, kh, kw] = shape;
  const pixels = outH * outW;
  const cols = emit.reshape(columns(emit, x, geometry, [outH, outW]), [n, channels * kh * kw, pixels]);
  return emit.reshape(sumOfProducts(emit, emit.reshape(dy, [n, out, pixels]), cols), shape);
}

/** dW at stride 1 by one product over im2col of dY, which is the smaller one where the convolution narrows. */
function byGradientColumns(emit: Emitter, dy: Sym, x: Sym, shape: Quad, geometry: ConvolutionGeometry): Sym {
  const [n, out, outH, outW] = nchw(dy.shape, 'A convolution');
  const [, , h, w] = nchw(x.shape, 'A convolution');
  const [, channels, kh, kw] = shape;
  const { dilation, padding } = geometry;
  const [spanH, spanW] = [dilation[0] * (kh - 1), dilation[1] * (kw - 1)];
  const [top, left] = padding;
  // Window (y, x) saw pixel (y + i·d − top, …), so pixel (y, x) was seen through (i, j) by window (y − i·d + top, …).
  const padded = emit.pad(dy, [spanH - top, spanW - left, h + top - outH, w + left - outW]);
  const parts = kernelPixels(geometry.kernel).map(([i, j]) => {
    const [startH, startW] = [spanH - i * dilation[0], spanW - j * dilation[1]];
    return emit.reshape(emit.slice(padded, [2, 3], [startH, startW], [startH + h, startW + w]), [n, out, 1, h * w]);
  });
  const cols = emit.reshape(emit.concat(parts, 2), [n, out * kh * kw, h * w]);
  const product = sumOfProducts(emit, cols, emit.reshape(x, [n, channels, h * w]));
  return emit.reshape(emit.transpose(emit.reshape(product, [out, kh * kw, channels]), [0, 2, 1]), shape);
}

/**
 * dW of a convolution, in the weight's shape, from dY `[N, O, Ho, Wo]` and X `[N, I, H, W]`.
 * The form is picked by shape, as measured in docs/TRAINING-ENGINE.md.
 */
export function weightGradient(emit: Emitter, dy: Sym, x: Sym, weight: Shape, geometry: ConvolutionGeometry): Sym {
  const shape = nchw(weight, 'A kernel');
  const { kernel, stride, padding, dilation, groups } = geometry;
  const [out, perGroup] = shape;
  if (groups > 1) return perGroup === 1 && out === groups ? depthwise(emit, dy, x, shape, geometry) : grouped(emit, dy, x, shape, geometry);
  const [top, left] = padding;
  const plain = stride[0] === 1 && stride[1] === 1 && top <= dilation[0] * (kernel[0] - 1) && left <= dilation[1] * (kernel[1] - 1);
  if (perGroup <= 4 && kernel[0] * kernel[1] > 1) return byColumns(emit, dy, x, shape, geometry);
  if (plain && kernel[0] * kernel[1] > 1 && out < perGroup) return byGradientColumns(emit, dy, x, shape, geometry);
  return bySlices(emit, dy, x, shape, geometry);
}
