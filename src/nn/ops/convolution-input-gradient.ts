import { int, ints, type Emitter, type Sym } from '../graph/emitter.ts';
import { nchw, type Shape } from '../tensor.ts';
import type { ConvolutionGeometry } from './convolution.ts';

/** The kernel turned by 180°, its input and output channels swapped within each group: `[O, I/g, kh, kw]` to `[I, O/g, kh, kw]`. */
function turnedKernel(emit: Emitter, weight: Sym, groups: number): Sym {
  const [out, perGroup, kh, kw] = nchw(weight.shape, 'A kernel');
  const size = kh * kw;
  const flat = emit.reshape(weight, [groups, out / groups, perGroup, size]);
  const swapped = out === groups ? flat : emit.transpose(flat, [0, 2, 1, 3]);
  const flipped = size === 1 ? swapped : emit.node('Gather', [swapped, emit.integers(Array.from({ length: size }, (_, i) => size - 1 - i))], { shape: swapped.shape }, { attributes: { axis: int(3) } });
  return emit.reshape(flipped, [groups * perGroup, out / groups, kh, kw]);
}

/** Puts `stride - 1` zeros between the pixels: `[N, C, H, W]` to `[N, C, (H−1)·s+1, (W−1)·s+1]`. */
function spreadPixels(emit: Emitter, dy: Sym, [sh, sw]: readonly [number, number]): Sym {
  if (sh === 1 && sw === 1) return dy;
  const [n, c, h, w] = nchw(dy.shape, 'A gradient');
  const wide = emit.reshape(dy, [n * c, h, 1, w, 1]);
  const inputs = [wide, emit.integers([0, 0, 0, 0, 0, 0, 0, sh - 1, 0, sw - 1]), emit.scalar(0)];
  const spread = emit.reshape(emit.node('Pad', inputs, { shape: [n * c, h, sh, w, sw] }), [n, c, h * sh, w * sw]);
  return emit.slice(spread, [2, 3], [0, 0], [(h - 1) * sh + 1, (w - 1) * sw + 1]);
}

/** How much dY, with its pixels spread by the stride, is to be padded for the turned kernel to give dX: `[top, left, bottom, right]`; negative where it is to be cut. */
export function inputGradientPads(dy: Shape, shape: Shape, { kernel, stride, padding, dilation }: ConvolutionGeometry): readonly [number, number, number, number] {
  const [, , h, w] = nchw(shape, 'A convolution');
  const [, , outH, outW] = nchw(dy, 'A convolution');
  const [top, left] = padding;
  // What is left of the picture after the last window: rows that no window saw make this larger than the near side.
  return [
    dilation[0] * (kernel[0] - 1) - top,
    dilation[1] * (kernel[1] - 1) - left,
    h - (outH - 1) * stride[0] - 1 + top,
    w - (outW - 1) * stride[1] - 1 + left,
  ];
}

/**
 * dX of a convolution: `[N, I, H, W]` from dY `[N, O, Ho, Wo]`.
 * A convolution of dY with the turned kernel where the stride is 1, or the kernel is depthwise or of one pixel; else `ConvTranspose`.
 */
export function inputGradient(emit: Emitter, dy: Sym, weight: Sym, shape: Shape, geometry: ConvolutionGeometry): Sym {
  const { kernel, stride, padding, dilation, groups } = geometry;
  const [, channels, h, w] = nchw(shape, 'A convolution');
  const [, , outH, outW] = nchw(dy.shape, 'A convolution');
  const [top, left] = padding;
  const [spanH, spanW] = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)];
  const [spreadH, spreadW] = [(outH - 1) * stride[0] + 1, (outW - 1) * stride[1] + 1];
  const pads = inputGradientPads(dy.shape, shape, geometry);
  const strided = stride[0] > 1 || stride[1] > 1;
  const depthwise = groups === channels && weight.shape[1] === 1;
  if (pads.every((size) => size >= 0) && (!strided || depthwise)) {
    const turned = turnedKernel(emit, weight, groups);
    const attributes = { kernel_shape: ints(kernel), strides: ints([1, 1]), pads: ints(pads), dilations: ints(dilation), group: int(groups) };
    return emit.node('Conv', [spreadPixels(emit, dy, stride), turned], { shape }, { attributes });
  }
  const [fullH, fullW] = [spreadH + spanH, spreadW + spanW];
  const attributes = { kernel_shape: ints(kernel), strides: ints(stride), dilations: ints(dilation), group: int(groups) };
  const n = dy.shape[0] ?? 1;
  // The whole span, then cropped or filled to the picture: asymmetric padding and unseen rows need no case of their own.
  const [fillH, fillW] = [Math.max(0, top + h - fullH), Math.max(0, left + w - fullW)];
  const fits = fillH < stride[0] && fillW < stride[1];
  if (fits) {
    const near = { ...attributes, pads: ints([top, left, fullH + fillH - top - h, fullW + fillW - left - w]), output_padding: ints([fillH, fillW]) };
    return emit.node('ConvTranspose', [dy, weight], { shape }, { attributes: near });
  }
  const full = emit.node('ConvTranspose', [dy, weight], { shape: [n, channels, fullH, fullW] }, { attributes });
  return emit.pad(emit.slice(full, [2, 3], [top, left], [Math.min(fullH, top + h), Math.min(fullW, left + w)]), [0, 0, fillH, fillW]);
}
