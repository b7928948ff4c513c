import { expect, it } from 'vitest';
import { openRelease } from '../../src/release/index.ts';
import { resize, toRgb, writeTensor } from '../../src/imaging/index.ts';
import { findArchitecture, freshState, imagenetNormalisation, stateDeclarations } from '../../src/models/index.ts';
import { compileInference, compileTrainingStep, crossEntropy, InferenceModel, inputName, numberSource, trace, Trainer, weightsOf } from '../../src/nn/index.ts';
import { describeReal, realPath } from '../support/real-release.ts';

const [count, size, steps] = [32, 64, 40];
const shape = [count, 3, size, size];
const architecture = findArchitecture('densenet121');
const options = { classes: 2 };

/** Real pictures, every 20th of the release, `[32, 3, 64, 64]`. */
async function realBatch(): Promise<Float32Array<ArrayBuffer>> {
  const release = await openRelease(realPath('release'));
  try {
    const batch = new Float32Array(count * 3 * size * size);
    for (let i = 0; i < count; i++) {
      const image = release.images[20 * i];
      if (image === undefined) throw new Error('the release is too small');
      const { mean, std } = imagenetNormalisation;
      writeTensor(resize(toRgb(await release.picture(image)), size, size, 'bilinear'), mean, std, batch, i * 3 * size * size);
    }
    return batch;
  } finally {
    await release.close();
  }
}

/**
 * Half zeros, half ones, in an order drawn by the seed. They have nothing to do with the pictures, so that no feature of CT, no size
 * and no brightness leads to them: the network can only have learnt each picture.
 */
function drawnLabels(): number[] {
  const source = numberSource(1, 'labels');
  return Array.from({ length: count }, (_, i) => ({ label: i % 2, place: source.uniform() })).toSorted((a, b) => a.place - b.place).map(({ label }) => label);
}

describeReal('DenseNet-121 at 64 pixels on 32 real pictures', ['release'], () => {
  it('learns labels by heart that were drawn by lot: from no better than chance to a loss below 0.05, every picture right in inference too', async () => {
    const batch = await realBatch();
    const pictures = new Set(Array.from({ length: count }, (_, i) => Buffer.from(batch.subarray((i * batch.length) / count, ((i + 1) * batch.length) / count).slice().buffer).toString('base64')));
    expect(pictures.size).toBe(count);
    const labels = drawnLabels();
    const { tape, output } = trace(architecture.network(options), shape, { training: true });
    const program = compileTrainingStep(tape, crossEntropy(output.logits, tape.input('target', [count], 'int64')));
    const trainer = await Trainer.create(program, freshState(architecture, options, 1), { optimiser: { kind: 'adam' }, rate: { rate: 1e-3, schedule: { kind: 'cosine', steps } }, seed: 1, threads: 1 });
    try {
      const losses: number[] = [];
      while (losses.length < steps) losses.push((await trainer.step([{ [inputName]: batch, target: BigInt64Array.from(labels, BigInt) }])).loss);
      expect(losses[0]).toBeGreaterThan(0.6);
      expect(losses.at(-1)).toBeLessThan(0.05);
      const model = trace(architecture.network(options), shape, { training: false });
      const inference = await InferenceModel.load(compileInference(model.tape, { logits: model.output.logits }, weightsOf(stateDeclarations(architecture, options), trainer.state())));
      const { logits } = await inference.run({ [inputName]: { shape, data: batch } });
      await inference.close();
      const said = labels.map((_, i) => ((logits?.data[2 * i + 1] ?? NaN) > (logits?.data[2 * i] ?? NaN) ? 1 : 0));
      expect(said).toEqual(labels);
    } finally {
      await trainer.close();
    }
    // Half a minute on a core of its own.
  }, 1_200_000);
});
