import { fromFloat32, toFloat32, type StateDict, type StateTensor } from '../checkpoint/index.ts';
import type { TrainingProgram } from '../compile/training.ts';
import { NnError } from '../errors.ts';
import { ProgramSession, type Batch } from '../runtime/program-session.ts';
import { runtimeError, type SessionOptions } from '../runtime/runtime.ts';
import { formatShape, sameShape, type Shape } from '../tensor.ts';
import { moveTowards } from './momentum.ts';
import { applyOptimiser, checkOptimiser, gradientNorm, momentNames, type OptimiserOptions, type Slot } from './optimiser.ts';
import { rateAt, type RateOptions } from './schedule.ts';
import { moveStatistics } from './statistics.ts';
import { countTensor, readCount, readNumbers } from './snapshot.ts';

export interface TrainerOptions extends SessionOptions {
  readonly optimiser: OptimiserOptions;
  readonly rate: RateOptions;
  /** Masks of dropout and stochastic depth are drawn from it. */
  readonly seed: number;
  /** Gradients longer than this, taken as one vector, are shortened to it (`clip_grad_norm_`). */
  readonly clipNorm?: number;
  /** Keeps a moving average of the weights and running statistics: average ← decay · average + (1 − decay) · weights. */
  readonly averageDecay?: number;
}

/** What a training step says. */
export interface StepReport {
  /** Optimiser steps done, this one included. */
  readonly step: number;
  /** Mean over the micro-batches. */
  readonly loss: number;
  readonly rate: number;
  /** Length of the mean gradient, before clipping. */
  readonly gradientNorm: number;
  /** Of each micro-batch, the outputs that the program reports. */
  readonly outputs: readonly Readonly<Record<string, Float32Array<ArrayBuffer>>>[];
}

export interface StepOptions {
  /** An `AbortSignal`, or whatever says the same. It is looked at before each micro-batch and before the weights are moved. */
  readonly signal?: { readonly aborted: boolean };
}

const stepKey = 'trainer.step';

/**
 * Trains a compiled step: weights, optimiser, statistics and averages live here, as numbers that never leave unless asked for.
 * The same program, state, options and batches give the same weights, bit for bit. A step that throws has changed nothing.
 */
export class Trainer {
  readonly #session: ProgramSession;
  readonly #program: TrainingProgram;
  readonly #options: TrainerOptions;
  /** The state dict as it was given, in its order; what training moves is in the maps below. */
  readonly #given: Map<string, StateTensor>;
  readonly #shapes = new Map<string, Shape>();
  readonly #weights = new Map<string, Float32Array<ArrayBuffer>>();
  readonly #counters: Map<string, bigint>;
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #averages: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  /** Where the gradients of micro-batches are added up, in the order of the slots. */
  #sums: readonly Float32Array<ArrayBuffer>[] | undefined;
  #step = 0;
  #running = false;

  private constructor(session: ProgramSession, program: TrainingProgram, state: StateDict, options: TrainerOptions) {
    this.#session = session;
    this.#program = program;
    this.#options = options;
    this.#given = new Map(state);
    for (const { name, shape } of program.states) this.#shapes.set(name, shape);
    for (const { buffer, shape } of program.statistics) this.#shapes.set(buffer, shape);
    for (const [name, shape] of this.#shapes) {
      const tensor = state.get(name);
      if (tensor === undefined) throw new NnError('BAD_CHECKPOINT', `The weights lack ${name}.`);
      if (!sameShape(tensor.shape, shape)) throw new NnError('BAD_CHECKPOINT', `${name} has the shape ${formatShape(tensor.shape)} in the weights and ${formatShape(shape)} in the network.`);
      this.#weights.set(name, toFloat32(tensor));
    }
    this.#counters = new Map(program.counters.map((name) => [name, state.has(name) ? readCount(state, name) : 0n]));
    const moments = momentNames(options.optimiser);
    this.#slots = new Map(Object.entries(program.gradients).flatMap(([name, gradient]): [string, Slot][] => {
      const weight = this.#weights.get(name);
      return weight === undefined ? [] : [[name, { weight, gradient: session.result(gradient), moments: moments.map(() => new Float32Array(weight.length)) }]];
    }));
    this.#averages = options.averageDecay === undefined ? new Map() : new Map([...this.#weights].map(([name, numbers]) => [name, numbers.slice()]));
  }

  /**
   * @param state a state dict with everything that the program reads; what it does not read is handed through
   * @throws NnError BAD_CHECKPOINT when something is missing or of another shape, BAD_INPUT for settings out of range,
   *   OUT_OF_MEMORY when the program would need more than there is
   */
  static async create(program: TrainingProgram, state: StateDict, options: TrainerOptions): Promise<Trainer> {
    checkOptimiser(options.optimiser);
    rateAt(options.rate, 0);
    const { averageDecay, clipNorm } = options;
    if (averageDecay !== undefined && !(averageDecay >= 0 && averageDecay < 1)) throw new NnError('BAD_INPUT', `A moving average's decay of ${averageDecay} is not in [0, 1).`);
    if (clipNorm !== undefined && !(clipNorm > 0)) throw new NnError('BAD_INPUT', `Gradients cannot be clipped to a length of ${clipNorm}.`);
    const session = await ProgramSession.create(program, options);
    try {
      return new Trainer(session, program, state, options);
    } catch (error) {
      await session.close();
      throw error instanceof NnError ? error : runtimeError(error, 'Preparing to train');
    }
  }

  /** Optimiser steps done. */
  get steps(): number {
    return this.#step;
  }

  /**
   * One step of the optimiser, over the mean gradient of the micro-batches.
   * @throws NnError DIVERGED when the loss, a gradient or a batch statistic is not a finite number, CANCELLED when the
   *   signal says so, BAD_INPUT for a batch that does not fit, OUT_OF_MEMORY: the weights are then those before the step
   */
  async step(batches: readonly Batch[], { signal }: StepOptions = {}): Promise<StepReport> {
    if (batches.length === 0) throw new NnError('BAD_INPUT', 'A training step needs at least one batch.');
    if (this.#running) throw new NnError('BAD_INPUT', 'A training step was asked for while another one runs.', { hint: 'Await each step.' });
    this.#running = true;
    try {
      return await this.#stepOver(batches, () => {
        if (signal?.aborted === true) throw new NnError('CANCELLED', `Training was cancelled after step ${this.#step}.`);
      });
    } finally {
      this.#running = false;
    }
  }

  async #stepOver(batches: readonly Batch[], checkCancelled: () => void): Promise<StepReport> {
    const { seed, clipNorm, rate: rateOptions, optimiser } = this.#options;
    const slots = [...this.#slots.values()];
    const statistics: ReadonlyMap<string, Float32Array<ArrayBuffer>>[] = [];
    const outputs: Readonly<Record<string, Float32Array<ArrayBuffer>>>[] = [];
    let loss = 0;
    for (const [index, batch] of batches.entries()) {
      checkCancelled();
      const result = await this.#session.run(this.#weights, batch, [seed, this.#step, index]);
      const part = this.#session.result(this.#program.loss)[0] ?? NaN;
      if (!Number.isFinite(part)) throw this.#diverged(`the loss is ${part}`);
      for (const [name, numbers] of result.statistics) if (!numbers.every(Number.isFinite)) throw this.#diverged(`a batch statistic of ${name} is not a finite number`);
      loss += part / batches.length;
      statistics.push(result.statistics);
      outputs.push(result.outputs);
      if (batches.length > 1) this.#accumulate(slots, index === 0, index === batches.length - 1);
    }
    checkCancelled();
    const share = 1 / batches.length;
    const norm = gradientNorm(slots.map(({ gradient }) => gradient)) * share;
    if (!Number.isFinite(norm)) throw this.#diverged(`the gradient's length is ${norm}`);
    // torch.nn.utils.clip_grad_norm_ divides by norm + 1e-6.
    const shortened = clipNorm === undefined ? 1 : Math.min(1, clipNorm / (norm + 1e-6));
    const rate = rateAt(rateOptions, this.#step);
    this.#step += 1;
    for (const slot of slots) applyOptimiser(optimiser, slot, rate, this.#step, share * shortened);
    for (const batchStatistics of statistics) {
      moveStatistics(this.#program.statistics, this.#weights, batchStatistics);
      for (const [name, count] of this.#counters) this.#counters.set(name, count + 1n);
    }
    for (const [name, average] of this.#averages) moveTowards(average, this.#weights.get(name) ?? average, this.#options.averageDecay ?? 0);
    return { step: this.#step, loss, rate, gradientNorm: norm, outputs };
  }

  /** Adds this micro-batch's gradients to the sums; at the last one the gradients become the whole sums. */
  #accumulate(slots: readonly Slot[], first: boolean, last: boolean): void {
    this.#sums ??= slots.map(({ gradient }) => new Float32Array(gradient.length));
    slots.forEach(({ gradient }, place) => {
      const sum = this.#sums?.[place];
      if (sum === undefined) return;
      if (first) {
        sum.set(gradient);
        return;
      }
      const target = last ? gradient : sum;
      for (let i = 0; i < sum.length; i++) target[i] = (sum[i] as number) + (gradient[i] as number);
    });
  }

  #diverged(what: string): NnError {
    return new NnError('DIVERGED', `Training diverged at step ${this.#step + 1}: ${what}. The weights are those of step ${this.#step}.`, {
      hint: 'Lower the learning rate, warm it up, or clip the gradients.',
    });
  }

  /**
   * The network's state dict now, or its moving average, in the order of the one that training started from. A copy.
   * @throws NnError BAD_INPUT when an average is asked for that is not kept
   */
  state(which: 'weights' | 'average' = 'weights'): StateDict {
    const source = which === 'average' ? this.#averages : this.#weights;
    if (which === 'average' && this.#options.averageDecay === undefined) throw new NnError('BAD_INPUT', 'No moving average of the weights is kept.');
    const names = new Set([...this.#given.keys(), ...this.#weights.keys(), ...this.#counters.keys()]);
    return new Map([...names].flatMap((name): [string, StateTensor][] => {
      const numbers = source.get(name);
      if (numbers !== undefined) return [[name, fromFloat32(numbers.slice(), this.#shapes.get(name) ?? [numbers.length])]];
      const count = this.#counters.get(name);
      if (count !== undefined) return [[name, countTensor(count)]];
      const given = this.#given.get(name);
      return given === undefined ? [] : [[name, { ...given, bytes: new Uint8Array(given.bytes) }]];
    }));
  }

  /** The arrays beside the weights that going on needs, by their names in a snapshot. */
  #memory(): ReadonlyMap<string, { readonly numbers: Float32Array<ArrayBuffer>; readonly shape: Shape }> {
    const shapeOf = (name: string, numbers: Float32Array<ArrayBuffer>) => this.#shapes.get(name) ?? [numbers.length];
    const moments = momentNames(this.#options.optimiser);
    return new Map([
      ...[...this.#slots].flatMap(([name, slot]) => slot.moments.map((numbers, i) => [`optimiser.${moments[i] ?? i}.${name}`, { numbers, shape: shapeOf(name, numbers) }] as const)),
      ...[...this.#averages].map(([name, numbers]) => [`average.${name}`, { numbers, shape: shapeOf(name, numbers) }] as const),
    ]);
  }

  /** Everything that going on needs: the state dict under `model.`, the optimiser's moments, the averages, the step. A copy. */
  snapshot(): StateDict {
    return new Map<string, StateTensor>([
      ...[...this.state()].map(([name, tensor]): [string, StateTensor] => [`model.${name}`, tensor]),
      ...[...this.#memory()].map(([name, { numbers, shape }]): [string, StateTensor] => [name, fromFloat32(numbers.slice(), shape)]),
      [stepKey, countTensor(BigInt(this.#step))],
    ]);
  }

  /**
   * Goes back to a snapshot, after which training continues as if it had never stopped.
   * @throws NnError BAD_CHECKPOINT when the snapshot is of another network or optimiser; nothing is then changed
   */
  restore(snapshot: StateDict): void {
    const targets = new Map([
      ...[...this.#weights].map(([name, numbers]) => [`model.${name}`, numbers] as const),
      ...[...this.#memory()].map(([name, { numbers }]) => [name, numbers] as const),
    ]);
    const given = [...this.#given.keys()].filter((name) => !this.#weights.has(name) && !this.#counters.has(name));
    const known = new Set([...targets.keys(), ...[...this.#counters.keys(), ...given].map((name) => `model.${name}`), stepKey]);
    const foreign = [...snapshot.keys()].find((name) => !known.has(name));
    if (foreign !== undefined) throw new NnError('BAD_CHECKPOINT', `The snapshot holds ${foreign}, which this run does not have.`, { hint: 'Resume with the network, optimiser and settings that the snapshot was made with.' });
    // All is read before anything is changed.
    const values = [...targets].map(([name, numbers]) => [numbers, readNumbers(snapshot, name, numbers.length)] as const);
    const counts = [...this.#counters.keys()].map((name) => [name, readCount(snapshot, `model.${name}`)] as const);
    const tensors = given.map((name) => {
      const tensor = snapshot.get(`model.${name}`);
      if (tensor === undefined) throw new NnError('BAD_CHECKPOINT', `The snapshot lacks model.${name}.`);
      return [name, tensor] as const;
    });
    const step = Number(readCount(snapshot, stepKey));
    for (const [numbers, value] of values) numbers.set(value);
    for (const [name, count] of counts) this.#counters.set(name, count);
    for (const [name, tensor] of tensors) this.#given.set(name, tensor);
    this.#step = step;
  }

  /** Frees the session's memory. */
  async close(): Promise<void> {
    await this.#session.close();
  }
}
