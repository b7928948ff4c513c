import type { Operation } from '../graph/tape.ts';
import { broadcastShapes, type Shape } from '../tensor.ts';
import { only, pair } from './inputs.ts';

const keepShape = (inputs: readonly Shape[]): readonly Shape[] => [only(inputs)];
const broadcast = (inputs: readonly Shape[]): readonly Shape[] => [broadcastShapes(...pair(inputs))];

/** The larger of 0 and x. */
export const reluOperation: Operation<null> = {
  name: 'relu',
  shapes: keepShape,
  lower: (emit, inputs) => {
    const y = emit.unary('Relu', only(inputs));
    return {
      outputs: [y],
      backward: ([dy]) => [dy && emit.mul(dy, emit.asFloat(emit.compare('Greater', y, emit.scalar(0))))],
    };
  },
};

/** x held between 0 and 6. At both ends the gradient is 0, as in PyTorch. */
export const relu6Operation: Operation<null> = {
  name: 'relu6',
  shapes: keepShape,
  lower: (emit, inputs) => {
    const x = only(inputs);
    const y = emit.node('Clip', [x, emit.scalar(0), emit.scalar(6)], { shape: x.shape });
    return {
      outputs: [y],
      backward: ([dy]) => {
        if (dy === undefined) return [undefined];
        // 0 < y < 6, as |y - 3| < 3.
        const distance = emit.unary('Abs', emit.sub(y, emit.scalar(3)));
        return [emit.mul(dy, emit.asFloat(emit.compare('Less', distance, emit.scalar(3))))];
      },
    };
  },
};

export const sigmoidOperation: Operation<null> = {
  name: 'sigmoid',
  shapes: keepShape,
  lower: (emit, inputs) => {
    const y = emit.unary('Sigmoid', only(inputs));
    return {
      outputs: [y],
      backward: ([dy]) => [dy && emit.mul(dy, emit.mul(y, emit.sub(emit.scalar(1), y)))],
    };
  },
};

/** x · sigmoid(x), also called Swish. */
export const siluOperation: Operation<null> = {
  name: 'silu',
  shapes: keepShape,
  lower: (emit, inputs) => {
    const x = only(inputs);
    const s = emit.unary('Sigmoid', x);
    const y = emit.mul(x, s);
    return {
      outputs: [y],
      // d(x s) = s + x s (1 - s) = s + y (1 - s)
      backward: ([dy]) => [dy && emit.mul(dy, emit.add(s, emit.mul(y, emit.sub(emit.scalar(1), s))))],
    };
  },
};

/** Sum of two values, broadcast against each other. */
export const addOperation: Operation<null> = {
  name: 'add',
  shapes: broadcast,
  lower: (emit, inputs) => {
    const [a, b] = pair(inputs);
    return {
      outputs: [emit.add(a, b)],
      backward: ([dy], [toA, toB]) => [
        toA === true && dy !== undefined ? emit.reduceTo(dy, a.shape) : undefined,
        toB === true && dy !== undefined ? emit.reduceTo(dy, b.shape) : undefined,
      ],
    };
  },
};

/** Product of two values, broadcast against each other: squeeze-excite's gate, dropout's mask. */
export const multiplyOperation: Operation<null> = {
  name: 'multiply',
  shapes: broadcast,
  lower: (emit, inputs) => {
    const [a, b] = pair(inputs);
    return {
      outputs: [emit.mul(a, b)],
      backward: ([dy], [toA, toB]) => [
        toA === true && dy !== undefined ? emit.reduceTo(emit.mul(dy, b), a.shape) : undefined,
        toB === true && dy !== undefined ? emit.reduceTo(emit.mul(dy, a), b.shape) : undefined,
      ],
    };
  },
};

/** Product with a fixed number. */
export const scaleOperation: Operation<{ readonly factor: number }> = {
  name: 'scale',
  shapes: keepShape,
  lower: (emit, inputs, { factor }) => ({
    outputs: [emit.mul(only(inputs), emit.scalar(factor))],
    backward: ([dy]) => [dy && emit.scale(dy, factor)],
  }),
};
