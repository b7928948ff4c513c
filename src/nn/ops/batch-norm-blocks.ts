/** Batch normalisation of values in blocks of channels: see graph/blocks.ts. */
import { dotPixels, scaleChannels, sumPixels } from '../graph/blocks.ts';
import type { Emitter, Sym } from '../graph/emitter.ts';
import type { Lowered } from '../graph/tape.ts';
import { nchw } from '../tensor.ts';

/** A batch's mean and variance (divided by N·H·W), `[C]` each. */
export interface ChannelStatistics {
  readonly mean: Sym;
  readonly variance: Sym;
}

/**
 * The statistics of a value in blocks, which is read twice and not written. What is concatenated keeps the statistics of its parts,
 * which a dense block asks for again and again.
 */
export function channelStatistics(emit: Emitter, x: Sym): ChannelStatistics {
  const known = emit.statistics.get(x.name);
  if (known !== undefined) return known;
  const parts = emit.parts.get(x.name);
  const made = parts === undefined ? measure(emit, x) : join(emit, parts.map((part) => channelStatistics(emit, part)));
  emit.statistics.set(x.name, made);
  return made;
}

const join = (emit: Emitter, parts: readonly ChannelStatistics[]): ChannelStatistics => ({
  mean: emit.concat(parts.map(({ mean }) => mean), 0),
  variance: emit.concat(parts.map(({ variance }) => variance), 0),
});

function measure(emit: Emitter, x: Sym): ChannelStatistics {
  const [n, , h, w] = nchw(x.shape, 'batchNorm');
  const count = n * h * w;
  const mean = emit.scale(sumPixels(emit, x), 1 / count);
  // E x² − (E x)², from sums of short sums; rounding may put it below 0.
  const variance = emit.unary('Relu', emit.sub(emit.scale(dotPixels(emit, x, x), 1 / count), emit.mul(mean, mean)));
  return { mean, variance };
}

/** 1 / sqrt(variance + epsilon), `[C]`. */
export function inverseDeviation(emit: Emitter, variance: Sym, epsilon: number): Sym {
  return emit.unary('Reciprocal', emit.unary('Sqrt', emit.add(variance, emit.scalar(epsilon))));
}

/** y = γ (x − mean) / σ + β by given statistics. */
function normalise(emit: Emitter, x: Sym, weight: Sym, bias: Sym, mean: Sym, inverse: Sym): { readonly y: Sym; readonly scale: Sym } {
  const scale = emit.mul(weight, inverse);
  return { y: scaleChannels(emit, x, scale, { shift: emit.sub(bias, emit.mul(mean, scale)) }), scale };
}

/** Σ dy and Σ dy (x − mean) / σ, `[C]`: what the gradients of bias and weight are. */
function sums(emit: Emitter, dy: Sym, x: Sym, mean: Sym, inverse: Sym): { readonly dBias: Sym; readonly dWeight: Sym } {
  const dBias = sumPixels(emit, dy);
  return { dBias, dWeight: emit.mul(emit.sub(dotPixels(emit, dy, x), emit.mul(mean, dBias)), inverse) };
}

/** Training: by the batch's own statistics, which are given as well. */
export function batchNormTrainingInBlocks(emit: Emitter, x: Sym, weight: Sym, bias: Sym, epsilon: number): Lowered {
  const [n, , h, w] = nchw(x.shape, 'batchNorm');
  const count = n * h * w;
  const { mean, variance } = channelStatistics(emit, x);
  const inverse = inverseDeviation(emit, variance, epsilon);
  const { y, scale } = normalise(emit, x, weight, bias, mean, inverse);
  return {
    outputs: [y, mean, variance],
    backward: ([dy], [toX, toWeight, toBias]) => {
      if (dy === undefined) return [];
      const { dBias, dWeight } = sums(emit, dy, x, mean, inverse);
      const dx = (): Sym => {
        // dx = γ/σ (dy − Σdy/n − x̂ Σ(dy x̂)/n) with x̂ = (x − mean)/σ, gathered as scale · dy + q x + r, each per channel.
        const q = emit.scale(emit.mul(emit.mul(scale, dWeight), inverse), -1 / count);
        const r = emit.sub(emit.scale(emit.mul(scale, dBias), -1 / count), emit.mul(q, mean));
        return scaleChannels(emit, dy, scale, { sum: scaleChannels(emit, x, q, { shift: r }) });
      };
      return [toX === true ? dx() : undefined, toWeight === true ? dWeight : undefined, toBias === true ? dBias : undefined];
    },
  };
}

/** By fixed statistics. */
export function batchNormFixedInBlocks(emit: Emitter, x: Sym, weight: Sym, bias: Sym, { mean, variance }: ChannelStatistics, epsilon: number): Lowered {
  const inverse = inverseDeviation(emit, variance, epsilon);
  const { y, scale } = normalise(emit, x, weight, bias, mean, inverse);
  return {
    outputs: [y],
    backward: ([dy], [toX, toWeight, toBias]) => {
      if (dy === undefined) return [];
      const { dBias, dWeight } = sums(emit, dy, x, mean, inverse);
      return [toX === true ? scaleChannels(emit, dy, scale) : undefined, toWeight === true ? dWeight : undefined, toBias === true ? dBias : undefined];
    },
  };
}
