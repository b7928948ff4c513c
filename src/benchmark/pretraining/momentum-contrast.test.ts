import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ruleState, ruleTensor, unpack } from '../../../tests/support/rule.ts';
import type { Architecture } from '../../models/index.ts';
import { adaptiveAveragePool2d, batchNorm2d, conv2d, declarations, flatten, fromFloat32, linear, relu, toFloat32, trace, type StateDict } from '../../nn/index.ts';
import { MomentumContrast } from './momentum-contrast.ts';
import { contrastNetwork } from './network.ts';
import { findPretrainingPlan, pretrainingPlanSchema, type PretrainingPlan } from './plan.ts';

const numbers = z.string().transform(unpack);
const oracle = z
  .object({
    torch: z.string(), size: z.int(), batch: z.int(), queue: z.int(), dimension: z.int(), momentum: z.number(), temperature: z.number(), rate: z.number(),
    losses: z.array(z.number()), accuracies: z.array(z.number()), state: z.record(z.string(), numbers), keys: numbers,
  })
  .parse(JSON.parse(readFileSync(new URL('../../../tests/oracles/nn/momentum_contrast.json', import.meta.url), 'utf8')));

/** tests/oracles/nn/momentum_contrast.py's network, with a batch norm or without. */
const small = (normed: boolean): Architecture => ({
  name: 'small',
  title: 'Small',
  inputSize: oracle.size,
  leastSize: 4,
  head: ['classifier.weight', 'classifier.bias'],
  stem: 'conv.weight',
  network: ({ classes }) => (scope, input) => {
    const x = conv2d(scope.at('conv'), input, { out: 8, kernel: 3, stride: 2, padding: 1, bias: false });
    const features = relu(normed ? batchNorm2d(scope.at('norm'), x) : x);
    const embedding = flatten(adaptiveAveragePool2d(features, 1));
    return { features, embedding, logits: linear(scope.at('classifier'), embedding, { out: classes }) };
  },
});

const { size, batch, queue, dimension, momentum, temperature } = oracle;
const plan = (keyGroups: number): PretrainingPlan =>
  pretrainingPlanSchema.parse({ ...findPretrainingPlan('sample'), architecture: 'small', size, batch, queue, dimension, momentum, temperature, keyGroups, head: 'two-layer', optimiser: { kind: 'sgd', momentum: 0.9, weightDecay: 1e-4 } });

async function contrast(normed: boolean, keyGroups = 1): Promise<MomentumContrast> {
  const architecture = small(normed);
  const { tape } = trace(contrastNetwork(architecture, plan(keyGroups)), [1, 3, size, size], { training: false });
  return MomentumContrast.create(architecture, ruleState(declarations(tape)), { plan: plan(keyGroups), seed: 0, threads: 1, rate: { rate: oracle.rate, schedule: { kind: 'constant' } } });
}

/** The queue that both begin with: columns by the rule, of length 1. */
function ruleQueue(): Float32Array<ArrayBuffer> {
  const columns = ruleTensor([dimension, queue], 500);
  for (let k = 0; k < queue; k++) {
    const length = Math.hypot(...Array.from({ length: dimension }, (_, d) => columns[d * queue + k] ?? 0));
    for (let d = 0; d < dimension; d++) columns[d * queue + k] = (columns[d * queue + k] ?? 0) / length;
  }
  return columns;
}

const withQueue = (snapshot: StateDict): StateDict => new Map([...snapshot, ['queue.keys', fromFloat32(ruleQueue(), [dimension, queue])]]);
const views = (step: number) => [ruleTensor([batch, 3, size, size], 100 + 2 * step), ruleTensor([batch, 3, size, size], 101 + 2 * step)] as const;

describe('momentum contrast', () => {
  it(`loses what PyTorch ${oracle.torch} loses, step by step, and ends with its weights and its queue`, async () => {
    const ours = await contrast(true);
    try {
      ours.restore(withQueue(ours.snapshot()));
      const reports = [];
      for (const step of oracle.losses.keys()) reports.push(await ours.step(...views(step)));
      reports.forEach(({ loss, accuracy }, step) => {
        expect(Math.abs(loss / (oracle.losses[step] ?? NaN) - 1), `loss of step ${step}`).toBeLessThan(1e-4);
        expect(accuracy).toBe(oracle.accuracies[step]);
      });
      const snapshot = ours.snapshot();
      const farthest = (name: string, expected: Float32Array) => Math.max(...toFloat32(snapshot.get(name) ?? fromFloat32(new Float32Array(), [0])).map((value, i) => Math.abs(value - (expected[i] ?? NaN))));
      for (const [name, expected] of Object.entries(oracle.state)) expect([name, farthest(`model.${name}`, expected) < 1e-4]).toEqual([name, true]);
      expect(farthest('queue.keys', oracle.keys)).toBeLessThan(1e-4);
    } finally {
      await ours.close();
    }
  });

  it('puts keys that were made in groups of a shuffled batch back in their order', async () => {
    // Without a batch norm a key does not depend on its group.
    const [whole, grouped] = [await contrast(false, 1), await contrast(false, 4)];
    try {
      for (const step of [0, 1, 2]) expect((await grouped.step(...views(step))).loss).toBeCloseTo((await whole.step(...views(step))).loss, 5);
    } finally {
      await whole.close();
      await grouped.close();
    }
  });

  it('refuses a checkpoint of another queue', async () => {
    const ours = await contrast(true);
    try {
      const other = new Map([...ours.snapshot(), ['queue.keys', fromFloat32(new Float32Array(8), [4, 2])]] as const);
      expect(() => ours.restore(other)).toThrow("The checkpoint's queue.keys has 8 numbers, not 48.");
    } finally {
      await ours.close();
    }
  });
});
