/** What a test asks of the page, and what comes back: plain values; bytes travel as base64. */
import type { Picture, PreprocessPlan } from '../../src/imaging/index.ts';
import type { ModelCard } from '../../src/models/inference.ts';

export interface PageCalls {
  decode(picture: string): Promise<{ readonly width: number; readonly height: number; readonly channels: Picture['channels']; readonly data: string }>;
  preprocess(picture: string, plan: PreprocessPlan): Promise<string>;
  /** The outputs of the model at an address, for the tensor of float32 at another. */
  run(model: string, tensor: string, shape: readonly number[]): Promise<Record<string, string>>;
  /** The whole way, by the plan that the model carries. */
  predict(model: string, picture: string): Promise<{ card: ModelCard; outputs: Record<string, string> }>;
  /** What opening a model says; `none` where it opens. */
  failure(model: string): Promise<string>;
}
