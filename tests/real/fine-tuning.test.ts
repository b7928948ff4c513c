import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { findArchitecture, readWeights } from '../../src/models/index.ts';
import { compileTrainingStep, crossEntropy, fromFloat32, inputName, trace, Trainer, type StateDict } from '../../src/nn/index.ts';
import recorded from '../oracles/nn/fine_tuning.json' with { type: 'json' };
import { describeReal, realPath } from '../support/real-release.ts';
import { ruleTensor, ruleWeight } from '../support/rule.ts';

const { size, batch, rate, losses, exact } = z
  .object({ size: z.int(), batch: z.int(), rate: z.number(), losses: z.array(z.number()).length(20), exact: z.array(z.number()).length(20) })
  .parse(recorded);

/** The batches of tests/oracles/nn/fine_tuning.py: pictures of class 0 are a little brighter. */
function batchOf(step: number): Record<string, Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>> {
  const numbers = 3 * size * size;
  const pictures = ruleTensor([batch, 3, size, size], 100 + step).map((value, i) => (Math.floor(i / numbers) % 2 === 0 ? value + 0.1 : value));
  return { [inputName]: pictures, target: BigInt64Array.from({ length: batch }, (_, i) => BigInt(i % 2)) };
}

describeReal('fine-tuning EfficientNet-Lite0 from its ImageNet weights', ['weights'], () => {
  it('loses what PyTorch loses over twenty steps, in single and in double precision, within 1 %', async () => {
    const { tensors } = await readWeights(await readFile(realPath('weights')), 'weights');
    const state: StateDict = new Map([...tensors, ...[['classifier.weight', [2, 1280]] as const, ['classifier.bias', [2]] as const].map(([name, shape]) => [name, fromFloat32(ruleWeight(name, shape), shape)] as const)]);
    const network = findArchitecture('efficientnet_lite0').network({ classes: 2, dropout: 0 });
    const { tape, output } = trace(network, [batch, 3, size, size], { training: true });
    const program = compileTrainingStep(tape, crossEntropy(output.logits, tape.input('target', [batch], 'int64')));
    const trainer = await Trainer.create(program, state, { optimiser: { kind: 'adam' }, rate: { rate }, seed: 0 });
    try {
      const ours: number[] = [];
      for (const step of losses.keys()) ours.push((await trainer.step([batchOf(step)])).loss);
      const farthest = (from: readonly number[]) => Math.max(...ours.map((loss, i) => Math.abs(loss / (from[i] ?? NaN) - 1)));
      expect({ single: farthest(losses), double: farthest(exact) }).toEqual({ single: expect.toSatisfy((gap) => gap < 0.01), double: expect.toSatisfy((gap) => gap < 0.01) });
    } finally {
      await trainer.close();
    }
  });
});
