import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openWorkspace, sha256 } from '../../src/base/index.ts';
import { findArchitecture, fitState, halfNormalisation, importWeights, readWeights, type ArchitectureOptions, type FittedState } from '../../src/models/index.ts';
import { compileInference, declarations, InferenceModel, trace, weightsOf } from '../../src/nn/index.ts';
import { describeReal, realPath } from '../support/real-release.ts';
import { ruleTensor, unpack } from '../support/rule.ts';

const oracle = z
  .object({ timm: z.string(), file: z.string(), sha256: z.string(), shape: z.array(z.number()), logits: z.string().transform(unpack) })
  .parse(JSON.parse(readFileSync(new URL('../oracles/nn/imagenet.json', import.meta.url), 'utf8')));
const lite0 = findArchitecture('efficientnet_lite0');

async function logitsOf(options: ArchitectureOptions, { state }: FittedState, shape: readonly number[], input: Float32Array<ArrayBuffer>): Promise<Float32Array> {
  const { tape, output } = trace(lite0.network(options), shape, { training: false });
  const model = await InferenceModel.load(compileInference(tape, { logits: output.logits }, weightsOf(declarations(tape), state)));
  const { logits } = await model.run({ input: { shape, data: input } });
  await model.close();
  return logits?.data ?? new Float32Array();
}

const furthest = (a: Float32Array, b: Float32Array): number => a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? Infinity))), a.length === b.length ? 0 : Infinity);

describeReal('EfficientNet-Lite0 with its real ImageNet weights', ['weights'], () => {
  const load = async () => {
    const bytes = readFileSync(realPath('weights'));
    expect(sha256(bytes)).toBe(oracle.sha256);
    return (await readWeights(bytes, oracle.file)).tensors;
  };

  it(`gives the logits that timm ${oracle.timm} gives, and takes every tensor of the file as it is`, async () => {
    const fitted = fitState(lite0, { classes: 1000 }, await load(), { seed: 1 });
    expect([fitted.replaced, fitted.summed]).toEqual([[], []]);
    const logits = await logitsOf({ classes: 1000 }, fitted, oracle.shape, ruleTensor(oracle.shape, 1));
    expect(furthest(logits, oracle.logits)).toBeLessThanOrEqual(1e-4);
  });

  it('gives for gray pictures, its first convolution summed, what it gives for the same gray three times', async () => {
    const tensors = await load();
    const [gray, area] = [[1, 1, 224, 224], 224 * 224];
    const input = ruleTensor(gray, 2);
    const thrice = new Float32Array(3 * area);
    for (let c = 0; c < 3; c++) thrice.set(input, c * area);
    const summed = fitState(lite0, { classes: 1000, channels: 1 }, tensors, { seed: 1, sumChannels: true });
    expect(summed.summed).toEqual(['conv_stem.weight']);
    const coloured = await logitsOf({ classes: 1000 }, fitState(lite0, { classes: 1000 }, tensors, { seed: 1 }), [1, 3, 224, 224], thrice);
    expect(furthest(await logitsOf({ classes: 1000, channels: 1 }, summed, gray, input), coloured)).toBeLessThanOrEqual(1e-4);
  });

  it('is told by its names and shapes when imported', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'covid-ct-weights-'));
    try {
      const entry = await importWeights(openWorkspace(folder), realPath('weights'), { name: 'lite0', source: '', licence: 'Apache-2.0' }, new Date('2026-11-25T00:00:00Z'));
      expect(entry).toMatchObject({ architecture: 'efficientnet_lite0', classes: 1000, channels: 3, inputSize: 224, normalisation: halfNormalisation, sha256: oracle.sha256 });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('keeps everything but its head for two classes, and says which', async () => {
    const tensors = await load();
    expect(() => fitState(lite0, { classes: 2 }, tensors, { seed: 1 })).toThrow('classifier.weight has the shape [1000, 1280] in the weights, and [2, 1280] in EfficientNet-Lite0.');
    const { state, replaced } = fitState(lite0, { classes: 2 }, tensors, { seed: 1, replaceHead: true });
    expect(replaced).toEqual(['classifier.weight', 'classifier.bias']);
    // Counters of batches are not in this file, and start at 0.
    const changed = [...state].filter(([name, tensor]) => tensor !== tensors.get(name) && !name.endsWith('num_batches_tracked'));
    expect(changed.map(([name]) => name)).toEqual(replaced);
  });
});
