import { compileForAnyBatch } from '../compile/inference.ts';
import { NnError } from '../errors.ts';
import { symOf, type LoweredTape } from '../graph/autodiff.ts';
import { int, type Sym } from '../graph/emitter.ts';
import { trace, type Network } from '../layers/scope.ts';
import type { Weights } from '../layers/state.ts';
import { matrix } from '../tensor.ts';
import { classScore, gradCam, inputGradient, type Explainable } from './explanations.ts';

/** Explanations that a classifier's graph can carry, by the names of their outputs. */
export const explanationNames = ['gradcam', 'input_gradient'] as const;
/** A name of {@link explanationNames}. */
export type ExplanationName = (typeof explanationNames)[number];

export interface ClassifierOptions {
  /** Which explanations the graph gives as well; `true` for all. The runtime computes every output of a graph, asked for or not. */
  readonly explain?: boolean | readonly ExplanationName[];
  /** How many classes get a map, the first ones; all unless given. */
  readonly explainedClasses?: number;
  /** The class whose logit the input gradient is of; the first unless given. */
  readonly positive?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

function asked(explain: ClassifierOptions['explain']): readonly ExplanationName[] {
  if (explain === true) return explanationNames;
  return explain === undefined || explain === false ? [] : explain;
}

/**
 * Compiles a classifier for batches of any size. Its input is `input` `[N, C, H, W]`; its outputs are `logits` and
 * `probabilities` (softmax) `[N, classes]`, and where asked for `gradcam` `[N, classes, h, w]` and `input_gradient` `[N, C, H, W]`.
 * @param size `[C, H, W]`
 * @throws NnError BAD_MODEL when a weight is missing or a class does not exist, SHAPE when the input does not fit
 */
export function compileClassifier(network: Network<Explainable>, size: readonly [number, number, number], weights: Weights, options: ClassifierOptions = {}): Uint8Array<ArrayBuffer> {
  const explanations = asked(options.explain);
  const plan = (batch: number) => {
    const { tape, input, output: { features, logits } } = trace(network, [batch, ...size], { training: false });
    const [, classes] = matrix(logits.shape, 'The logits');
    const explained = options.explainedClasses ?? classes;
    const positive = options.positive ?? 0;
    if (explained < 1 || explained > classes) throw new NnError('BAD_MODEL', `${explained} of ${classes} classes cannot be explained.`);
    // Made on every tape, so that the two that are compared stay alike; what no output needs is not written.
    const scores = Array.from({ length: Math.max(explained, positive + 1) }, (_, index) => classScore(logits, index));
    const score = scores[positive];
    if (score === undefined) throw new NnError('BAD_MODEL', `There is no class ${positive} among ${classes}.`);
    const derive = (lowered: LoweredTape): Readonly<Record<string, Sym>> => ({
      probabilities: lowered.emit.unary('Softmax', symOf(lowered.syms, logits), { axis: int(1) }),
      ...(explanations.includes('gradcam') ? { gradcam: gradCam(lowered, features, scores.slice(0, explained)) } : {}),
      ...(explanations.includes('input_gradient') ? { input_gradient: inputGradient(lowered, input, score) } : {}),
    });
    const needed = [...(explanations.includes('gradcam') ? [features, ...scores] : []), ...(explanations.includes('input_gradient') ? [score] : [])];
    return { tape, outputs: { logits }, needed, derive };
  };
  return compileForAnyBatch(plan, weights, options.metadata);
}
