import { activate, dotPixels, filled, fromMemory, inBlocks, inPlainOrder, isPositive, memoryAs, scaleChannels, scaleGroups } from '../graph/blocks.ts';
import type { Emitter, Sym } from '../graph/emitter.ts';
import type { Lowered, Operation } from '../graph/tape.ts';
import { broadcastShapes, nchw, sameShape, type Shape } from '../tensor.ts';
import { only, pair } from './inputs.ts';

const keepShape = (inputs: readonly Shape[]): readonly Shape[] => [only(inputs)];
const broadcast = (inputs: readonly Shape[]): readonly Shape[] => [broadcastShapes(...pair(inputs))];

/** The larger of 0 and x. */
export const reluOperation: Operation<null> = {
  name: 'relu',
  anyOrder: true,
  shapes: keepShape,
  lower: (emit, inputs) => {
    const x = only(inputs);
    const y = activate(emit, x, { kind: 'Relu' }) ?? emit.unary('Relu', x);
    return {
      outputs: [y],
      backward: ([dy]) => [dy && emit.mul(dy, y.blocked === true ? isPositive(emit, y) : emit.asFloat(emit.compare('Greater', y, emit.scalar(0))))],
    };
  },
};

/**
 * 1 where 0 < y < 6, else 0, of y in [0, 6] in blocks, in two passes. The first gives −2²⁵ at 0 and 0 above, the second adds
 * 2²² (6 − y), which is at least 1 below 6 and less than 2²⁵; both are cut off at their ends.
 */
function isInside(emit: Emitter, y: Sym): Sym {
  const [channels] = [y.shape[1] ?? 1];
  const all = (value: number): Sym => emit.uniform([channels], value);
  const above = scaleChannels(emit, y, all(2 ** 127), { shift: all(-(2 ** 25)), activation: { kind: 'Clip', parameters: [-(2 ** 25), 0] } });
  return scaleChannels(emit, y, all(-(2 ** 22)), { shift: all(6 * 2 ** 22), sum: above, activation: { kind: 'Clip', parameters: [0, 1] } });
}

/** x held between 0 and 6. At both ends the gradient is 0, as in PyTorch. */
export const relu6Operation: Operation<null> = {
  name: 'relu6',
  anyOrder: true,
  shapes: keepShape,
  lower: (emit, inputs) => {
    const x = only(inputs);
    const blocked = x.blocked ?? false;
    const y = activate(emit, x, { kind: 'Clip', parameters: [0, 6] }) ?? emit.node('Clip', [x, emit.scalar(0), emit.scalar(6)], { shape: x.shape, blocked }, { anyOrder: true });
    return {
      outputs: [y],
      backward: ([dy]) => {
        if (dy === undefined) return [undefined];
        if (blocked) return [emit.mul(dy, isInside(emit, y))];
        // 0 < y < 6, as |y - 3| < 3.
        const distance = emit.unary('Abs', emit.sub(y, emit.scalar(3)));
        return [emit.mul(dy, emit.asFloat(emit.compare('Less', distance, emit.scalar(3))))];
      },
    };
  },
};

export const sigmoidOperation: Operation<null> = {
  name: 'sigmoid',
  anyOrder: true,
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
  anyOrder: true,
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

/** Two values in orders that go together: in blocks where one is and the other one has its shape, or one number a picture. */
function inOneOrder(emit: Emitter, [a, b]: readonly [Sym, Sym]): readonly [Sym, Sym] {
  if (sameShape(a.shape, b.shape)) return a.blocked === true || b.blocked === true ? [inBlocks(emit, a), inBlocks(emit, b)] : [a, b];
  const isPerPicture = ({ shape }: Sym, other: Sym): boolean => shape.slice(-3).every((size) => size === 1) && (shape.length < 4 || shape[0] === 1 || shape[0] === other.shape[0]);
  if ((a.blocked === true && isPerPicture(b, a)) || (b.blocked === true && isPerPicture(a, b))) return [a, b];
  return [inPlainOrder(emit, a), inPlainOrder(emit, b)];
}

/** The gradient of a value that was broadcast. */
const broadcastGradient = (emit: Emitter, gradient: Sym, shape: Shape): Sym => (sameShape(gradient.shape, shape) ? gradient : emit.reduceTo(inPlainOrder(emit, gradient), shape));

/** Sum of two values, broadcast against each other. */
export const addOperation: Operation<null> = {
  name: 'add',
  anyOrder: true,
  shapes: broadcast,
  lower: (emit, inputs) => {
    const [a, b] = inOneOrder(emit, pair(inputs));
    return {
      outputs: [emit.add(a, b)],
      backward: ([dy], [toA, toB]) => [
        toA === true && dy !== undefined ? broadcastGradient(emit, dy, a.shape) : undefined,
        toB === true && dy !== undefined ? broadcastGradient(emit, dy, b.shape) : undefined,
      ],
    };
  },
};

/** x · gate with x in blocks and one number a channel of each picture, `[N, C, 1, 1]`: squeeze-excite. */
function gateChannels(emit: Emitter, x: Sym, gate: Sym): Lowered {
  const [n, c, h, w] = nchw(x.shape, 'A gate');
  const groups = n * filled(emit, c);
  const weight = memoryAs(emit, inBlocks(emit, gate), [groups, 1, 1, 1]);
  const times = (value: Sym): Sym => {
    const all = scaleGroups(emit, memoryAs(emit, value, [1, groups, h, w]), weight);
    return fromMemory(emit, memoryAs(emit, all, [1, groups, h, w]), x.shape);
  };
  return {
    outputs: [times(x)],
    backward: ([dy], [toX, toGate]) => [
      toX === true && dy !== undefined ? times(dy) : undefined,
      toGate === true && dy !== undefined ? emit.reshape(dotPixels(emit, dy, x, true), gate.shape) : undefined,
    ],
  };
}

/** Product of two values, broadcast against each other: squeeze-excite's gate, dropout's mask. */
export const multiplyOperation: Operation<null> = {
  name: 'multiply',
  anyOrder: true,
  shapes: broadcast,
  lower: (emit, inputs) => {
    const [left, right] = pair(inputs);
    const isGate = (x: Sym, gate: Sym): boolean => x.blocked === true && x.shape.length === gate.shape.length && sameShape(gate.shape, [...x.shape.slice(0, 2), 1, 1]);
    if (isGate(left, right)) return gateChannels(emit, left, right);
    const [a, b] = inOneOrder(emit, [left, right]);
    return {
      outputs: [emit.mul(a, b)],
      backward: ([dy], [toA, toB]) => [
        toA === true && dy !== undefined ? broadcastGradient(emit, emit.mul(dy, b), a.shape) : undefined,
        toB === true && dy !== undefined ? broadcastGradient(emit, emit.mul(dy, a), b.shape) : undefined,
      ],
    };
  },
};

/** Product with a fixed number. */
export const scaleOperation: Operation<{ readonly factor: number }> = {
  name: 'scale',
  anyOrder: true,
  shapes: keepShape,
  lower: (emit, inputs, { factor }) => ({
    outputs: [emit.mul(only(inputs), emit.scalar(factor))],
    backward: ([dy]) => [dy && emit.scale(dy, factor)],
  }),
};
