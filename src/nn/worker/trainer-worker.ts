import type { StateDict } from '../checkpoint/index.ts';
import type { TrainingProgram } from '../compile/training.ts';
import { NnError } from '../errors.ts';
import type { Batch } from '../runtime/program-session.ts';
import type { StepReport, TrainerOptions } from '../train/trainer.ts';
import { NetworkThread } from './network-thread.ts';
import { buffersOf } from './protocol.ts';

/**
 * A {@link Trainer} in a thread of its own, so that this one stays free. Methods, results and errors are the trainer's; they
 * are answered in the order in which they were asked, so that the next batch may be sent while a step runs.
 */
export class TrainerWorker {
  readonly #thread: NetworkThread;
  /** Of the steps that are not answered yet. */
  readonly #cancels = new Set<Int32Array<SharedArrayBuffer>>();
  #steps = 0;

  private constructor(thread: NetworkThread) {
    this.#thread = thread;
  }

  /** Starts the thread. Program and state are copied. @throws NnError as `Trainer.create` */
  static async create(program: TrainingProgram, state: StateDict, options: TrainerOptions): Promise<TrainerWorker> {
    const thread = await NetworkThread.start();
    try {
      await thread.ask({ kind: 'train', program, state, options }, 'done');
      return new TrainerWorker(thread);
    } catch (error) {
      await thread.close();
      throw error;
    }
  }

  /** Optimiser steps that are done and answered. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * One step, as `Trainer.step`. The batches' memory is handed over: their arrays are empty afterwards.
   * @param options.signal aborts within one micro-batch: the weights are then those before the step
   * @throws NnError as `Trainer.step`; ENVIRONMENT when the thread died
   */
  async step(batches: readonly Batch[], options: { readonly signal?: AbortSignal } = {}): Promise<StepReport> {
    const { signal } = options;
    if (signal?.aborted === true) throw new NnError('CANCELLED', `Training was cancelled after step ${this.#steps}.`);
    const cancel = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const give = () => Atomics.store(cancel, 0, 1);
    signal?.addEventListener('abort', give, { once: true });
    this.#cancels.add(cancel);
    try {
      const { report } = await this.#thread.ask({ kind: 'step', batches, cancel }, 'report', buffersOf(batches.flatMap((batch) => Object.values(batch))));
      this.#steps = report.step;
      return report;
    } finally {
      this.#cancels.delete(cancel);
      signal?.removeEventListener('abort', give);
    }
  }

  /** As `Trainer.state`. */
  async state(which: 'weights' | 'average' = 'weights'): Promise<StateDict> {
    return (await this.#thread.ask({ kind: 'state', which }, 'state')).state;
  }

  /** As `Trainer.snapshot`. */
  async snapshot(): Promise<StateDict> {
    return (await this.#thread.ask({ kind: 'snapshot' }, 'state')).state;
  }

  /** As `Trainer.restore`. The snapshot is copied. */
  async restore(snapshot: StateDict): Promise<void> {
    this.#steps = (await this.#thread.ask({ kind: 'restore', snapshot }, 'done')).steps;
  }

  /** Cancels what runs, within one micro-batch, frees the memory, and ends the thread. May be called at any time, and again. */
  async close(): Promise<void> {
    for (const cancel of this.#cancels) Atomics.store(cancel, 0, 1);
    await this.#thread.close();
  }
}
