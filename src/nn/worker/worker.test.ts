import { afterEach, describe, expect, it } from 'vitest';
import { compileInference } from '../compile/inference.ts';
import { compileTrainingStep, type TrainingProgram } from '../compile/training.ts';
import type { StateDict } from '../checkpoint/index.ts';
import { NnError } from '../errors.ts';
import { mean, relu } from '../layers/functional.ts';
import { conv2d } from '../layers/layers.ts';
import { declarations, trace } from '../layers/scope.ts';
import { initialState, weightsOf } from '../layers/state.ts';
import { InferenceModel } from '../runtime/inference-model.ts';
import type { Batch } from '../runtime/program-session.ts';
import { smallBatch, smallNetwork, smallProgram, smallShape } from '../train/testing.ts';
import { Trainer, type TrainerOptions } from '../train/trainer.ts';
import { InferenceWorker } from './inference-worker.ts';
import { NetworkThread } from './network-thread.ts';
import { TrainerWorker } from './trainer-worker.ts';

const settings: TrainerOptions = { optimiser: { kind: 'adam' }, rate: { rate: 0.01 }, seed: 3, threads: 1, averageDecay: 0.9 };

const hex = (state: StateDict) => [...state].map(([name, { type, shape, bytes }]) => `${name} ${type} ${shape.join('x')} ${Buffer.from(bytes).toString('hex')}`);

async function failure(promise: Promise<unknown>): Promise<NnError> {
  const error: unknown = await promise.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof NnError)) throw new Error(`expected an NnError, got ${String(error)}`);
  return error;
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (each) => each.close()));
});

/** Closed after the test. */
async function opened<Closable extends { close(): Promise<void> }>(promise: Promise<Closable>): Promise<Closable> {
  const each = await promise;
  open.push(each);
  return each;
}

const slowShape = [4, 32, 80, 80] as const;
const slowBatch = (): Batch => ({ input: new Float32Array(4 * 32 * 80 * 80).fill(0.5) });

/** Several wide convolutions: a step takes some tenths of a second. */
function slowProgram(): { readonly program: TrainingProgram; readonly state: StateDict } {
  const { tape, output } = trace((scope, input) => [0, 1, 2, 3, 4, 5].reduce((x, i) => relu(conv2d(scope.at(i), x, { out: 32, kernel: 3, padding: 1 })), input), slowShape, { training: true });
  return { program: compileTrainingStep(tape, mean(output)), state: initialState(declarations(tape), 1) };
}

/** Runs something with a timer beside it. Gives milliseconds: how long it took, and the longest that the timer had to wait. */
async function beside(work: () => Promise<unknown>): Promise<{ readonly took: number; readonly held: number }> {
  const began = performance.now();
  let [last, held] = [began, 0];
  const tick = () => {
    held = Math.max(held, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(tick, 2);
  await work();
  clearInterval(timer);
  tick();
  return { took: performance.now() - began, held };
}

describe('a trainer in a thread', () => {
  it('gives what the trainer gives here, bit for bit; snapshots go back and forth; batches are handed over', async () => {
    const { program, state } = smallProgram(0.3);
    const here = await opened(Trainer.create(program, state, settings));
    const there = await opened(TrainerWorker.create(program, state, settings));
    for (const step of [0, 1, 2]) {
      const given = smallBatch(step);
      const [one, other] = [await here.step([smallBatch(step), smallBatch(step, 1)]), await there.step([given, smallBatch(step, 1)])];
      expect(other).toEqual(one);
      expect(given['input']).toHaveLength(0);
    }
    expect(there.steps).toBe(3);
    expect(hex(await there.snapshot())).toEqual(hex(here.snapshot()));
    expect(hex(await there.state('average'))).toEqual(hex(here.state('average')));
    // What was given to start from is still there.
    expect(hex(smallProgram().state)).toEqual(hex(state));
    const resumed = await opened(TrainerWorker.create(program, state, settings));
    const snapshot = await there.snapshot();
    await resumed.restore(snapshot);
    expect(resumed.steps).toBe(3);
    await Promise.all([resumed.step([smallBatch(3)]), here.step([smallBatch(3)])]);
    expect(hex(await resumed.snapshot())).toEqual(hex(here.snapshot()));
    // The snapshot was copied, so that it can still be written to a file.
    expect(hex(snapshot)).toEqual(hex(await there.snapshot()));
  });

  it('leaves the event loop free while a step runs, which the trainer here does not', async () => {
    const { program, state } = slowProgram();
    const there = await opened(TrainerWorker.create(program, state, settings));
    const here = await opened(Trainer.create(program, state, settings));
    const free = await beside(async () => there.step([slowBatch(), slowBatch()]));
    const busy = await beside(async () => here.step([slowBatch(), slowBatch()]));
    expect(busy.held).toBeGreaterThan(busy.took / 3);
    expect(free.held).toBeLessThan(free.took / 3);
  });

  it('is cancelled within one micro-batch, and the weights are those before the step', async () => {
    const { program, state } = slowProgram();
    const trainer = await opened(TrainerWorker.create(program, state, settings));
    const one = await beside(async () => trainer.step([slowBatch()]));
    const before = hex(await trainer.snapshot());
    const controller = new AbortController();
    const cancelled = failure(trainer.step(Array.from({ length: 40 }, slowBatch), { signal: controller.signal }));
    // Sent while the step runs: it waits for its turn, and is given up, too.
    const next = failure(trainer.step([slowBatch()], { signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, one.took / 2));
    const after = await beside(async () => {
      controller.abort();
      expect(await cancelled).toMatchObject({ code: 'CANCELLED', message: 'Training was cancelled after step 1.' });
    });
    expect(after.took).toBeLessThan(one.took * 5);
    expect((await next).code).toBe('CANCELLED');
    expect(hex(await trainer.snapshot())).toEqual(before);
    expect((await failure(trainer.step([slowBatch()], { signal: AbortSignal.abort() }))).code).toBe('CANCELLED');
    expect((await trainer.step([slowBatch()], { signal: new AbortController().signal })).step).toBe(2);
  });

  it('is closed while a step runs: the step is given up, the thread ends, and what is asked afterwards is refused', async () => {
    const { program, state } = slowProgram();
    const trainer = await TrainerWorker.create(program, state, settings);
    const one = await beside(async () => trainer.step([slowBatch()]));
    const running = failure(trainer.step(Array.from({ length: 40 }, slowBatch)));
    await new Promise((resolve) => setTimeout(resolve, one.took / 2));
    const closing = await beside(async () => trainer.close());
    expect(closing.took).toBeLessThan(one.took * 5);
    expect(await running).toMatchObject({ code: 'CANCELLED', message: "The network's thread was closed." });
    expect((await failure(trainer.step([slowBatch()]))).code).toBe('CANCELLED');
    expect((await failure(trainer.snapshot())).code).toBe('CANCELLED');
    await trainer.close();
  });

  it('throws what the trainer throws, with code, sentence and hint, and goes on', async () => {
    const { program, state } = smallProgram();
    const trainer = await opened(TrainerWorker.create(program, state, settings));
    const { target } = smallBatch(0);
    if (target === undefined) throw new Error('the batch has targets');
    const diverged = await failure(trainer.step([{ input: new Float32Array(960).fill(NaN), target }]));
    expect(diverged).toMatchObject({ code: 'DIVERGED', message: 'Training diverged at step 1: the loss is NaN. The weights are those of step 0.' });
    expect(diverged.hint).toContain('learning rate');
    expect(diverged.cause).toMatchObject({ stack: expect.stringContaining('trainer.ts') });
    expect(await failure(trainer.step([]))).toMatchObject({ code: 'BAD_INPUT', message: 'A training step needs at least one batch.' });
    expect((await trainer.step([smallBatch(0)])).step).toBe(1);
    // One array may serve two micro-batches, but none that was handed over serves again.
    const batch = smallBatch(1);
    expect((await trainer.step([batch, batch])).step).toBe(2);
    expect(await failure(trainer.step([batch]))).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('is not begun when it cannot be: the same errors, and no thread is left', async () => {
    const { program, state } = smallProgram();
    expect(await failure(TrainerWorker.create(program, new Map(), settings))).toMatchObject({ code: 'BAD_CHECKPOINT' });
    expect(await failure(TrainerWorker.create(program, state, { ...settings, memoryLimit: 1000 }))).toMatchObject({ code: 'OUT_OF_MEMORY' });
    expect(await failure(TrainerWorker.create({ ...program, blocked: [], onnx: program.onnx.slice(0, 100) }, state, settings))).toMatchObject({ code: 'BAD_MODEL' });
  });
});

describe('a model in a thread', () => {
  const { tape, output } = trace(smallNetwork(), smallShape, { training: false });
  const onnx = compileInference(tape, { logits: output }, weightsOf(declarations(tape), smallProgram().state));
  const feeds = (step: number) => {
    const data = smallBatch(step)['input'];
    if (data === undefined) throw new Error('the batch has pictures');
    return { input: { shape: smallShape, data } };
  };

  it('gives what it gives here; the inputs stay; runs that are asked at once are answered in order', async () => {
    const here = await opened(InferenceModel.load(onnx, { threads: 1 }));
    const there = await opened(InferenceWorker.load(onnx, { threads: 1 }));
    expect([there.inputNames, there.outputNames]).toEqual([['input'], ['logits']]);
    const asked = [0, 1, 2].map(feeds);
    const answers = await Promise.all(asked.map(async (each) => there.run(each)));
    for (const [i, each] of asked.entries()) expect(answers[i]).toEqual(await here.run(each));
    expect(asked[0]?.input.data).toHaveLength(960);
  });

  it('throws what the model throws', async () => {
    expect(await failure(InferenceWorker.load(new Uint8Array(10)))).toMatchObject({ code: 'BAD_MODEL' });
    const there = await opened(InferenceWorker.load(onnx));
    expect(await failure(there.run({}))).toMatchObject({ code: 'BAD_MODEL' });
    expect(Object.keys(await there.run(feeds(0)))).toEqual(['logits']);
  });
});

describe('a thread that dies', () => {
  it.each([
    ['by process.exit', 'process.exit(3)', 'ENVIRONMENT', "A network's thread ended unexpectedly, with exit code 3."],
    ['by an error that nobody catches', 'setImmediate(() => { throw new Error("something broke"); })', 'ENVIRONMENT', "A network's thread ended by an error: something broke"],
    ['for want of memory', 'const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length))', 'OUT_OF_MEMORY', "A network's thread ran out of memory and was ended."],
  ])('%s: what waits is refused with a sentence, and so is what comes later', async (_, source, code, message) => {
    const url = new URL(`data:text/javascript,import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { ${source} });`);
    const thread = await NetworkThread.start({ url, resourceLimits: { maxOldGenerationSizeMb: 40 } });
    const waiting = [failure(thread.ask({ kind: 'snapshot' }, 'state')), failure(thread.ask({ kind: 'snapshot' }, 'state'))];
    for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ code, message });
    expect(await failure(thread.ask({ kind: 'snapshot' }, 'state'))).toMatchObject({ code, message });
    await thread.close();
  });
});
