import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ruleTensor, unpack } from '../../../tests/support/rule.ts';
import { Emitter } from '../graph/emitter.ts';
import { inBlocks } from '../graph/blocks.ts';
import { writeOnnx } from '../onnx/model.ts';
import { channelsPerBlock } from '../runtime/channel-blocks.ts';
import { loadRuntime, tensorOf } from '../runtime/runtime.ts';
import { worst } from '../testing.ts';
import { weightGradientForms, weightGradientInBlocks, type WeightGradientForm } from './convolution-blocks.ts';
import { at } from './inputs.ts';

const two = z.tuple([z.number(), z.number()]);
const geometrySchema = z.object({ stride: two, padding: z.tuple([z.number(), z.number(), z.number(), z.number()]), dilation: two, groups: z.number() });
const caseSchema = z.object({ name: z.string(), op: z.string(), attributes: z.unknown(), inputs: z.array(z.unknown()), shape: z.array(z.number()), gradients: z.array(z.string().transform(unpack).nullable()) });
const inputSchema = z.object({ shape: z.array(z.number()), low: z.number(), high: z.number() });
const { cases } = z.object({ cases: z.array(caseSchema) }).parse(JSON.parse(readFileSync(new URL('../../../tests/oracles/nn/operations.json', import.meta.url), 'utf8')));
const convolutions = cases.flatMap((each) => (each.op === 'conv' ? [{ ...each, geometry: geometrySchema.parse(each.attributes), inputs: each.inputs.map((input) => inputSchema.parse(input)) }] : [])).filter(({ geometry }) => geometry.groups === 1);

const runtime = await loadRuntime();
const block = await channelsPerBlock(runtime);
const forms = Object.keys(weightGradientForms) as WeightGradientForm[];

/** dW of a recorded convolution, whose loss is Σ y r, by one form. */
async function weightGradient({ inputs, shape, geometry }: (typeof convolutions)[number], form: WeightGradientForm): Promise<Float32Array> {
  const emit = new Emitter(block);
  const [x, weight] = [at(inputs, 0), at(inputs, 1)];
  const sources = [emit.input('x', x.shape), emit.input('dy', shape)];
  const [held, gradient] = sources.map((sym) => inBlocks(emit, sym));
  if (held === undefined || gradient === undefined) throw new Error('there are two inputs');
  const made = weightGradientInBlocks(emit, gradient, held, weight.shape, { ...geometry, kernel: [at(weight.shape, 2), at(weight.shape, 3)] }, form);
  if (made === undefined) throw new Error(`no ${form}`);
  const session = await runtime.InferenceSession.create(writeOnnx({ name: form, nodes: emit.nodes, initialisers: emit.initialisers, inputs: sources, outputs: [made] }), { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const results = await session.run({ x: tensorOf(runtime, ruleTensor(x.shape, 1, x.low, x.high), x.shape), dy: tensorOf(runtime, ruleTensor(shape, 99), shape) });
  const data = results[made.name]?.data;
  await session.release();
  return data instanceof Float32Array ? new Float32Array(data) : new Float32Array();
}

// The rule picks one form for each of these small shapes; whichever it picks for larger ones must be right, too.
describe.skipIf(block === undefined)('every form of dW in blocks of channels gives what PyTorch gives', () => {
  describe.each(convolutions.map((each) => [each.name, each] as const))('%s', (_, each) => {
    it.each(forms)('%s', async (form) => {
      expect(worst(await weightGradient(each, form), each.gradients[1] ?? [])).toBeLessThan(1e-5);
    });
  });
});
