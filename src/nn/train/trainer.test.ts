import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors, type StateDict } from '../checkpoint/index.ts';
import { compileTrainingStep, type TrainingProgram } from '../compile/training.ts';
import { NnError } from '../errors.ts';
import { Tape } from '../graph/tape.ts';
import { add, l2Normalise, multiply, scale, sum } from '../layers/functional.ts';
import { initialState } from '../layers/state.ts';
import { declarations } from '../layers/scope.ts';
import { smallBatch, smallProgram, smallTrainer } from './testing.ts';
import { Trainer, type TrainerOptions } from './trainer.ts';

const settings: TrainerOptions = {
  optimiser: { kind: 'adamw' },
  rate: { rate: 0.01, schedule: { kind: 'cosine', steps: 12 }, warmUp: 3 },
  seed: 7,
  clipNorm: 0.3,
  averageDecay: 0.8,
};
const momentumSettings: TrainerOptions = { optimiser: { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 1e-3 }, rate: { rate: 0.05 }, seed: 7 };

const hex = (state: StateDict): readonly (readonly [string, string])[] => [...state].map(([name, { type, shape, bytes }]) => [name, `${type} ${shape.join('x')} ${Buffer.from(bytes).toString('hex')}`] as const);

async function steps(trainer: Trainer, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step++) await trainer.step([smallBatch(step), smallBatch(step, 1)]);
}

/** What a promise is rejected with. */
async function failure(promise: Promise<unknown>): Promise<NnError> {
  const error: unknown = await promise.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof NnError)) throw new Error(`expected an NnError, got ${String(error)}`);
  return error;
}

describe('the same seed', () => {
  it('gives the same weights, moments and averages, bit for bit, dropout included; another seed gives others', async () => {
    const run = async (seed: number) => {
      const trainer = await smallTrainer({ ...settings, seed }, 0.4);
      await steps(trainer, 0, 6);
      const snapshot = hex(trainer.snapshot());
      await trainer.close();
      return snapshot;
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
  });

  it.each([['AdamW, clipped, averaged, with a schedule', settings], ['SGD with momentum', momentumSettings]] as const)('%s: stopped at step 5 and resumed from a file: the same as never stopped', async (_, options) => {
    const undisturbed = await smallTrainer(options, 0.4);
    await steps(undisturbed, 0, 9);
    const stopped = await smallTrainer(options, 0.4);
    await steps(stopped, 0, 5);
    const file = writeSafetensors(stopped.snapshot());
    await stopped.close();
    // A process that resumes has other weights at first, and has already run.
    const { program, state } = smallProgram(0.4);
    const others = new Map([...state].map(([name, tensor]) => [name, { ...tensor, bytes: new Uint8Array(tensor.bytes.length) }]));
    const resumed = await Trainer.create(program, others, { threads: 1, ...options });
    await steps(resumed, 0, 2);
    resumed.restore(readSafetensors(file).tensors);
    expect(resumed.steps).toBe(5);
    await steps(resumed, 5, 9);
    expect(hex(resumed.snapshot())).toEqual(hex(undisturbed.snapshot()));
    expect(hex(resumed.state())).toEqual(hex(undisturbed.state()));
    await Promise.all([undisturbed.close(), resumed.close()]);
  });
});

describe('snapshots and states', () => {
  it('are copies of exactly the size of what they hold, in the order of the state that was given', async () => {
    const trainer = await smallTrainer(settings);
    const { state } = smallProgram();
    const snapshot = trainer.snapshot();
    const before = hex(snapshot);
    for (const { bytes } of snapshot.values()) expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
    expect([...trainer.state().keys()]).toEqual([...state.keys()]);
    expect([...trainer.state('average').keys()]).toEqual([...state.keys()]);
    await steps(trainer, 0, 1);
    expect(hex(snapshot)).toEqual(before);
    expect(hex(trainer.snapshot())).not.toEqual(before);
    await trainer.close();
  });

  it('hand through what the program does not read, and what is frozen stands still', async () => {
    const { state } = smallProgram();
    const tape = new Tape();
    const head = tape.parameter('head', [3], { kind: 'constant', value: 1 });
    const frozen = tape.parameter('body', [3], { kind: 'constant', value: 2 });
    const program = compileTrainingStep(tape, sum(multiply(multiply(head, frozen), tape.input('x', [3]))), { trainable: (name) => name === 'head' });
    const given: StateDict = new Map([...initialState(declarations(tape), 1), ...state]);
    const trainer = await Trainer.create(program, given, { ...momentumSettings, threads: 1 });
    await trainer.step([{ x: Float32Array.of(1, 2, 3) }]);
    const after = trainer.state();
    expect([...after.keys()]).toEqual([...given.keys()]);
    const moved = [...after].filter(([name, { bytes }]) => Buffer.compare(bytes, given.get(name)?.bytes ?? new Uint8Array()) !== 0);
    expect(moved.map(([name]) => name)).toEqual(['head']);
    await trainer.close();
  });

  it('of another network, optimiser or setting are refused by name, and nothing is changed', async () => {
    const [adam, sgd, plain] = await Promise.all([smallTrainer(settings), smallTrainer(momentumSettings), smallTrainer({ ...momentumSettings, optimiser: { kind: 'sgd' } })]);
    await steps(sgd, 0, 1);
    const before = hex(adam.snapshot());
    expect(() => adam.restore(sgd.snapshot())).toThrow('optimiser.momentum_buffer.');
    expect(() => plain.restore(sgd.snapshot())).toThrow('optimiser.momentum_buffer.');
    expect(() => sgd.restore(plain.snapshot())).toThrow('optimiser.momentum_buffer.');
    const cut = new Map(adam.snapshot());
    cut.delete('average.fc.bias');
    expect(() => adam.restore(cut)).toThrow("average.fc.bias has no numbers where this run has 3");
    const wrong = new Map(adam.snapshot()).set('trainer.step', { type: 'int64', shape: [], bytes: new Uint8Array(BigInt64Array.of(-4n).buffer) });
    expect(() => adam.restore(wrong)).toThrow('trainer.step');
    expect(hex(adam.snapshot())).toEqual(before);
    await Promise.all([adam.close(), sgd.close(), plain.close()]);
  });

  it('refuse weights that lack a name or have another shape, and an average that is not kept', async () => {
    const { program, state } = smallProgram();
    const cut = new Map(state);
    cut.delete('bn2.running_var');
    expect(await failure(Trainer.create(program, cut, momentumSettings))).toMatchObject({ code: 'BAD_CHECKPOINT', message: 'The weights lack bn2.running_var.' });
    const bias = state.get('fc.bias') ?? { type: 'float32', shape: [], bytes: new Uint8Array() };
    const other = new Map(state).set('fc.bias', { ...bias, shape: [3, 1] });
    expect(await failure(Trainer.create(program, other, momentumSettings))).toMatchObject({ code: 'BAD_CHECKPOINT', message: 'fc.bias has the shape [3, 1] in the weights and [3] in the network.' });
    const trainer = await smallTrainer(momentumSettings);
    expect(() => trainer.state('average')).toThrow('No moving average');
    await trainer.close();
  });
});

describe('a step that cannot be done changes nothing', () => {
  /** A step's error, after one good step; the snapshot before and after must be equal. */
  async function refused(act: (trainer: Trainer) => Promise<unknown>): Promise<NnError> {
    const trainer = await smallTrainer(settings);
    await steps(trainer, 0, 1);
    const before = hex(trainer.snapshot());
    const error = await failure(act(trainer));
    expect(hex(trainer.snapshot())).toEqual(before);
    // And training can go on.
    expect((await trainer.step([smallBatch(1)])).step).toBe(2);
    await trainer.close();
    return error;
  }

  /** Σ (w · x · 1e-38 · 1e38 · 1e30): what is harmless on the way there may overflow on the way back. */
  async function fragile(): Promise<Trainer> {
    const tape = new Tape();
    const weight = tape.parameter('weight', [3], { kind: 'constant', value: 1 });
    const loss = sum(scale(scale(scale(multiply(weight, tape.input('x', [3])), 1e-38), 1e38), 1e30));
    return Trainer.create(compileTrainingStep(tape, loss), initialState(declarations(tape), 1), { optimiser: { kind: 'sgd' }, rate: { rate: 1 }, seed: 1, threads: 1 });
  }

  it.each([
    ['a loss', NaN, 'the loss is NaN'],
    // ∞ · 0 on the way back.
    ['a gradient, although the loss is one and nothing is clipped', 0, "the gradient's length is NaN"],
  ])('%s that is not a number: DIVERGED, with the step and what to do', async (_, x, why) => {
    const trainer = await fragile();
    const before = hex(trainer.snapshot());
    const error = await failure(trainer.step([{ x: Float32Array.of(0, x, 0) }]));
    expect(error).toMatchObject({ code: 'DIVERGED', message: `Training diverged at step 1: ${why}. The weights are those of step 0.` });
    expect(error.hint).toContain('learning rate');
    expect(hex(trainer.snapshot())).toEqual(before);
    await trainer.close();
  });

  it('a picture that is not a number: DIVERGED, and nothing of it is left in the session', async () => {
    const { input, target } = smallBatch(1);
    if (!(input instanceof Float32Array) || target === undefined) throw new Error('the batch has pictures and targets');
    const error = await refused((trainer) => trainer.step([smallBatch(1), { input: input.slice().fill(NaN, 0, 3), target }]));
    expect(error).toMatchObject({ code: 'DIVERGED', message: 'Training diverged at step 2: the loss is NaN. The weights are those of step 1.' });
  });

  it('a batch that lacks an input, has another size or type, or is none', async () => {
    expect(await refused((trainer) => trainer.step([{ input: new Float32Array(3), target: new BigInt64Array(4) }]))).toMatchObject({ code: 'BAD_INPUT', message: "The batch's input has 3 numbers where [4, 2, 12, 10] needs 960." });
    expect(await refused((trainer) => trainer.step([{ input: new Float32Array(960) }]))).toMatchObject({ code: 'BAD_INPUT', message: "The batch's target has no numbers where [4] needs 4." });
    expect(await refused((trainer) => trainer.step([{ input: new Float32Array(960), target: new Float32Array(4) }]))).toMatchObject({ code: 'BAD_INPUT', message: "The batch's target holds numbers of another type than int64." });
    expect(await refused((trainer) => trainer.step([]))).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('cancelled before a step, and between its micro-batches', async () => {
    expect(await refused((trainer) => trainer.step([smallBatch(1)], { signal: AbortSignal.abort() }))).toMatchObject({ code: 'CANCELLED', message: 'Training was cancelled after step 1.' });
    let looks = 0;
    const signal = {
      get aborted() {
        return ++looks > 2;
      },
    };
    expect((await refused((trainer) => trainer.step([smallBatch(1), smallBatch(1, 1), smallBatch(1, 2)], { signal }))).code).toBe('CANCELLED');
    expect(looks).toBe(3);
  });

  it('one that is asked for while another runs', async () => {
    const trainer = await smallTrainer(settings);
    const first = trainer.step([smallBatch(0)]);
    expect(await failure(trainer.step([smallBatch(0)]))).toMatchObject({ code: 'BAD_INPUT', hint: 'Await each step.' });
    expect((await first).step).toBe(1);
    await trainer.close();
  });
});

describe('memory', () => {
  it('a network that would need more than there is is refused before it begins, with both figures', async () => {
    const { program, state } = smallProgram();
    expect(program.peakBytes).toBeGreaterThan(50_000);
    expect(program.peakBytes).toBeLessThan(500_000);
    const error = await failure(Trainer.create(program, state, { ...settings, memoryLimit: 20_000 }));
    expect(error).toMatchObject({ code: 'OUT_OF_MEMORY' });
    expect(error.message).toMatch(/^This network would need about 0\.000\d+ GB of memory, and 0\.00002\d* GB are there\.$/);
    expect(error.hint).toContain('smaller batch');
  });

  /** [rows, 1] + [1, columns], normalised by rows: 4 · rows · columns bytes and more, out of two short vectors. */
  function broad(rows: number, columns: number): { readonly program: TrainingProgram; readonly state: StateDict } {
    const tape = new Tape();
    const weight = tape.parameter('weight', [rows, 1], { kind: 'constant', value: 1 });
    const loss = sum(l2Normalise(add(weight, tape.input('x', [1, columns]))));
    return { program: compileTrainingStep(tape, loss), state: initialState(declarations(tape), 1) };
  }

  it('what the system has left is the bound unless one is given', async () => {
    const { program, state } = broad(2 ** 21, 2 ** 21);
    expect(await failure(Trainer.create(program, state, settings))).toMatchObject({ code: 'OUT_OF_MEMORY' });
  });

  it('when the runtime itself gets no memory, the step says so, and the weights are those before it', async () => {
    // 2⁴⁸ bytes are beyond the address space of a process, whatever the system promises.
    const { program, state } = broad(2 ** 23, 2 ** 23);
    const trainer = await Trainer.create(program, state, { ...momentumSettings, threads: 1, memoryLimit: Infinity });
    const error = await failure(trainer.step([{ x: new Float32Array(2 ** 23) }]));
    expect(error).toMatchObject({ code: 'OUT_OF_MEMORY', message: 'Running a network ran out of memory.' });
    expect(trainer.steps).toBe(0);
    expect(Buffer.compare(trainer.state().get('weight')?.bytes ?? new Uint8Array(), state.get('weight')?.bytes ?? new Uint8Array())).toBe(0);
    await trainer.close();
  });
});
