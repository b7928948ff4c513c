import type { InferenceSession } from 'onnxruntime-common';
import { NnError } from '../errors.ts';
import { loadRuntime, runtimeError, tensorOf, type Numbers, type Runtime, type SessionOptions } from './runtime.ts';

/** A result: its shape, and its numbers, which are the caller's. */
export interface Result {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** An input of a run. */
export interface Feed {
  readonly shape: readonly number[];
  readonly data: Numbers;
}

/** An inference model that is loaded and can be run, in this thread. */
export class InferenceModel {
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;

  private constructor(runtime: Runtime, session: InferenceSession) {
    this.#runtime = runtime;
    this.#session = session;
  }

  /**
   * Loads an ONNX file's bytes.
   * @param runtime `onnxruntime-node` unless given; a browser passes `onnxruntime-web`
   * @throws NnError BAD_MODEL for a file that is no model
   */
  static async load(onnx: Uint8Array<ArrayBuffer>, options: SessionOptions & { readonly runtime?: Runtime } = {}): Promise<InferenceModel> {
    const runtime = options.runtime ?? (await loadRuntime());
    try {
      const session = await runtime.InferenceSession.create(onnx, {
        graphOptimizationLevel: 'all',
        logSeverityLevel: 4,
        ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      });
      return new InferenceModel(runtime, session);
    } catch (error) {
      throw runtimeError(error, 'Loading the model');
    }
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  /** Runs the model. @throws NnError BAD_MODEL for inputs that do not fit, OUT_OF_MEMORY */
  async run(feeds: Readonly<Record<string, Feed>>): Promise<Readonly<Record<string, Result>>> {
    const tensors = Object.fromEntries(Object.entries(feeds).map(([name, { shape, data }]) => [name, tensorOf(this.#runtime, data, shape)]));
    const results = await this.#session.run(tensors).catch((error: unknown) => {
      throw runtimeError(error, 'Running the model');
    });
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => {
      if (!(tensor.data instanceof Float32Array)) throw new NnError('BAD_MODEL', `${name} is not made of single-precision numbers.`);
      return [name, { shape: tensor.dims, data: new Float32Array(tensor.data) }];
    }));
  }

  /** Frees its memory. */
  async close(): Promise<void> {
    await this.#session.release();
  }
}
