import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { architectureNames, findArchitecture, stateDeclarations, type Architecture } from '../../src/models/index.ts';
import { declarations, inputName, startingValues, trace, type Declaration } from '../../src/nn/index.ts';
import { evaluate } from '../../src/nn/testing.ts';
import { ruleTensor, ruleWeight, unpack } from '../support/rule.ts';

const outputSchema = z.object({ size: z.number(), logits: z.string().transform(unpack), featureShape: z.array(z.number()), featureMeans: z.string().transform(unpack) });
const caseSchema = z.object({
  name: z.string(),
  parameters: z.number(),
  damped: z.record(z.string(), z.number()),
  states: z.number(),
  statesHash: z.string(),
  distributions: z.record(z.string(), z.number()),
  outputs: z.array(outputSchema),
});
const oracle = z
  .object({ torch: z.string(), torchvision: z.string(), timm: z.string(), classes: z.number(), architectures: z.array(caseSchema) })
  .parse(JSON.parse(readFileSync(new URL('../oracles/nn/models.json', import.meta.url), 'utf8')));
const { classes } = oracle;

/** As Python writes `f"{value:.5e}"`. */
const number = (value: number): string => value.toExponential(5).replace(/e([+-])(\d)$/, 'e$10$2');

function describeStart({ start }: Declaration): string {
  if (start === undefined) return 'counter';
  const numbers = start.kind === 'constant' ? [start.value] : start.kind === 'uniform' ? [start.low, start.high] : [start.mean, start.deviation];
  return [start.kind, ...numbers.map(number)].join(' ');
}

function countEach(values: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** Largest absolute difference. */
const furthest = (actual: ArrayLike<number>, expected: Float32Array): number =>
  expected.reduce((largest, value, i) => Math.max(largest, Math.abs((actual[i] ?? Infinity) - value)), actual.length === expected.length ? 0 : Infinity);

/** Means of the first channels of the first picture. */
function channelMeans(features: Float32Array, shape: readonly number[], channels: number): readonly number[] {
  const area = (shape[2] ?? 0) * (shape[3] ?? 0);
  return Array.from({ length: channels }, (_, c) => features.subarray(c * area, (c + 1) * area).reduce((sum, value) => sum + value, 0) / area);
}

/** Logits and feature map for the rule's weights and input. The weights are inputs of the graph: VGG's 134 million need not be written into a file. */
async function run(architecture: Architecture, damped: Readonly<Record<string, number>>, size: number) {
  const shape = [2, 3, size, size];
  const { tape, output } = trace(architecture.network({ classes }), shape, { training: false });
  const feeds = new Map([[inputName, ruleTensor(shape, 1)]]);
  for (const { name, kind, shape: lengths } of declarations(tape)) {
    if (kind === 'counter') continue;
    const factor = Object.entries(damped).find(([suffix]) => name.endsWith(suffix))?.[1] ?? 1;
    const values = ruleWeight(name, lengths);
    feeds.set(name, factor === 1 ? values : values.map((value) => value * factor));
  }
  const [logits, features] = (await evaluate([output.logits, output.features], feeds)).values;
  if (logits === undefined || features === undefined) throw new Error('the model gave nothing');
  return { logits, features, featureShape: output.features.shape };
}

describe(`architectures as torchvision ${oracle.torchvision} and timm ${oracle.timm} build them`, () => {
  it('has recorded every one', () => {
    expect(oracle.architectures.map(({ name }) => name)).toEqual(architectureNames);
  });

  describe.each(oracle.architectures.map((each) => [each.name, each] as const))('%s', (name, each) => {
    const architecture = findArchitecture(name);

    it('has the same names in the same order, shapes, and distributions to start from', () => {
      const declared = stateDeclarations(architecture, { classes });
      const starts = declared.map(describeStart);
      expect(countEach(starts)).toEqual(each.distributions);
      expect(declared).toHaveLength(each.states);
      const lines = declared.map((declaration, i) => `${declaration.name} [${declaration.shape.join(', ')}] ${starts[i]}`);
      expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(each.statesHash);
      const parameters = declared.filter(({ kind }) => kind === 'parameter').reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
      expect(parameters).toBe(each.parameters);
    });

    it.each(each.outputs.map((output) => [output.size, output] as const))('gives the same logits and feature map at %i pixels', async (size, expected) => {
      const { logits, features, featureShape } = await run(architecture, each.damped, size);
      expect(furthest(logits, expected.logits)).toBeLessThanOrEqual(1e-4);
      expect(featureShape).toEqual(expected.featureShape);
      expect(furthest(channelMeans(features, featureShape, expected.featureMeans.length), expected.featureMeans)).toBeLessThanOrEqual(1e-4);
    });
  });
});

describe('what a network starts from', () => {
  it('is spread as its distribution says', () => {
    const declared = stateDeclarations(findArchitecture('mobilenet_v2'), { classes: 2 });
    const linear = declared.find(({ name }) => name === 'classifier.1.weight');
    const start = linear?.start;
    if (linear === undefined || start === undefined) throw new Error('no such layer');
    const values = startingValues(linear.name, linear.shape, start, 1);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    // 2,560 numbers from N(0, 0.01²): four standard errors.
    expect(Math.abs(mean)).toBeLessThan(4 * (0.01 / Math.sqrt(2560)));
    expect(Math.abs(deviation - 0.01)).toBeLessThan(4 * (0.01 / Math.sqrt(2 * 2560)));
  });
});
