import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ruleTensor, unpack } from '../../../tests/support/rule.ts';
import { worst } from '../testing.ts';
import { applyOptimiser, momentNames } from './optimiser.ts';
import { rateAt, type Schedule } from './schedule.ts';
import { smallBatch, smallTrainer } from './testing.ts';

const optimiserSchema = z.object({
  kind: z.enum(['sgd', 'adam', 'adamw']),
  momentum: z.number().exactOptional(),
  nesterov: z.boolean().exactOptional(),
  betas: z.tuple([z.number(), z.number()]).exactOptional(),
  epsilon: z.number().exactOptional(),
  weightDecay: z.number().exactOptional(),
});
const scheduleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('step'), every: z.number(), factor: z.number() }),
  z.object({ kind: z.literal('milestones'), steps: z.array(z.number()), factor: z.number() }),
  z.object({ kind: z.literal('cosine'), steps: z.number(), floor: z.number().exactOptional() }),
]);
const floats = z.string().transform(unpack);
const oracle = z
  .object({
    torch: z.string(),
    optimisers: z.array(z.object({ options: optimiserSchema, after: z.array(z.array(floats)) })),
    schedules: z.array(z.object({ rate: z.object({ rate: z.number(), schedule: scheduleSchema.exactOptional(), warmUp: z.number().exactOptional() }), rates: z.array(z.number()) })),
    runs: z.array(z.object({
      options: z.object({
        name: z.string(),
        rate: z.number(),
        optimiser: optimiserSchema,
        microBatches: z.number().exactOptional(),
        clipNorm: z.number().exactOptional(),
        averageDecay: z.number().exactOptional(),
      }),
      losses: z.array(z.number()),
      norms: z.array(z.number()),
      state: z.record(z.string(), floats),
      counter: z.number(),
      average: z.record(z.string(), floats).nullable(),
    })),
  })
  .parse(JSON.parse(readFileSync(new URL('../../../tests/oracles/nn/training.json', import.meta.url), 'utf8')));

const told = (value: unknown): string => JSON.stringify(value);

describe(`optimisers as PyTorch ${oracle.torch} has them in double precision`, () => {
  // What training.py has, too.
  const shapes = [[5, 3], [7]];
  const rates = [0.1, 0.05, 0.02];

  it.each(oracle.optimisers.map((each) => [told(each.options), each] as const))('%s: three steps', (_, { options, after }) => {
    const parameters = shapes.map((shape, i) => ruleTensor(shape, i + 1));
    const moments = parameters.map((weight) => momentNames(options).map(() => new Float32Array(weight.length)));
    rates.forEach((rate, step) => {
      parameters.forEach((weight, i) => {
        applyOptimiser(options, { weight, gradient: ruleTensor(shapes[i] ?? [], 10 * (step + 1) + i), moments: moments[i] ?? [] }, rate, step + 1, 1);
        expect(worst(weight, after[step]?.[i] ?? []), `parameter ${i} after step ${step + 1}`).toBeLessThan(1e-6);
      });
    });
  });

  it('multiplies the gradient by what it is told, before the weight decay', () => {
    const move = (gradient: number, factor: number) => {
      const weight = Float32Array.of(2);
      applyOptimiser({ kind: 'sgd', weightDecay: 0.5 }, { weight, gradient: Float32Array.of(gradient), moments: [] }, 0.1, 1, factor);
      return weight[0];
    };
    expect(move(8, 0.25)).toBe(move(2, 1));
    expect(move(2, 1)).toBeCloseTo(2 - 0.1 * (2 + 0.5 * 2), 6);
  });
});

describe(`learning rates as PyTorch ${oracle.torch}'s schedulers give them`, () => {
  it.each(oracle.schedules.map((each) => [told(each.rate), each] as const))('%s', (_, { rate, rates }) => {
    rates.forEach((expected, step) => expect(rateAt(rate, step), `step ${step}`).toBeCloseTo(expected, 12));
  });

  it('stay at the floor after the cosine, and are refused when they are no rates', () => {
    const cosine = { kind: 'cosine', steps: 10, floor: 0.1 } satisfies Schedule;
    expect(rateAt({ rate: 2, schedule: cosine }, 10)).toBeCloseTo(0.2, 12);
    expect(rateAt({ rate: 2, schedule: cosine }, 1000)).toBeCloseTo(0.2, 12);
    expect(() => rateAt({ rate: -1 }, 0)).toThrow('learning rate of -1');
    expect(() => rateAt({ rate: NaN }, 0)).toThrow('learning rate of NaN');
  });
});

describe(`a small network trained for three steps, as PyTorch ${oracle.torch} and timm do in double precision`, () => {
  it.each(oracle.runs.map((each) => [each.options.name, each] as const))('%s: losses, gradient lengths, weights, statistics', async (_, { options, losses, norms, state, counter, average }) => {
    const { rate, optimiser, microBatches = 1, clipNorm, averageDecay } = options;
    const trainer = await smallTrainer({
      optimiser,
      rate: { rate },
      seed: 1,
      ...(clipNorm === undefined ? {} : { clipNorm }),
      ...(averageDecay === undefined ? {} : { averageDecay }),
    });
    for (const [step, loss] of losses.entries()) {
      const report = await trainer.step(Array.from({ length: microBatches }, (__, index) => smallBatch(step, index)));
      expect(report).toMatchObject({ step: step + 1, rate });
      expect(Math.abs(report.loss - loss), `loss of step ${step + 1}`).toBeLessThan(1e-5);
      expect(Math.abs(report.gradientNorm - (norms[step] ?? NaN)), `gradient of step ${step + 1}`).toBeLessThan(1e-5);
    }
    const compare = (which: 'weights' | 'average', expected: Readonly<Record<string, Float32Array>>) => {
      const found = trainer.state(which);
      expect([...found.keys()].filter((name) => !name.endsWith('num_batches_tracked'))).toEqual(Object.keys(expected));
      for (const [name, numbers] of Object.entries(expected)) {
        const tensor = found.get(name);
        expect(worst(new Float32Array(new Uint8Array(tensor?.bytes ?? []).buffer), numbers), `${which} ${name}`).toBeLessThan(1e-5);
      }
      expect(new BigInt64Array(new Uint8Array(found.get('bn1.num_batches_tracked')?.bytes ?? []).buffer)).toEqual(BigInt64Array.of(BigInt(counter)));
    };
    compare('weights', state);
    if (average !== null) compare('average', average);
    await trainer.close();
  });
});
