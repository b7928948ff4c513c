import { NnError } from '../errors.ts';
import { int, ints, text, type Emitter, type Sym } from '../graph/emitter.ts';
import { filled, blockOf, fromMemory, inBlocks, inPlainOrder, memoryAs, poolBlocks } from '../graph/blocks.ts';
import type { Operation } from '../graph/tape.ts';
import { formatShape, nchw, sizeOf, type Shape } from '../tensor.ts';
import { at, only } from './inputs.ts';
import { windowOutput, type Padding } from './window.ts';

export interface PoolAttributes {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: Padding;
}

function pooledShape(x: Shape, attributes: PoolAttributes, who: string): Shape {
  const [n, c, h, w] = nchw(x, who);
  const [top, left, bottom, right] = attributes.padding;
  const [kh, kw] = attributes.kernel;
  if (Math.max(top, bottom) * 2 > kh || Math.max(left, right) * 2 > kw) {
    throw new NnError('SHAPE', `${who}: the padding ${formatShape(attributes.padding)} is more than half of the window ${formatShape(attributes.kernel)}.`);
  }
  return [n, c, ...windowOutput([h, w], { ...attributes, dilation: [1, 1] })];
}

const poolAttributes = ({ kernel, stride, padding }: PoolAttributes) => ({ kernel_shape: ints(kernel), strides: ints(stride), pads: ints(padding) });

/** Adds each window's number to all its pixels: the transpose of summing windows. dy `[N, C, Ho, Wo]` to `[N, C, H, W]`. */
function spreadWindows(emit: Emitter, dy: Sym, shape: Shape, { kernel, stride, padding }: PoolAttributes): Sym {
  const [n, c, h, w] = nchw(shape, 'pooling');
  const [, , outH, outW] = nchw(dy.shape, 'pooling');
  const [kh, kw] = kernel;
  if (kh === stride[0] && kw === stride[1] && padding.every((size) => size === 0)) {
    const repeated = emit.expand(emit.reshape(dy, [n * c, outH, 1, outW, 1]), [n * c, outH, kh, outW, kw]);
    return emit.pad(emit.reshape(repeated, [n, c, outH * kh, outW * kw]), [0, 0, h - outH * kh, w - outW * kw]);
  }
  const ones = emit.constant([1, 1, kh, kw], new Float32Array(kh * kw).fill(1));
  const [top, left] = padding;
  const [fullH, fullW] = [(outH - 1) * stride[0] + kh, (outW - 1) * stride[1] + kw];
  const spread = emit.node('ConvTranspose', [emit.reshape(dy, [n * c, 1, outH, outW]), ones], { shape: [n * c, 1, fullH, fullW] }, { attributes: { strides: ints(stride) } });
  // The last windows may end in the padding, or leave rows out: crop, or fill, at the far side.
  const cropped = emit.slice(spread, [2, 3], [top, left], [Math.min(fullH, top + h), Math.min(fullW, left + w)]);
  const [, , gotH, gotW] = nchw(cropped.shape, 'pooling');
  return emit.reshape(emit.pad(cropped, [0, 0, h - gotH, w - gotW]), shape);
}

/** Gives each pixel's number to all pixels of its window, in blocks: `[N, C, H, W]` to `[N, C, H · kh, W · kw]`. */
function repeatPixels(emit: Emitter, dy: Sym, [kh, kw]: readonly [number, number]): Sym {
  const [n, c, h, w] = nchw(dy.shape, 'pooling');
  const block = blockOf(emit);
  const rows = (n * filled(emit, c) * h) / block;
  const repeated = emit.expand(memoryAs(emit, dy, [rows, 1, w, 1, block]), [rows, kh, w, kw, block]);
  return fromMemory(emit, repeated, [n, c, h * kh, w * kw]);
}

/** Mean of each window; padding counts as zeros, as `torch.nn.AvgPool2d` does by default. */
export const averagePoolOperation: Operation<PoolAttributes> = {
  name: 'averagePool',
  anyOrder: true,
  shapes: (inputs, attributes) => [pooledShape(only(inputs), attributes, 'averagePool')],
  lower: (emit, inputs, attributes) => {
    const x = only(inputs);
    const shape = pooledShape(x.shape, attributes, 'averagePool');
    const share = 1 / (attributes.kernel[0] * attributes.kernel[1]);
    const windows = { ...poolAttributes(attributes), count_include_pad: int(1) };
    const isTiled = shape.every((size, axis) => axis < 2 || (attributes.stride[axis - 2] === attributes.kernel[axis - 2] && size * at(attributes.kernel, axis - 2) === x.shape[axis]));
    if (x.blocked === true) {
      return {
        outputs: [poolBlocks(emit, 'AveragePool', x, shape, windows)],
        backward: ([dy]) => {
          if (dy === undefined) return [];
          const shared = emit.scale(dy, share);
          return [isTiled ? repeatPixels(emit, shared, attributes.kernel) : spreadWindows(emit, inPlainOrder(emit, shared), x.shape, attributes)];
        },
      };
    }
    return {
      outputs: [emit.node('AveragePool', [x], { shape }, { attributes: windows })],
      backward: ([dy]) => [dy && spreadWindows(emit, emit.scale(dy, share), x.shape, attributes)],
    };
  },
};

/** Largest of each window; the gradient goes to the first largest in row order, as in PyTorch. */
export const maxPoolOperation: Operation<PoolAttributes> = {
  name: 'maxPool',
  shapes: (inputs, attributes) => [pooledShape(only(inputs), attributes, 'maxPool')],
  lower: (emit, inputs, attributes) => {
    const x = only(inputs);
    const shape = pooledShape(x.shape, attributes, 'maxPool');
    const results = emit.multi('MaxPool', [x], [{ shape }, { shape, dtype: 'int64' }], { attributes: poolAttributes(attributes) });
    const [y, indices] = [at(results, 0), at(results, 1)];
    return {
      outputs: [y],
      backward: ([dy]) => {
        if (dy === undefined) return [undefined];
        const [size, count] = [sizeOf(x.shape), sizeOf(shape)];
        const flat = [emit.expand(emit.constant([1], [0]), [size]), emit.reshape(indices, [count]), emit.reshape(dy, [count])];
        const scattered = emit.node('ScatterElements', flat, { shape: [size] }, { attributes: { axis: int(0), reduction: text('add') } });
        return [emit.reshape(scattered, x.shape)];
      },
    };
  },
};

/** Mean of the whole picture: `[N, C, H, W]` to `[N, C, 1, 1]`. */
export const globalAveragePoolOperation: Operation<null> = {
  name: 'globalAveragePool',
  anyOrder: true,
  shapes: (inputs) => {
    const [n, c] = nchw(only(inputs), 'globalAveragePool');
    return [[n, c, 1, 1]];
  },
  lower: (emit, inputs) => {
    const x = only(inputs);
    const [n, c, h, w] = nchw(x.shape, 'globalAveragePool');
    if (x.blocked === true) {
      return {
        outputs: [inPlainOrder(emit, poolBlocks(emit, 'GlobalAveragePool', x, [n, c, 1, 1]))],
        backward: ([dy]) => [dy && repeatPixels(emit, inBlocks(emit, emit.scale(dy, 1 / (h * w))), [h, w])],
      };
    }
    return {
      outputs: [emit.node('GlobalAveragePool', [x], { shape: [n, c, 1, 1] })],
      backward: ([dy]) => [dy && emit.expand(emit.scale(dy, 1 / (h * w)), x.shape)],
    };
  },
};

/** Row i holds 1/length over the pixels that cell i averages: from ⌊i·size/cells⌋ to before ⌈(i+1)·size/cells⌉. */
function averagingMatrix(cells: number, size: number): Float32Array<ArrayBuffer> {
  const weights = new Float32Array(cells * size);
  for (let cell = 0; cell < cells; cell++) {
    const start = Math.floor((cell * size) / cells);
    const end = Math.ceil(((cell + 1) * size) / cells);
    weights.fill(1 / (end - start), cell * size + start, cell * size + end);
  }
  return weights;
}

/** `torch.nn.AdaptiveAvgPool2d` to any size: y = A x Bᵀ with the averaging matrices of rows and of columns. */
export const adaptiveAveragePoolOperation: Operation<{ readonly size: readonly [number, number] }> = {
  name: 'adaptiveAveragePool',
  shapes: (inputs, { size }) => {
    const [n, c] = nchw(only(inputs), 'adaptiveAveragePool');
    return [[n, c, ...size]];
  },
  lower: (emit, inputs, { size: [rows, columns] }) => {
    const x = only(inputs);
    const [, , h, w] = nchw(x.shape, 'adaptiveAveragePool');
    const a = emit.constant([rows, h], averagingMatrix(rows, h));
    const b = emit.constant([columns, w], averagingMatrix(columns, w));
    return {
      outputs: [emit.matmul(emit.matmul(a, x), emit.transpose(b, [1, 0]))],
      backward: ([dy]) => [dy && emit.matmul(emit.matmul(emit.transpose(a, [1, 0]), dy), b)],
    };
  },
};
