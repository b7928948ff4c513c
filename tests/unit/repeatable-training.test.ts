import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { findArchitecture, freshState } from '../../src/models/index.ts';
import { compileTrainingStep, crossEntropy, inputName, readSafetensors, trace, Trainer, writeSafetensors, type Batch, type StateDict } from '../../src/nn/index.ts';
import { ruleTensor } from '../support/rule.ts';

const shape = [4, 3, 64, 64];

function batchOf(step: number): Batch {
  return { [inputName]: ruleTensor(shape, 10 + step), target: BigInt64Array.of(0n, 1n, 1n, 0n) };
}

const hashOf = (state: StateDict): string => createHash('sha256').update(writeSafetensors(state)).digest('hex');

// With threads as runs have them: sums that are cut up among threads must come out the same every time.
it.each([
  ['densenet121', { classes: 2, dropout: 0.2 }],
  ['efficientnet_lite0', { classes: 2, dropout: 0.2, dropPath: 0.2 }],
] as const)('%s, two threads, another trainer that was stopped after two steps and resumed from a file: the same weights, bit for bit', { timeout: 300_000 }, async (name, options) => {
  const architecture = findArchitecture(name);
  const { tape, output } = trace(architecture.network(options), shape, { training: true });
  const program = compileTrainingStep(tape, crossEntropy(output.logits, tape.input('target', [4], 'int64')));
  const start = async (): Promise<Trainer> =>
    Trainer.create(program, freshState(architecture, options, 1), { optimiser: { kind: 'adam' }, rate: { rate: 1e-3, schedule: { kind: 'cosine', steps: 4 } }, seed: 1, threads: 2 });
  const train = async (trainer: Trainer, from: number, to: number): Promise<string> => {
    for (let step = from; step < to; step++) await trainer.step([batchOf(step)]);
    return hashOf(trainer.snapshot());
  };
  const [undisturbed, stopped] = await Promise.all([start(), start()]);
  const weights = await train(undisturbed, 0, 4);
  await train(stopped, 0, 2);
  const file = writeSafetensors(stopped.snapshot());
  expect(await train(stopped, 2, 3)).not.toBe(weights);
  stopped.restore(readSafetensors(file).tensors);
  expect(await train(stopped, 2, 4)).toBe(weights);
  await Promise.all([undisturbed.close(), stopped.close()]);
});
