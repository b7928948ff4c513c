import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { explain } from '../nn/index.ts';
import { ruleState, ruleTensor, unpack } from '../../tests/support/rule.ts';
import { findArchitecture, stateDeclarations } from './index.ts';

const whole = z.int().positive();
const recorded = z
  .strictObject({
    torch: z.string(),
    classes: whole,
    positive: whole,
    batch: whole,
    stride: whole,
    cases: z.array(z.strictObject({ architecture: z.string(), size: z.tuple([whole, whole]), logits: z.string(), shape: z.array(whole), gradCam: z.string(), inputGradient: z.string() })),
  })
  .parse(JSON.parse(readFileSync(new URL('../../tests/oracles/nn/gradcam.json', import.meta.url), 'utf8')));

/** Largest difference as a share of the largest number expected. */
function worstShare(actual: ArrayLike<number>, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const gaps = Array.from(expected, (value, i) => Math.abs((actual[i] ?? NaN) - value));
  return actual.length === expected.length && largest > 0 && !gaps.some(Number.isNaN) ? Math.max(...gaps) / largest : Infinity;
}

describe(`Grad-CAM and input gradients as PyTorch ${recorded.torch} has them`, () => {
  it.each(recorded.cases.map((each) => [each.architecture, each.size.join('×'), each] as const))('%s at %s', async (name, _, each) => {
    const [architecture, options] = [findArchitecture(name), { classes: recorded.classes }];
    const shape = [recorded.batch, 3, ...each.size];
    const state = ruleState(stateDeclarations(architecture, options));
    const found = await explain(architecture.network(options), state, { shape, data: ruleTensor(shape, 4) }, { positive: recorded.positive, threads: 1 });
    expect(worstShare(found.logits.data, unpack(each.logits))).toBeLessThan(1e-4);
    expect(found.gradCam.shape).toEqual(each.shape);
    expect(worstShare(found.gradCam.data, unpack(each.gradCam))).toBeLessThan(1e-3);
    expect(worstShare(found.inputGradient.data.filter((__, i) => i % recorded.stride === 0), unpack(each.inputGradient))).toBeLessThan(1e-3);
  });
});
