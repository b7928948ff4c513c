import { int, ints, type Attribute } from '../graph/emitter.ts';
import { at } from './inputs.ts';

/** Rows and columns of padding: `[top, left, bottom, right]`, as ONNX orders them. */
export type Padding = readonly [number, number, number, number];

export interface Window {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: Padding;
  readonly dilation: readonly [number, number];
}

/** How many windows fit: ⌊(size + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, for rows and columns. */
export function windowOutput(size: readonly [number, number], window: Window): readonly [number, number] {
  const along = (axis: 0 | 1): number => {
    const span = window.dilation[axis] * (window.kernel[axis] - 1) + 1;
    return Math.floor((size[axis] + at(window.padding, axis) + at(window.padding, axis + 2) - span) / window.stride[axis]) + 1;
  };
  return [along(0), along(1)];
}

/** TensorFlow's "SAME": ⌈size / stride⌉ windows, the odd pixel of padding at the far side. */
export function samePadding(size: readonly [number, number], window: Omit<Window, 'padding'>): Padding {
  const along = (axis: 0 | 1): readonly [number, number] => {
    const windows = Math.ceil(size[axis] / window.stride[axis]);
    const total = Math.max(0, (windows - 1) * window.stride[axis] + window.dilation[axis] * (window.kernel[axis] - 1) + 1 - size[axis]);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  const [top, bottom] = along(0);
  const [left, right] = along(1);
  return [top, left, bottom, right];
}

/** The attributes of ONNX's `Conv`. */
export function convAttributes({ kernel, stride, padding, dilation, groups }: Window & { readonly groups: number }): Readonly<Record<string, Attribute>> {
  return { kernel_shape: ints(kernel), strides: ints(stride), pads: ints(padding), dilations: ints(dilation), group: int(groups) };
}
