import type { Feed, Result } from '../runtime/inference-model.ts';
import type { SessionOptions } from '../runtime/runtime.ts';
import { NetworkThread } from './network-thread.ts';

/** An {@link InferenceModel} in a thread of its own, for a server that must stay able to answer. Runs are done in order. */
export class InferenceWorker {
  readonly #thread: NetworkThread;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];

  private constructor(thread: NetworkThread, inputNames: readonly string[], outputNames: readonly string[]) {
    this.#thread = thread;
    this.inputNames = inputNames;
    this.outputNames = outputNames;
  }

  /** Starts the thread and loads an ONNX file's bytes there. @throws NnError as `InferenceModel.load` */
  static async load(onnx: Uint8Array<ArrayBuffer>, options: SessionOptions = {}): Promise<InferenceWorker> {
    const thread = await NetworkThread.start();
    try {
      const { inputNames, outputNames } = await thread.ask({ kind: 'load', onnx, options }, 'loaded');
      return new InferenceWorker(thread, inputNames, outputNames);
    } catch (error) {
      await thread.close();
      throw error;
    }
  }

  /** As `InferenceModel.run`; the inputs are copied. @throws NnError as there; ENVIRONMENT when the thread died */
  async run(feeds: Readonly<Record<string, Feed>>): Promise<Readonly<Record<string, Result>>> {
    return (await this.#thread.ask({ kind: 'run', feeds }, 'results')).results;
  }

  /** Frees the model and ends the thread, after the run that has begun. */
  async close(): Promise<void> {
    await this.#thread.close();
  }
}
