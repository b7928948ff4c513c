import { createRandom } from '../../base/index.ts';
import type { Architecture } from '../../models/index.ts';
import {
  compileForward,
  compileTrainingStep,
  enqueue,
  fromFloat32,
  infoNce,
  inputName,
  moveTowards,
  NnError,
  ProgramSession,
  toFloat32,
  trace,
  Trainer,
  type KeyQueue,
  type Program,
  type RateOptions,
  type StateDict,
  type StateTensor,
  type TrainingProgram,
} from '../../nn/index.ts';
import { contrastNetwork } from './network.ts';
import type { PretrainingPlan } from './plan.ts';

const inputs = { keys: 'keys', queue: 'queue' } as const;
const outputs = { queries: 'queries', keys: 'keys' } as const;
const keyPrefix = 'key.';
const queueName = 'queue.keys';
const oldestName = 'queue.oldest';

/** The query network's step: pictures `[batch, 3, size, size]`, keys `[batch, dimension]`, queue `[dimension, length]`; InfoNCE. */
function queryProgram(architecture: Architecture, plan: PretrainingPlan): TrainingProgram {
  const { batch, size, dimension, queue, temperature } = plan;
  const { tape, output } = trace(contrastNetwork(architecture, plan), [batch, 3, size, size], { training: true });
  const loss = infoNce(output.projection, tape.input(inputs.keys, [batch, dimension]), tape.input(inputs.queue, [dimension, queue]), temperature);
  return compileTrainingStep(tape, loss, { outputs: { [outputs.queries]: output.projection } });
}

/** The key network: one group of the batch at a time, with the group's own batch statistics. */
function keyProgram(architecture: Architecture, plan: PretrainingPlan): Program {
  const { batch, keyGroups, size } = plan;
  const { tape, output } = trace(contrastNetwork(architecture, plan), [batch / keyGroups, 3, size, size], { training: true });
  return compileForward(tape, { [outputs.keys]: output.projection });
}

/** A queue of random directions, as MoCo begins with. */
function drawQueue({ dimension, queue }: PretrainingPlan, seed: number): KeyQueue {
  const random = createRandom(seed).fork('queue');
  const keys = new Float32Array(dimension * queue);
  for (let k = 0; k < queue; k++) {
    const column = Array.from({ length: dimension }, () => random.normal());
    const length = Math.hypot(...column);
    column.forEach((value, d) => (keys[d * queue + k] = value / length));
  }
  return { keys, dimensions: dimension, length: queue, oldest: 0 };
}

/** How many queries `[n, d]` are nearer to their own key than to every key of the queue. */
function countNearest(queries: Float32Array, keys: Float32Array, { keys: others, dimensions, length }: KeyQueue): number {
  let nearest = 0;
  for (let q = 0; q < queries.length / dimensions; q++) {
    const query = queries.subarray(q * dimensions, (q + 1) * dimensions);
    const similarity = (numbers: Float32Array, start: number, step: number) => query.reduce((sum, value, d) => sum + value * (numbers[start + d * step] as number), 0);
    const own = similarity(keys, q * dimensions, 1);
    let beaten = false;
    for (let k = 0; k < length && !beaten; k++) beaten = similarity(others, k, length) >= own;
    if (!beaten) nearest += 1;
  }
  return nearest;
}

/** What a step says. */
export interface ContrastReport {
  readonly loss: number;
  readonly rate: number;
  /** How often a query's own key was the nearest, among it and the queue. */
  readonly accuracy: number;
}

/** What a step's randomness and size come from. */
export interface ContrastOptions {
  readonly plan: PretrainingPlan;
  readonly seed: number;
  readonly threads: number;
  readonly rate: RateOptions;
}

/**
 * Momentum contrast (He et al. 2020): a query network that is trained to find, by InfoNCE, the key of the same picture's
 * other view among a queue of keys; keys are made by a network that follows the query network slowly.
 * The same state, options and batches give the same weights, bit for bit.
 */
export class MomentumContrast {
  readonly #options: ContrastOptions;
  readonly #trainer: Trainer;
  readonly #keySession: ProgramSession;
  /** The key network's parameters, by name. Its running statistics are not kept: nothing uses them. */
  readonly #keyWeights: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  #queue: KeyQueue;

  private constructor(options: ContrastOptions, trainer: Trainer, keySession: ProgramSession) {
    this.#options = options;
    this.#trainer = trainer;
    this.#keySession = keySession;
    const state = trainer.state();
    this.#keyWeights = new Map(keySession.program.states.map(({ name }) => [name, numbersOf(state, name)]));
    this.#queue = drawQueue(options.plan, options.seed);
  }

  /**
   * @param state the architecture's, with the head: what both networks start from
   * @throws NnError as `Trainer.create` does
   */
  static async create(architecture: Architecture, state: StateDict, options: ContrastOptions): Promise<MomentumContrast> {
    const { plan, seed, threads, rate } = options;
    const trainer = await Trainer.create(queryProgram(architecture, plan), state, { optimiser: plan.optimiser, rate, seed, threads });
    try {
      return new MomentumContrast(options, trainer, await ProgramSession.create(keyProgram(architecture, plan), { threads }));
    } catch (error) {
      await trainer.close();
      throw error;
    }
  }

  /** Steps done. */
  get steps(): number {
    return this.#trainer.steps;
  }

  /**
   * One step. The key network moves first, then makes the keys.
   * @param queries,keys two views of the same pictures, `[batch, 3, size, size]` each
   * @throws NnError DIVERGED, OUT_OF_MEMORY
   */
  async step(queries: Float32Array<ArrayBuffer>, keys: Float32Array<ArrayBuffer>): Promise<ContrastReport> {
    const { plan } = this.#options;
    const state = this.#trainer.state();
    for (const [name, numbers] of this.#keyWeights) moveTowards(numbers, numbersOf(state, name), plan.momentum);
    const made = await this.#makeKeys(keys);
    const { loss, rate, outputs: reported } = await this.#trainer.step([{ [inputName]: queries, [inputs.keys]: made, [inputs.queue]: this.#queue.keys }]);
    const accuracy = countNearest(reported[0]?.[outputs.queries] ?? new Float32Array(), made, this.#queue) / plan.batch;
    this.#queue = enqueue(this.#queue, made);
    return { loss, rate, accuracy };
  }

  /** Keys `[batch, dimension]`, made in groups of a shuffled batch and put back in order. */
  async #makeKeys(pictures: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    const { plan, seed } = this.#options;
    const { batch, keyGroups, dimension } = plan;
    const order = createRandom(seed).fork(`key groups of step ${this.steps}`).shuffle(Array.from({ length: batch }, (_, i) => i));
    const numbers = pictures.length / batch;
    const size = batch / keyGroups;
    const keys = new Float32Array(batch * dimension);
    const group = new Float32Array(size * numbers);
    for (let g = 0; g < keyGroups; g++) {
      const members = order.slice(g * size, (g + 1) * size);
      members.forEach((member, i) => group.set(pictures.subarray(member * numbers, (member + 1) * numbers), i * numbers));
      const result = await this.#keySession.run(this.#keyWeights, { [inputName]: group }, [seed, this.steps, g]);
      const made = result.outputs[outputs.keys] ?? new Float32Array();
      members.forEach((member, i) => keys.set(made.subarray(i * dimension, (i + 1) * dimension), member * dimension));
    }
    return keys;
  }

  /** The query network's state now, head included. A copy. */
  state(): StateDict {
    return this.#trainer.state();
  }

  /** Everything that going on needs. A copy. */
  snapshot(): StateDict {
    const { keys, dimensions, length, oldest } = this.#queue;
    return new Map<string, StateTensor>([
      ...this.#trainer.snapshot(),
      ...[...this.#keyWeights].map(([name, numbers]): [string, StateTensor] => [keyPrefix + name, fromFloat32(numbers.slice(), [numbers.length])]),
      [queueName, fromFloat32(keys.slice(), [dimensions, length])],
      // Exact in single precision: queues are shorter than 2²⁴.
      [oldestName, fromFloat32(Float32Array.of(oldest), [1])],
    ]);
  }

  /** Goes back to a snapshot. @throws NnError BAD_CHECKPOINT when it is of another network or plan */
  restore(snapshot: StateDict): void {
    this.#trainer.restore(new Map([...snapshot].filter(([name]) => !name.startsWith(keyPrefix) && name !== queueName && name !== oldestName)));
    for (const [name, numbers] of this.#keyWeights) numbers.set(numbersOf(snapshot, keyPrefix + name, numbers.length));
    this.#queue = { ...this.#queue, keys: numbersOf(snapshot, queueName, this.#queue.keys.length), oldest: numbersOf(snapshot, oldestName, 1)[0] ?? 0 };
  }

  /** Frees its memory. */
  async close(): Promise<void> {
    await this.#keySession.close();
    await this.#trainer.close();
  }
}

function numbersOf(state: StateDict, name: string, length?: number): Float32Array<ArrayBuffer> {
  const tensor = state.get(name);
  if (tensor === undefined) throw new NnError('BAD_CHECKPOINT', `The checkpoint lacks ${name}.`);
  const numbers = toFloat32(tensor);
  if (length !== undefined && numbers.length !== length) throw new NnError('BAD_CHECKPOINT', `The checkpoint's ${name} has ${numbers.length} numbers, not ${length}.`);
  return numbers;
}
