import { NnError } from '../errors.ts';
import type { Operation } from '../graph/tape.ts';
import { axisSize, formatShape, matrix, sizeOf } from '../tensor.ts';
import { only, pair } from './inputs.ts';

/** Puts values one behind another along an axis. */
export const concatOperation: Operation<{ readonly axis: number }> = {
  name: 'concat',
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
  lower: (emit, inputs, { axis }) => ({
    outputs: [emit.concat(inputs, axis)],
    backward: ([dy], wanted) => {
      let start = 0;
      return inputs.map((input, i) => {
        const from = start;
        start += axisSize(input.shape, axis);
        return wanted[i] === true && dy !== undefined ? emit.slice(dy, [axis], [from], [start]) : undefined;
      });
    },
  }),
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
  shapes: (inputs, { axes }) => [only(inputs).map((size, axis) => (axes.includes(axis) ? 1 : size))],
  lower: (emit, inputs, { axes, mean }) => {
    const x = only(inputs);
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
