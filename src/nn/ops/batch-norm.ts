import { NnError } from '../errors.ts';
import { float, int, type Emitter, type Sym } from '../graph/emitter.ts';
import type { Operation } from '../graph/tape.ts';
import { formatShape, nchw, sameShape, type Shape } from '../tensor.ts';
import { batchNormFixedInBlocks, batchNormTrainingInBlocks, inverseDeviation } from './batch-norm-blocks.ts';
import { at } from './inputs.ts';

export interface BatchNormAttributes {
  readonly epsilon: number;
}

function checkChannels(inputs: readonly Shape[]): Shape {
  const x = at(inputs, 0);
  const [, channels] = nchw(x, 'batchNorm');
  for (const other of inputs.slice(1)) {
    if (!sameShape(other, [channels])) throw new NnError('SHAPE', `batchNorm: ${formatShape(x)} has ${channels} channels, which ${formatShape(other)} does not fit.`);
  }
  return x;
}

/** `[C]` as `[C, 1, 1]`, which broadcasts against `[N, C, H, W]`. */
function perChannel(emit: Emitter, sym: Sym): Sym {
  return emit.reshape(sym, [...sym.shape, 1, 1]);
}

/** Sums over the batch and the pixels: `[N, C, H, W]` to `[C]`. */
function sumChannels(emit: Emitter, sym: Sym): Sym {
  const [n, c, h, w] = nchw(sym.shape, 'batchNorm');
  return emit.reduceSum(emit.reshape(sym, [n, c, h * w]), [0, 2]);
}

/**
 * Batch normalisation by the batch's own statistics (training). Inputs: x `[N, C, H, W]`, weight, bias `[C]`.
 * Gives y, and the batch's mean and variance (the biased one, divided by N·H·W), `[C]` each; those two carry no gradient.
 */
export const batchNormTrainingOperation: Operation<BatchNormAttributes> = {
  name: 'batchNormTraining',
  anyOrder: true,
  shapes: (inputs) => {
    const x = checkChannels(inputs);
    const [n, c, h, w] = nchw(x, 'batchNorm');
    if (n * h * w < 2) {
      throw new NnError('SHAPE', `batchNorm: one value a channel (${formatShape(x)}) has no variance to train with.`, { hint: 'Use a larger batch, or freeze the batch norms.' });
    }
    return [x, [c], [c]];
  },
  lower: (emit, inputs, { epsilon }) => {
    const [x, weight, bias] = [at(inputs, 0), at(inputs, 1), at(inputs, 2)];
    if (x.blocked === true) return batchNormTrainingInBlocks(emit, x, weight, bias, epsilon);
    const [n, c, h, w] = nchw(x.shape, 'batchNorm');
    const count = n * h * w;
    // With momentum 0 the operator's "running" statistics are the batch's own, whatever finite numbers it is given to start
    // from. But the runtime writes them where those numbers stand, even over a constant: another layer that shares it would
    // read these statistics, and a NaN would stay for good. So each layer starts from numbers that are made anew in
    // every run, and differently everywhere, lest the runtime find two of them equal and make them once.
    const spare = (sym: Sym): Sym => emit.scale(sym, emit.nodes.length + 2);
    const outputs = emit.multi('BatchNormalization', [x, weight, bias, spare(bias), spare(weight)], [{ shape: x.shape }, { shape: [c] }, { shape: [c] }], {
      attributes: { epsilon: float(epsilon), momentum: float(0), training_mode: int(1) },
    });
    const [mean, variance] = [at(outputs, 1), at(outputs, 2)];
    return {
      outputs,
      backward: ([dy], [toX, toWeight, toBias]) => {
        if (dy === undefined) return [];
        const inverse = inverseDeviation(emit, variance, epsilon);
        const sum = sumChannels(emit, dy);
        // Σ dy (x − mean), from Σ dy x, so that the normalised x is never written out.
        const centred = emit.sub(sumChannels(emit, emit.mul(dy, x)), emit.mul(mean, sum));
        const dWeight = emit.mul(centred, inverse);
        const dx = (): Sym => {
          // dx = γ/σ (dy − Σdy/n − x̂ Σ(dy x̂)/n) with x̂ = (x − mean)/σ, gathered as p dy + q x + r, each per channel.
          const p = emit.mul(weight, inverse);
          const q = emit.scale(emit.mul(emit.mul(p, dWeight), inverse), -1 / count);
          const r = emit.sub(emit.scale(emit.mul(p, sum), -1 / count), emit.mul(q, mean));
          return emit.add(emit.mul(dy, perChannel(emit, p)), emit.add(emit.mul(x, perChannel(emit, q)), perChannel(emit, r)));
        };
        return [toX === true ? dx() : undefined, toWeight === true ? dWeight : undefined, toBias === true ? sum : undefined];
      },
    };
  },
};

/**
 * Batch normalisation by fixed statistics (evaluation, or frozen). Inputs: x `[N, C, H, W]`, weight, bias, mean,
 * variance `[C]`. The statistics carry no gradient.
 */
export const batchNormFixedOperation: Operation<BatchNormAttributes> = {
  name: 'batchNormFixed',
  anyOrder: true,
  shapes: (inputs) => [checkChannels(inputs)],
  lower: (emit, inputs, { epsilon }) => {
    const [x, weight, mean, variance] = [at(inputs, 0), at(inputs, 1), at(inputs, 3), at(inputs, 4)];
    if (x.blocked === true) return batchNormFixedInBlocks(emit, x, weight, at(inputs, 2), { mean, variance }, epsilon);
    return {
      outputs: [emit.node('BatchNormalization', inputs, { shape: x.shape }, { attributes: { epsilon: float(epsilon) } })],
      backward: ([dy], [toX, toWeight, toBias]) => {
        if (dy === undefined) return [];
        const inverse = inverseDeviation(emit, variance, epsilon);
        const dWeight = () => emit.mul(inverse, emit.sub(sumChannels(emit, emit.mul(dy, x)), emit.mul(mean, sumChannels(emit, dy))));
        return [
          toX === true ? emit.mul(dy, perChannel(emit, emit.mul(weight, inverse))) : undefined,
          toWeight === true ? dWeight() : undefined,
          toBias === true ? sumChannels(emit, dy) : undefined,
        ];
      },
    };
  },
};
