import { NnError } from '../errors.ts';
import { int } from '../graph/emitter.ts';
import type { Operation } from '../graph/tape.ts';
import { formatShape, matrix, sameShape, sizeOf } from '../tensor.ts';
import { pair } from './inputs.ts';

export interface CrossEntropyAttributes {
  /** One weight a class. */
  readonly weights: readonly number[] | undefined;
  /** From 0 to below 1. */
  readonly labelSmoothing: number;
}

/**
 * Softmax cross-entropy of logits `[N, C]` with class numbers `[N]` (int64), averaged as `torch.nn.CrossEntropyLoss` does:
 * Σ_n Σ_c w_c q_nc (−log p_nc) / Σ_n w_{y_n}, with q = (1 − s) onehot(y) + s / C. Gives one number.
 */
export const crossEntropyOperation: Operation<CrossEntropyAttributes> = {
  name: 'crossEntropy',
  shapes: (inputs, { weights, labelSmoothing }) => {
    const [logits, target] = pair(inputs);
    const [n, classes] = matrix(logits, 'crossEntropy');
    if (!sameShape(target, [n])) throw new NnError('SHAPE', `crossEntropy: the classes of ${n} rows cannot have the shape ${formatShape(target)}.`);
    if (weights !== undefined && weights.length !== classes) throw new NnError('SHAPE', `crossEntropy: ${weights.length} class weights for ${classes} classes.`);
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) throw new NnError('BAD_INPUT', `A label smoothing of ${labelSmoothing} is not in [0, 1).`);
    return [[]];
  },
  lower: (emit, inputs, { weights, labelSmoothing }) => {
    const [logits, target] = pair(inputs);
    const [n, classes] = matrix(logits.shape, 'crossEntropy');
    const oneHot = emit.node('OneHot', [target, emit.integers([classes], []), emit.constant([2], [0, 1])], { shape: [n, classes] }, { attributes: { axis: int(1) } });
    const classWeights = emit.constant([1, classes], weights ?? Array.from({ length: classes }, () => 1));
    const smoothed = labelSmoothing === 0 ? oneHot : emit.add(emit.scale(oneHot, 1 - labelSmoothing), emit.scalar(labelSmoothing / classes));
    const q = emit.mul(smoothed, classWeights);
    const total = emit.reduceSum(emit.mul(oneHot, classWeights), [0, 1]);
    const logP = emit.unary('LogSoftmax', logits, { axis: int(1) });
    const loss = emit.div(emit.reduceSum(emit.mul(q, emit.unary('Neg', logP)), [0, 1]), total);
    return {
      outputs: [loss],
      backward: ([dy]) => {
        if (dy === undefined) return [];
        const mass = emit.reduceSum(q, [1], true);
        const direction = emit.sub(emit.mul(emit.unary('Exp', logP), mass), q);
        return [emit.mul(direction, emit.div(dy, total))];
      },
    };
  },
};

/**
 * Binary cross-entropy of logits with targets in [0, 1] of the same shape, averaged, as `torch.nn.BCEWithLogitsLoss`:
 * −(p t log σ(x) + (1 − t) log(1 − σ(x))), where p weighs the positive class.
 */
export const binaryCrossEntropyOperation: Operation<{ readonly positiveWeight: number }> = {
  name: 'binaryCrossEntropy',
  shapes: (inputs) => {
    const [logits, target] = pair(inputs);
    if (!sameShape(logits, target)) throw new NnError('SHAPE', `binaryCrossEntropy: logits ${formatShape(logits)} and targets ${formatShape(target)} differ.`);
    return [[]];
  },
  lower: (emit, inputs, { positiveWeight }) => {
    const [x, t] = pair(inputs);
    // log σ(x) = −softplus(−x) and log(1 − σ(x)) = −softplus(x); softplus(x) = max(x, 0) + log(1 + e^−|x|) never overflows.
    const rest = emit.unary('Log', emit.add(emit.unary('Exp', emit.unary('Neg', emit.unary('Abs', x))), emit.scalar(1)));
    const softplus = emit.add(emit.unary('Relu', x), rest);
    const softplusOfMinus = emit.add(emit.unary('Relu', emit.unary('Neg', x)), rest);
    const positive = emit.scale(t, positiveWeight);
    const negative = emit.sub(emit.scalar(1), t);
    const each = emit.add(emit.mul(positive, softplusOfMinus), emit.mul(negative, softplus));
    return {
      outputs: [emit.reduceMean(each, x.shape.map((_, axis) => axis))],
      backward: ([dy]) => {
        if (dy === undefined) return [];
        // d softplus(−x) = σ(x) − 1, d softplus(x) = σ(x).
        const s = emit.unary('Sigmoid', x);
        const slope = emit.add(emit.mul(positive, emit.sub(s, emit.scalar(1))), emit.mul(negative, s));
        return [emit.mul(slope, emit.scale(dy, 1 / sizeOf(x.shape)))];
      },
    };
  },
};
