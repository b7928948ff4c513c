import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { outputName, type Program } from '../compile/program.ts';
import { NnError } from '../errors.ts';
import { fillMask } from '../random.ts';
import { formatShape, sizeOf, type Shape } from '../tensor.ts';
import { channelsPerBlock } from './channel-blocks.ts';
import { checkMemory } from './memory.ts';
import { loadRuntime, runtimeError, tensorOf, type Numbers, type Runtime, type SessionOptions } from './runtime.ts';

/** The numbers of a batch, by input name. */
export type Batch = Readonly<Record<string, Numbers>>;

/** What one run of a program gives. The numbers are the caller's. */
export interface RunResult {
  /** By buffer: the batch's statistic. */
  readonly statistics: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  /** By the name under which it was asked for. */
  readonly outputs: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
}

/** A compiled program that is loaded, in this thread. Results land in arrays that stay the same from run to run. */
export class ProgramSession {
  readonly program: Program;
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;
  readonly #results = new Map<string, Float32Array<ArrayBuffer>>();
  readonly #fetches: Record<string, Tensor> = {};
  readonly #masks: readonly { readonly name: string; readonly shape: Shape; readonly keep: number; readonly numbers: Float32Array<ArrayBuffer> }[];

  private constructor(program: Program, runtime: Runtime, session: InferenceSession) {
    this.program = program;
    this.#runtime = runtime;
    this.#session = session;
    for (const { name, shape } of program.results) {
      const numbers = new Float32Array(sizeOf(shape));
      this.#results.set(name, numbers);
      this.#fetches[name] = tensorOf(runtime, numbers, shape);
    }
    this.#masks = program.masks.map((mask) => ({ ...mask, numbers: new Float32Array(sizeOf(mask.shape)) }));
  }

  /**
   * @throws NnError OUT_OF_MEMORY when the program would need more than there is, BAD_MODEL when the runtime refuses the
   *   graph, ENVIRONMENT when there is no runtime
   */
  static async create(program: Program, options: SessionOptions = {}): Promise<ProgramSession> {
    const runtime = await loadRuntime();
    const block = await channelsPerBlock(runtime);
    const { onnx, peakBytes } = program.blocked.find(({ channels }) => channels === block) ?? program;
    checkMemory(peakBytes, options.memoryLimit);
    try {
      const session = await runtime.InferenceSession.create(onnx, {
        graphOptimizationLevel: 'extended',
        logSeverityLevel: 4,
        // A memory plan is made in the first run and takes its own block beside the first run's memory: 3.3 GB for 1.9.
        enableMemPattern: false,
        ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      });
      return new ProgramSession(program, runtime, session);
    } catch (error) {
      throw runtimeError(error, 'Preparing a network');
    }
  }

  /** The array in which an output of the graph lands, by its name there: a gradient, the loss. It changes with every run. */
  result(name: string): Float32Array<ArrayBuffer> {
    const numbers = this.#results.get(name);
    if (numbers === undefined) throw new NnError('BAD_MODEL', `The program does not give ${name}.`);
    return numbers;
  }

  /**
   * Runs the program.
   * @param weights the state, of which the program reads what it needs
   * @param maskKey seeds the masks: the same key draws the same
   * @throws NnError BAD_INPUT when the batch lacks an input or has one of another size or type, OUT_OF_MEMORY
   */
  async run(weights: ReadonlyMap<string, Float32Array<ArrayBuffer>>, batch: Batch, maskKey: readonly (string | number)[]): Promise<RunResult> {
    const { program } = this;
    const feeds: Record<string, Tensor> = {};
    const feed = (name: string, numbers: Numbers | undefined, shape: Shape, who: string) => {
      if (numbers?.length !== sizeOf(shape)) throw new NnError('BAD_INPUT', `${who} ${name} has ${numbers?.length ?? 'no'} numbers where ${formatShape(shape)} needs ${sizeOf(shape)}.`);
      feeds[name] = tensorOf(this.#runtime, numbers, shape);
    };
    for (const { name, shape, dtype } of program.inputs) {
      const numbers = batch[name];
      if (numbers !== undefined && numbers instanceof Float32Array !== (dtype === 'float32')) throw new NnError('BAD_INPUT', `The batch's ${name} holds numbers of another type than ${dtype}.`);
      feed(name, numbers, shape, "The batch's");
    }
    for (const { name, shape } of program.states) feed(name, weights.get(name), shape, "The weights'");
    for (const { name, shape, keep, numbers } of this.#masks) feed(name, fillMask(numbers, keep, ...maskKey, name), shape, 'The mask');
    try {
      await this.#session.run(feeds, this.#fetches);
    } catch (error) {
      throw runtimeError(error, 'Running a network');
    }
    return {
      statistics: new Map(program.statistics.map(({ buffer, output }) => [buffer, this.result(output).slice()])),
      outputs: Object.fromEntries(program.outputs.map(({ name }) => [name, this.result(outputName(name)).slice()])),
    };
  }

  /** Frees its memory. */
  async close(): Promise<void> {
    await this.#session.release();
  }
}
