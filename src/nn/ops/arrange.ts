import { NnError } from '../errors.ts';
import { blockOf, inBlocks, inPlainOrder } from '../graph/blocks.ts';
import { int, type Emitter, type Sym } from '../graph/emitter.ts';
import type { Lowered, Operation } from '../graph/tape.ts';
import { axisSize, formatShape, matrix, sizeOf } from '../tensor.ts';
import { only, pair } from './inputs.ts';
import { globalAveragePoolOperation } from './pooling.ts';

/** Whole blocks of channels behind one another lie in memory as they do in ONNX's order. */
function concatBlocks(emit: Emitter, inputs: readonly Sym[]): Lowered {
  const parts = inputs.map((input) => inBlocks(emit, input));
  const [first] = parts;
  const channels = parts.reduce((sum, { shape }) => sum + axisSize(shape, 1), 0);
  const shape = only(inputs).shape.with(1, channels);
  const y = first !== undefined && parts.length === 1 ? first : emit.node('Concat', parts, { shape, blocked: true }, { attributes: { axis: int(1) }, anyOrder: true });
  if (parts.length > 1) emit.parts.set(y.name, parts);
  return {
    outputs: [y],
    backward: ([dy], wanted) => {
      let start = 0;
      return parts.map((part, i) => {
        const from = start;
        start += axisSize(part.shape, 1);
        if (wanted[i] !== true || dy === undefined) return undefined;
        return emit.node('Slice', [dy, emit.integers([from]), emit.integers([start]), emit.integers([1])], { shape: part.shape, blocked: true }, { anyOrder: true });
      });
    },
  };
}

/** Puts values one behind another along an axis. */
export const concatOperation: Operation<{ readonly axis: number }> = {
  name: 'concat',
  anyOrder: true,
  shapes: (inputs, { axis }) => {
    const first = only(inputs);
    for (const shape of inputs) {
      if (shape.length !== first.length || shape.some((size, place) => place !== axis && size !== first[place])) {
        throw new NnError('SHAPE', `${formatShape(first)} and ${formatShape(shape)} cannot be concatenated along axis ${axis}.`);
      }
    }
    const total = inputs.reduce((sum, shape) => sum + axisSize(shape, axis), 0);
    return [first.map((size, place) => (place === axis ? total : size))];
  },
  lower: (emit, inputs, { axis }) => {
    if (axis === 1 && inputs.some(({ blocked }) => blocked) && inputs.every(({ shape }) => axisSize(shape, 1) % blockOf(emit) === 0)) return concatBlocks(emit, inputs);
    const parts = inputs.map((input) => inPlainOrder(emit, input));
    return {
      outputs: [emit.concat(parts, axis)],
      backward: ([dy], wanted) => {
        let start = 0;
        return parts.map((input, i) => {
          const from = start;
          start += axisSize(input.shape, axis);
          return wanted[i] === true && dy !== undefined ? emit.slice(dy, [axis], [from], [start]) : undefined;
        });
      },
    };
  },
};

/** The same numbers seen with another shape. */
export const reshapeOperation: Operation<{ readonly shape: readonly number[] }> = {
  name: 'reshape',
  shapes: (inputs, { shape }) => {
    if (sizeOf(only(inputs)) !== sizeOf(shape)) throw new NnError('SHAPE', `${formatShape(only(inputs))} cannot be seen as ${formatShape(shape)}.`);
    return [shape];
  },
  lower: (emit, inputs, { shape }) => ({
    outputs: [emit.reshape(only(inputs), shape)],
    backward: ([dy]) => [dy && emit.reshape(dy, only(inputs).shape)],
  }),
};

/** Product of two matrices, the second one optionally transposed. */
export const matmulOperation: Operation<{ readonly transposeB: boolean }> = {
  name: 'matmul',
  shapes: (inputs, { transposeB }) => {
    const [a, b] = pair(inputs);
    const [rows, inner] = matrix(a, 'matmul');
    const [p, q] = matrix(b, 'matmul');
    if (inner !== (transposeB ? q : p)) {
      throw new NnError('SHAPE', `${formatShape(a)} and ${formatShape(b)}${transposeB ? ' transposed' : ''} cannot be multiplied.`);
    }
    return [[rows, transposeB ? p : q]];
  },
  lower: (emit, inputs, { transposeB }) => {
    const [a, b] = pair(inputs);
    return {
      outputs: [emit.matmul(a, transposeB ? emit.transpose(b, [1, 0]) : b)],
      backward: ([dy], [toA, toB]) => {
        if (dy === undefined) return [];
        const forB = () => (transposeB ? emit.matmul(emit.transpose(dy, [1, 0]), a) : emit.matmul(emit.transpose(a, [1, 0]), dy));
        return [toA === true ? emit.matmul(dy, transposeB ? b : emit.transpose(b, [1, 0])) : undefined, toB === true ? forB() : undefined];
      },
    };
  },
};

/** Sum, or mean, over some axes, which stay with size 1. */
export const reduceOperation: Operation<{ readonly axes: readonly number[]; readonly mean: boolean }> = {
  name: 'reduce',
  anyOrder: true,
  shapes: (inputs, { axes }) => [only(inputs).map((size, axis) => (axes.includes(axis) ? 1 : size))],
  lower: (emit, inputs, { axes, mean }) => {
    if (mean && only(inputs).blocked === true && axes.join() === '2,3') return globalAveragePoolOperation.lower(emit, inputs, null);
    const x = inPlainOrder(emit, only(inputs));
    const count = axes.reduce((product, axis) => product * axisSize(x.shape, axis), 1);
    return {
      outputs: [mean ? emit.reduceMean(x, axes, true) : emit.reduceSum(x, axes, true)],
      backward: ([dy]) => [dy && emit.expand(emit.scale(dy, mean ? 1 / count : 1), x.shape)],
    };
  },
};

/** x / max(‖x‖₂, epsilon) of each row of a matrix, as `torch.nn.functional.normalize`. */
export const l2NormaliseOperation: Operation<{ readonly epsilon: number }> = {
  name: 'l2Normalise',
  shapes: (inputs) => {
    matrix(only(inputs), 'l2Normalise');
    return [only(inputs)];
  },
  lower: (emit, inputs, { epsilon }) => {
    const x = only(inputs);
    const norm = emit.unary('Sqrt', emit.reduceSum(emit.mul(x, x), [1], true));
    const floor = emit.node('Max', [norm, emit.scalar(epsilon)], { shape: norm.shape });
    const y = emit.div(x, floor);
    return {
      outputs: [y],
      backward: ([dy]) => {
        if (dy === undefined) return [undefined];
        // Where the norm is under epsilon it counts as a constant, and only dy / epsilon is left.
        const free = emit.asFloat(emit.compare('Greater', norm, emit.scalar(epsilon)));
        const along = emit.mul(free, emit.reduceSum(emit.mul(dy, y), [1], true));
        return [emit.div(emit.sub(dy, emit.mul(y, along)), floor)];
      },
    };
  },
};
