import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { TrainingProgram } from '../compile/training.ts';
import { NnError } from '../errors.ts';
import { numberSource } from '../random.ts';
import { formatShape, sizeOf } from '../tensor.ts';
import { loadRuntime, runtimeError, tensorOf, type Numbers, type Runtime, type SessionOptions } from './runtime.ts';

/** What one run of a training step gives. */
export interface RunResult {
  readonly loss: number;
  /** By buffer: the batch's statistic. */
  readonly statistics: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  readonly outputs: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
}

/** 1/keep with probability keep, else 0. */
function drawMask(length: number, keep: number, key: readonly (string | number)[]): Float32Array<ArrayBuffer> {
  const source = numberSource(0, ...key);
  const mask = new Float32Array(length);
  for (let i = 0; i < length; i++) mask[i] = source.uniform() < keep ? 1 / keep : 0;
  return mask;
}

/** A compiled training step that is loaded; gradients land in arrays that stay the same from run to run. */
export class StepSession {
  readonly program: TrainingProgram;
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;
  readonly #outputs = new Map<string, Float32Array<ArrayBuffer>>();
  readonly #fetches: Record<string, Tensor> = {};

  private constructor(program: TrainingProgram, runtime: Runtime, session: InferenceSession) {
    this.program = program;
    this.#runtime = runtime;
    this.#session = session;
    const prepare = (name: string, shape: readonly number[]) => {
      const numbers = new Float32Array(sizeOf(shape));
      this.#outputs.set(name, numbers);
      this.#fetches[name] = tensorOf(runtime, numbers, shape);
    };
    prepare(program.loss, []);
    for (const { output, shape } of program.statistics) prepare(output, shape);
    for (const { name, shape } of program.outputs) prepare(`output:${name}`, shape);
    for (const { gradient, shape } of program.states) if (gradient !== undefined) prepare(gradient, shape);
  }

  /** @throws NnError BAD_MODEL when the runtime refuses the graph, ENVIRONMENT when there is no runtime */
  static async create(program: TrainingProgram, options: SessionOptions = {}): Promise<StepSession> {
    const runtime = await loadRuntime();
    try {
      const session = await runtime.InferenceSession.create(program.onnx, {
        graphOptimizationLevel: 'extended',
        logSeverityLevel: 4,
        ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      });
      return new StepSession(program, runtime, session);
    } catch (error) {
      throw runtimeError(error, 'Preparing the training step');
    }
  }

  /** The array in which a parameter's gradient lands. */
  gradient(parameter: string): Float32Array<ArrayBuffer> {
    return this.#output(`gradient:${parameter}`);
  }

  #output(name: string): Float32Array<ArrayBuffer> {
    const numbers = this.#outputs.get(name);
    if (numbers === undefined) throw new NnError('BAD_MODEL', `The training step does not give ${name}.`);
    return numbers;
  }

  /**
   * Runs forward and backward.
   * @param maskKey seeds the masks: the same key draws the same
   * @throws NnError BAD_INPUT when the batch lacks an input or has another size, OUT_OF_MEMORY
   */
  async run(weights: ReadonlyMap<string, Float32Array<ArrayBuffer>>, batch: Readonly<Record<string, Numbers>>, maskKey: readonly (string | number)[]): Promise<RunResult> {
    const feeds: Record<string, Tensor> = {};
    const feed = (name: string, numbers: Numbers | undefined, shape: readonly number[], what: string) => {
      if (numbers?.length !== sizeOf(shape)) throw new NnError('BAD_INPUT', `${what} ${name} has ${numbers?.length ?? 'no'} numbers where ${formatShape(shape)} needs ${sizeOf(shape)}.`);
      feeds[name] = tensorOf(this.#runtime, numbers, shape);
    };
    for (const { name, shape } of this.program.inputs) feed(name, batch[name], shape, 'The batch:');
    for (const { name, shape } of this.program.states) feed(name, weights.get(name), shape, 'The weights:');
    for (const { name, shape, keep } of this.program.masks) feed(name, drawMask(sizeOf(shape), keep, [...maskKey, name]), shape, 'The mask');
    await this.#session.run(feeds, this.#fetches).catch((error: unknown) => {
      throw runtimeError(error, 'A training step');
    });
    return {
      loss: this.#output(this.program.loss)[0] ?? NaN,
      statistics: new Map(this.program.statistics.map(({ buffer, output }) => [buffer, this.#output(output).slice()])),
      outputs: Object.fromEntries(this.program.outputs.map(({ name }) => [name, this.#output(`output:${name}`).slice()])),
    };
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}
