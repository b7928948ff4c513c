import { fromFloat32, toFloat32, type StateDict, type StateTensor } from '../checkpoint/index.ts';
import type { TrainingProgram } from '../compile/training.ts';
import { NnError } from '../errors.ts';
import { StepSession } from '../runtime/step-session.ts';
import type { Numbers, SessionOptions } from '../runtime/runtime.ts';
import { applyOptimiser, checkOptimiser, gradientNorm, momentNames, type OptimiserOptions, type Slot } from './optimiser.ts';
import { rateAt, type RateOptions } from './schedule.ts';

export interface TrainerOptions extends SessionOptions {
  readonly optimiser: OptimiserOptions;
  readonly rate: RateOptions;
  /** Masks of dropout and stochastic depth are drawn from it. */
  readonly seed: number;
  /** Gradients longer than this, taken as one vector, are shortened to it (`clip_grad_norm_`). */
  readonly clipNorm?: number;
  /** Keeps a moving average of the weights: average ← decay · average + (1 − decay) · weights. */
  readonly averageDecay?: number;
}

/** The numbers of a batch, by input name. */
export type Batch = Readonly<Record<string, Numbers>>;

/** What a training step says. */
export interface StepReport {
  /** Optimiser steps done, this one included. */
  readonly step: number;
  /** Mean over the micro-batches. */
  readonly loss: number;
  readonly rate: number;
  /** Before clipping; measured only when clipping is asked for. */
  readonly gradientNorm: number | undefined;
  /** Of each micro-batch, the outputs that the program reports. */
  readonly outputs: readonly Readonly<Record<string, Float32Array<ArrayBuffer>>>[];
}

const stepKey = 'trainer.step';

/**
 * Trains a compiled step: weights, optimiser, statistics and averages live here, as numbers that never leave unless asked for.
 * The same program, state, options and batches give the same weights, bit for bit.
 */
export class Trainer {
  readonly #session: StepSession;
  readonly #options: TrainerOptions;
  readonly #weights: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  readonly #counters: Map<string, bigint>;
  readonly #rest: ReadonlyMap<string, StateTensor>;
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #averages: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  #step = 0;

  private constructor(session: StepSession, state: StateDict, options: TrainerOptions) {
    checkOptimiser(options.optimiser);
    rateAt(options.rate, 0);
    this.#session = session;
    this.#options = options;
    const { program } = session;
    const weights = new Map<string, Float32Array<ArrayBuffer>>();
    const ported = new Set([...program.states.map(({ name }) => name), ...program.statistics.map(({ buffer }) => buffer)]);
    for (const name of ported) {
      const tensor = state.get(name);
      if (tensor === undefined) throw new NnError('BAD_CHECKPOINT', `The weights lack ${name}.`);
      weights.set(name, toFloat32(tensor));
    }
    this.#weights = weights;
    this.#counters = new Map(program.counters.map((name) => {
      const tensor = state.get(name);
      return [name, tensor === undefined ? 0n : BigInt(toFloat32(tensor)[0] ?? 0)];
    }));
    this.#rest = new Map([...state].filter(([name]) => !ported.has(name) && !this.#counters.has(name)));
    const moments = momentNames(options.optimiser);
    this.#slots = new Map(program.states.flatMap(({ name, gradient }): [string, Slot][] => {
      const weight = weights.get(name);
      if (gradient === undefined || weight === undefined) return [];
      return [[name, { weight, gradient: session.gradient(name), moments: moments.map(() => new Float32Array(weight.length)) }]];
    }));
    this.#averages = options.averageDecay === undefined ? new Map() : new Map([...weights].map(([name, numbers]) => [name, numbers.slice()]));
  }

  /**
   * @param state a state dict with everything that the program reads
   * @throws NnError BAD_CHECKPOINT when something is missing or of another size, BAD_INPUT for settings out of range
   */
  static async create(program: TrainingProgram, state: StateDict, options: TrainerOptions): Promise<Trainer> {
    return new Trainer(await StepSession.create(program, options), state, options);
  }

  /** Optimiser steps done. */
  get steps(): number {
    return this.#step;
  }

  /**
   * One step of the optimiser, over the mean gradient of the micro-batches.
   * @throws NnError DIVERGED when the loss or a gradient is not a number: the weights are then those before the step
   */
  async step(batches: readonly Batch[]): Promise<StepReport> {
    const { seed, clipNorm, rate: rateOptions, optimiser } = this.#options;
    const rate = rateAt(rateOptions, this.#step);
    const statistics: ReadonlyMap<string, Float32Array<ArrayBuffer>>[] = [];
    const outputs: Readonly<Record<string, Float32Array<ArrayBuffer>>>[] = [];
    let loss = 0;
    const sums = batches.length > 1 ? [...this.#slots.values()].map(({ gradient }) => new Float32Array(gradient.length)) : [];
    for (const [index, batch] of batches.entries()) {
      const result = await this.#session.run(this.#weights, batch, [seed, this.#step, index]);
      if (!Number.isFinite(result.loss)) throw this.#diverged(`the loss is ${result.loss}`);
      loss += result.loss / batches.length;
      statistics.push(result.statistics);
      outputs.push(result.outputs);
      if (batches.length > 1) addGradients(sums, this.#slots, index === batches.length - 1);
    }
    const slots = [...this.#slots.values()];
    const share = 1 / batches.length;
    const norm = clipNorm === undefined ? undefined : gradientNorm(slots, share);
    if (norm !== undefined && !Number.isFinite(norm)) throw this.#diverged(`the gradient's length is ${norm}`);
    // torch.nn.utils.clip_grad_norm_ divides by norm + 1e-6.
    const shortened = norm !== undefined && clipNorm !== undefined ? Math.min(1, clipNorm / (norm + 1e-6)) : 1;
    this.#step += 1;
    for (const slot of slots) applyOptimiser(optimiser, slot, rate, this.#step, share * shortened);
    for (const batchStatistics of statistics) this.#moveStatistics(batchStatistics);
    this.#moveAverages();
    return { step: this.#step, loss, rate, gradientNorm: norm, outputs };
  }

  #diverged(what: string): NnError {
    return new NnError('DIVERGED', `Training diverged at step ${this.#step + 1}: ${what}. The weights are those of step ${this.#step}.`, {
      hint: 'Lower the learning rate, warm it up, or clip the gradients.',
    });
  }

  #moveStatistics(statistics: ReadonlyMap<string, Float32Array<ArrayBuffer>>): void {
    for (const { buffer, momentum, factor } of this.#session.program.statistics) {
      const running = this.#weights.get(buffer);
      const batch = statistics.get(buffer);
      if (running === undefined || batch === undefined) continue;
      for (let i = 0; i < running.length; i++) running[i] = (1 - momentum) * (running[i] as number) + momentum * factor * (batch[i] as number);
    }
    for (const [name, count] of this.#counters) this.#counters.set(name, count + 1n);
  }

  #moveAverages(): void {
    const decay = this.#options.averageDecay ?? 0;
    for (const [name, average] of this.#averages) {
      const weight = this.#weights.get(name);
      if (weight === undefined) continue;
      for (let i = 0; i < average.length; i++) average[i] = decay * (average[i] as number) + (1 - decay) * (weight[i] as number);
    }
  }

  /** The network's state dict now, or its moving average. A copy. */
  state(which: 'weights' | 'average' = 'weights'): StateDict {
    const source = which === 'average' ? this.#averages : this.#weights;
    if (which === 'average' && source.size === 0) throw new NnError('BAD_INPUT', 'No moving average of the weights was asked for.');
    const shapes = new Map(this.#session.program.states.map(({ name, shape }) => [name, shape]));
    for (const { buffer, shape } of this.#session.program.statistics) shapes.set(buffer, shape);
    return new Map([
      ...this.#rest,
      ...[...source].map(([name, numbers]): [string, StateTensor] => [name, fromFloat32(numbers, shapes.get(name) ?? [numbers.length])]),
      ...[...this.#counters].map(([name, count]): [string, StateTensor] => [name, { type: 'int64', shape: [], bytes: new Uint8Array(BigInt64Array.of(count).buffer) }]),
    ]);
  }

  /** Everything that going on needs: the state dict under `model.`, the optimiser's moments, the averages, the step. A copy. */
  snapshot(): StateDict {
    const moments = momentNames(this.#options.optimiser);
    return new Map<string, StateTensor>([
      ...[...this.state()].map(([name, tensor]): [string, StateTensor] => [`model.${name}`, tensor]),
      ...[...this.#slots].flatMap(([name, slot]) => slot.moments.map((numbers, i): [string, StateTensor] => [`optimiser.${moments[i] ?? i}.${name}`, fromFloat32(numbers, [numbers.length])])),
      ...[...this.#averages].map(([name, numbers]): [string, StateTensor] => [`average.${name}`, fromFloat32(numbers, [numbers.length])]),
      [stepKey, { type: 'int64', shape: [], bytes: new Uint8Array(BigInt64Array.of(BigInt(this.#step)).buffer) }],
    ]);
  }

  /**
   * Goes back to a snapshot, after which training continues as if it had never stopped.
   * @throws NnError BAD_CHECKPOINT when the snapshot is of another network or optimiser; nothing is then changed
   */
  restore(snapshot: StateDict): void {
    const moments = momentNames(this.#options.optimiser);
    const targets = new Map<string, Float32Array<ArrayBuffer>>([
      ...[...this.#weights].map(([name, numbers]): [string, Float32Array<ArrayBuffer>] => [`model.${name}`, numbers]),
      ...[...this.#slots].flatMap(([name, slot]) => slot.moments.map((numbers, i): [string, Float32Array<ArrayBuffer>] => [`optimiser.${moments[i] ?? i}.${name}`, numbers])),
      ...[...this.#averages].map(([name, numbers]): [string, Float32Array<ArrayBuffer>] => [`average.${name}`, numbers]),
    ]);
    const read = (name: string, length: number): Float32Array<ArrayBuffer> => {
      const tensor = snapshot.get(name);
      const numbers = tensor === undefined ? undefined : toFloat32(tensor);
      if (numbers?.length !== length) throw new NnError('BAD_CHECKPOINT', `The snapshot's ${name} has ${numbers?.length ?? 'no'} numbers where this run has ${length}.`);
      return numbers;
    };
    const values = new Map([...targets].map(([name, numbers]) => [name, read(name, numbers.length)]));
    const step = read(stepKey, 1);
    const counters = [...this.#counters.keys()].map((name) => [name, BigInt(read(`model.${name}`, 1)[0] ?? 0)] as const);
    for (const [name, numbers] of values) targets.get(name)?.set(numbers);
    for (const [name, count] of counters) this.#counters.set(name, count);
    this.#step = step[0] ?? 0;
  }

  /** Frees the session's memory. */
  async close(): Promise<void> {
    await this.#session.close();
  }
}

/** Adds this micro-batch's gradients to the sums; at the last one the sums take the gradients' place. */
function addGradients(sums: readonly Float32Array<ArrayBuffer>[], slots: ReadonlyMap<string, Slot>, last: boolean): void {
  let place = 0;
  for (const { gradient } of slots.values()) {
    const sum = sums[place++];
    if (sum === undefined) continue;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (gradient[i] as number);
    if (last) gradient.set(sum);
  }
}
