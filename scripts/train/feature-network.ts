import { createRandom } from '../../src/base/index.ts';
import type { FeatureNetwork } from '../../src/imaging/index.ts';
import { binaryCrossEntropy, compileTrainingStep, declarations, initialState, linear, relu, toFloat32, trace, Trainer } from '../../src/nn/index.ts';

/** A row of features and whether it is positive. */
export interface FeatureSample {
  readonly features: readonly number[];
  readonly positive: boolean;
}

export interface FeatureTraining {
  readonly names: readonly string[];
  readonly hidden: readonly number[];
  readonly seed: number;
  readonly steps: number;
  readonly batch?: number;
  readonly weightDecay?: number;
  /** Significant digits of the weights that are kept; 5 where absent. */
  readonly digits?: number;
}

/** Trains a small network with the project's own engine: AdamW, a cosine from 0.01, batches drawn with replacement. */
export async function trainFeatureNetwork(samples: readonly FeatureSample[], { names, hidden, seed, steps, batch = 256, weightDecay = 1e-3, digits = 5 }: FeatureTraining): Promise<FeatureNetwork> {
  const width = names.length;
  if (samples.some(({ features }) => features.length !== width || !features.every(Number.isFinite))) throw new RangeError('samples need one finite number a feature');
  const mean = names.map((_, i) => samples.reduce((sum, { features }) => sum + (features[i] ?? 0), 0) / samples.length);
  const deviation = names.map((_, i) => Math.max(1e-3, Math.sqrt(samples.reduce((sum, { features }) => sum + ((features[i] ?? 0) - (mean[i] ?? 0)) ** 2, 0) / samples.length)));
  const network = trace((scope, input) => {
    let value = input;
    for (const [depth, out] of hidden.entries()) value = relu(linear(scope.at(`layer${depth}`), value, { out }));
    return linear(scope.at(`layer${hidden.length}`), value, { out: 1 });
  }, [batch, width], { training: true });
  const loss = binaryCrossEntropy(network.output, network.tape.input('target', [batch, 1]));
  const trainer = await Trainer.create(compileTrainingStep(network.tape, loss), initialState(declarations(network.tape), seed), {
    optimiser: { kind: 'adamw', weightDecay },
    rate: { rate: 0.01, schedule: { kind: 'cosine', steps } },
    seed,
    threads: 1,
  });
  const random = createRandom(seed);
  for (let step = 0; step < steps; step++) {
    const input = new Float32Array(batch * width);
    const target = new Float32Array(batch);
    for (let row = 0; row < batch; row++) {
      const sample = random.pick(samples);
      target[row] = Number(sample.positive);
      for (let i = 0; i < width; i++) input[row * width + i] = ((sample.features[i] ?? 0) - (mean[i] ?? 0)) / (deviation[i] ?? 1);
    }
    await trainer.step([{ input, target }]);
  }
  const state = trainer.state();
  const round = (value: number): number => Number(value.toPrecision(digits));
  const numbersOf = (name: string): number[] => {
    const tensor = state.get(name);
    if (tensor === undefined) throw new Error(`no ${name}`);
    return [...toFloat32(tensor)].map(round);
  };
  const layers = [...hidden, 1].map((out, depth) => {
    const flat = numbersOf(`layer${depth}.weight`);
    const inputs = flat.length / out;
    return { weights: Array.from({ length: out }, (_, i) => flat.slice(i * inputs, (i + 1) * inputs)), bias: numbersOf(`layer${depth}.bias`) };
  });
  await trainer.close();
  return { features: names, mean: mean.map(round), deviation: deviation.map(round), layers };
}
