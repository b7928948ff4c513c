import { NnError } from '../errors.ts';
import { differentiate, symOf, type LoweredTape } from '../graph/autodiff.ts';
import type { Sym } from '../graph/emitter.ts';
import type { Value } from '../graph/tape.ts';
import { matmul } from '../layers/functional.ts';
import { matrix, nchw } from '../tensor.ts';

/** What a network must show of itself to be explained. */
export interface Explainable {
  /** The last feature map `[N, K, h, w]`, before the pooling. */
  readonly features: Value;
  /** `[N, classes]` */
  readonly logits: Value;
}

/** The logit of one class, `[N, 1]`: yᶜ. @throws NnError BAD_MODEL where there is no such class */
export function classScore(logits: Value, index: number): Value {
  const [, classes] = matrix(logits.shape, 'The logits');
  if (!Number.isInteger(index) || index < 0 || index >= classes) throw new NnError('BAD_MODEL', `There is no class ${index} among ${classes}.`);
  return matmul(logits, logits.tape.constant([classes, 1], Array.from({ length: classes }, (_, i) => (i === index ? 1 : 0))));
}

function gradientOf(lowered: LoweredTape, score: Value, by: Value): Sym {
  const gradient = differentiate(lowered, score, [by]).get(by);
  if (gradient === undefined) throw new NnError('BAD_MODEL', 'The score of a class does not depend on what it is to be explained by.');
  return gradient;
}

/**
 * Grad-CAM (Selvaraju et al. 2017): eq. 1, αₖᶜ = 1/(h w) Σᵢⱼ ∂yᶜ/∂Aᵏᵢⱼ, and eq. 2, ReLU(Σₖ αₖᶜ Aᵏ), with A the
 * features and yᶜ the logit of a class.
 * @param scores a class each, `[N, 1]`: see {@link classScore}
 * @returns `[N, scores, h, w]`, at least 0, unscaled
 */
export function gradCam(lowered: LoweredTape, features: Value, scores: readonly Value[]): Sym {
  const { emit } = lowered;
  nchw(features.shape, 'Grad-CAM');
  const maps = symOf(lowered.syms, features);
  const each = scores.map((score) => {
    const alpha = emit.reduceMean(gradientOf(lowered, score, features), [2, 3], true);
    return emit.unary('Relu', emit.reduceSum(emit.mul(alpha, maps), [1], true));
  });
  return emit.concat(each, 1);
}

/** ∂yᶜ/∂x: how the logit of a class changes with each number of the input; in the input's shape. */
export function inputGradient(lowered: LoweredTape, input: Value, score: Value): Sym {
  return gradientOf(lowered, score, input);
}
