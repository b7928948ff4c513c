import type { StateDict } from '../checkpoint/index.ts';
import { declarations, inputName, trace, type Network } from '../layers/scope.ts';
import { weightsOf } from '../layers/state.ts';
import { InferenceModel, type Feed, type Result } from '../runtime/inference-model.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { nchw } from '../tensor.ts';
import { NnError } from '../errors.ts';
import { compileClassifier, type ClassifierOptions } from './classifier.ts';
import type { Explainable } from './explanations.ts';

/** What is seen of a batch, `N` pictures. */
export interface Explanation {
  /** `[N, classes]` */
  readonly logits: Result;
  /** `[N, classes]`, a softmax */
  readonly probabilities: Result;
  /** `[N, classes, h, w]`, at least 0: Grad-CAM (Selvaraju et al. 2017, eq. 1 and 2). */
  readonly gradCam: Result;
  /** In the input's shape: the gradient of the positive class's logit. */
  readonly inputGradient: Result;
}

/**
 * Explains what a network says of a batch: compiles it, runs it once, and lets it go. Many batches go quicker through a
 * model that {@link compileClassifier} made once.
 * @param input `[N, C, H, W]`
 * @throws NnError BAD_CHECKPOINT when the state does not fit the network, BAD_INPUT when the numbers do not fill the shape
 */
export async function explain(
  network: Network<Explainable>,
  state: StateDict,
  input: Feed,
  options: Pick<ClassifierOptions, 'explainedClasses' | 'positive'> & { readonly threads?: number; readonly runtime?: Runtime } = {},
): Promise<Explanation> {
  const { threads, runtime, ...classifier } = options;
  const [, c, h, w] = nchw(input.shape, 'An input to be explained');
  const weights = weightsOf(declarations(trace(network, [1, c, h, w], { training: false }).tape), state);
  const onnx = compileClassifier(network, [c, h, w], weights, { ...classifier, explain: true });
  const model = await InferenceModel.load(onnx, { ...(threads === undefined ? {} : { threads }), ...(runtime === undefined ? {} : { runtime }) });
  try {
    const results = await model.run({ [inputName]: input });
    const result = (name: string): Result => {
      const found = results[name];
      if (found === undefined) throw new NnError('BAD_MODEL', `The model gives no ${name}.`);
      return found;
    };
    return { logits: result('logits'), probabilities: result('probabilities'), gradCam: result('gradcam'), inputGradient: result('input_gradient') };
  } finally {
    await model.close();
  }
}
