import { NnError } from '../errors.ts';
import { int } from '../graph/emitter.ts';
import type { Operation } from '../graph/tape.ts';
import { formatShape, matrix } from '../tensor.ts';
import { at, pair } from './inputs.ts';

/** y = x Wᵀ (+ b): x `[N, in]`, W `[out, in]`, b `[out]`. */
export const linearOperation: Operation<null> = {
  name: 'linear',
  shapes: (inputs) => {
    const [x, w] = pair(inputs);
    const [rows, features] = matrix(x, 'linear');
    const [out, columns] = matrix(w, 'linear');
    if (features !== columns) throw new NnError('SHAPE', `linear: ${formatShape(x)} does not fit the weight ${formatShape(w)}.`);
    return [[rows, out]];
  },
  lower: (emit, inputs) => {
    const [x, w] = pair(inputs);
    const [rows, out] = [at(x.shape, 0), at(w.shape, 0)];
    return {
      outputs: [emit.node('Gemm', inputs, { shape: [rows, out] }, { attributes: { transB: int(1) } })],
      backward: ([dy], [toX, toW, toB]) => {
        if (dy === undefined) return [];
        return [
          toX === true ? emit.node('Gemm', [dy, w], { shape: x.shape }) : undefined,
          toW === true ? emit.node('Gemm', [dy, x], { shape: w.shape }, { attributes: { transA: int(1) } }) : undefined,
          toB === true ? emit.reduceSum(dy, [0]) : undefined,
        ];
      },
    };
  },
};
