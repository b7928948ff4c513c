import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inBlocks } from '../graph/blocks.ts';
import { Tape, type Operation, type Value } from '../graph/tape.ts';
import { infoNce, l2Normalise, multiply, sum } from '../layers/functional.ts';
import { channelsPerBlock } from '../runtime/channel-blocks.ts';
import { loadRuntime, type Numbers } from '../runtime/runtime.ts';
import { ruleTensor } from '../../../tests/support/rule.ts';
import { evaluate, worst } from '../testing.ts';
import { concatOperation, l2NormaliseOperation, matmulOperation, reduceOperation, reshapeOperation } from './arrange.ts';
import { batchNormFixedOperation, batchNormTrainingOperation } from './batch-norm.ts';
import { convolutionOperation } from './convolution.ts';
import { addOperation, multiplyOperation, relu6Operation, reluOperation, scaleOperation, sigmoidOperation, siluOperation } from './elementwise.ts';
import { at } from './inputs.ts';
import { linearOperation } from './linear.ts';
import { binaryCrossEntropyOperation, crossEntropyOperation } from './losses.ts';
import { adaptiveAveragePoolOperation, averagePoolOperation, globalAveragePoolOperation, maxPoolOperation } from './pooling.ts';

const two = z.tuple([z.number(), z.number()]);
const four = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const poolSchema = z.object({ kernel: two, stride: two, padding: two }).transform(({ kernel, stride, padding: [h, w] }) => ({ kernel, stride, padding: [h, w, h, w] as const }));

/** Every operation by the name that the oracle has for it. */
const build: Readonly<Record<string, (inputs: readonly Value[], attributes: unknown) => Value>> = {
  conv: (x, a) => tape(x).apply1(convolutionOperation, x, z.object({ stride: two, padding: four, dilation: two, groups: z.number() }).parse(a)),
  batchNormTraining: (x, a) => at(tape(x).apply(batchNormTrainingOperation, x, z.object({ epsilon: z.number() }).parse(a)), 0),
  batchNormFixed: (x, a) => tape(x).apply1(batchNormFixedOperation, x, z.object({ epsilon: z.number() }).parse(a)),
  linear: (x) => tape(x).apply1(linearOperation, x, null),
  relu: (x) => tape(x).apply1(reluOperation, x, null),
  relu6: (x) => tape(x).apply1(relu6Operation, x, null),
  silu: (x) => tape(x).apply1(siluOperation, x, null),
  sigmoid: (x) => tape(x).apply1(sigmoidOperation, x, null),
  add: (x) => tape(x).apply1(addOperation, x, null),
  multiply: (x) => tape(x).apply1(multiplyOperation, x, null),
  scale: (x, a) => tape(x).apply1(scaleOperation, x, z.object({ factor: z.number() }).parse(a)),
  concat: (x, a) => tape(x).apply1(concatOperation, x, z.object({ axis: z.number() }).parse(a)),
  reshape: (x, a) => tape(x).apply1(reshapeOperation, x, z.object({ shape: z.array(z.number()) }).parse(a)),
  matmul: (x, a) => tape(x).apply1(matmulOperation, x, z.object({ transposeB: z.boolean() }).parse(a)),
  reduce: (x, a) => tape(x).apply1(reduceOperation, x, z.object({ axes: z.array(z.number()), mean: z.boolean() }).parse(a)),
  l2Normalise: (x, a) => tape(x).apply1(l2NormaliseOperation, x, z.object({ epsilon: z.number() }).parse(a)),
  maxPool: (x, a) => tape(x).apply1(maxPoolOperation, x, poolSchema.parse(a)),
  averagePool: (x, a) => tape(x).apply1(averagePoolOperation, x, poolSchema.parse(a)),
  globalAveragePool: (x) => tape(x).apply1(globalAveragePoolOperation, x, null),
  adaptiveAveragePool: (x, a) => tape(x).apply1(adaptiveAveragePoolOperation, x, z.object({ size: two }).parse(a)),
  crossEntropy: (x, a) => {
    const { weights, labelSmoothing } = z.object({ weights: z.array(z.number()).nullable(), labelSmoothing: z.number() }).parse(a);
    return tape(x).apply1(crossEntropyOperation, x, { weights: weights ?? undefined, labelSmoothing });
  },
  binaryCrossEntropy: (x, a) => tape(x).apply1(binaryCrossEntropyOperation, x, z.object({ positiveWeight: z.number() }).parse(a)),
  infoNce: (x, a) => infoNce(l2Normalise(at(x, 0)), l2Normalise(at(x, 1)), at(x, 2), z.object({ temperature: z.number() }).parse(a).temperature),
};

const tape = (inputs: readonly Value[]): Tape => at(inputs, 0).tape;

const floats = z.string().transform((text) => {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer);
});
const inputSchema = z.union([
  z.object({ shape: z.array(z.number()), classes: z.number() }),
  z.object({ shape: z.array(z.number()), low: z.number(), high: z.number(), fixed: z.boolean() }),
]);
const caseSchema = z.object({ name: z.string(), op: z.string(), attributes: z.unknown(), inputs: z.array(inputSchema), shape: z.array(z.number()), y: floats, gradients: z.array(floats.nullable()) });
const oracle = z
  .object({ torch: z.string(), cases: z.array(caseSchema) })
  .parse(JSON.parse(readFileSync(new URL('../../../tests/oracles/nn/operations.json', import.meta.url), 'utf8')));

/** Has a picture held in blocks of channels from here on. */
const heldInBlocks: Operation<null> = {
  name: 'heldInBlocks',
  anyOrder: true,
  shapes: (inputs) => [at(inputs, 0)],
  lower: (emit, inputs) => ({ outputs: [inBlocks(emit, at(inputs, 0))], backward: ([dy]) => [dy] }),
};

/** An oracle's case on a tape: Σ y r, with r by the rule. */
function prepare({ op, attributes, inputs, shape }: z.infer<typeof caseSchema>, isBlocked: boolean) {
  const own = new Tape();
  const feeds = new Map<string, Numbers>();
  const values = inputs.map((input, i): Value => {
    const isClass = 'classes' in input;
    feeds.set(`x${i}`, isClass ? BigInt64Array.from({ length: at(input.shape, 0) }, (_, k) => BigInt(k % input.classes)) : ruleTensor(input.shape, i + 1, input.low, input.high));
    return own.input(`x${i}`, input.shape, isClass ? 'int64' : 'float32');
  });
  const y = build[op]?.(isBlocked ? values.map((value) => (value.shape.length === 4 && value.shape[0] === 2 ? own.apply1(heldInBlocks, [value], null) : value)) : values, attributes);
  if (y === undefined) throw new Error(`no operation ${op}`);
  const weighed = sum(multiply(y, own.constant(shape, ruleTensor(shape, 99))));
  return { values, feeds, y, weighed };
}

const block = await channelsPerBlock(await loadRuntime());
const pictures = oracle.cases.filter(({ inputs }) => at(inputs, 0).shape.length === 4);

/** How far a case's result and its gradients are from the recorded ones. @param spoil may change the tape before it is lowered */
async function compare(each: z.infer<typeof caseSchema>, size: number | undefined, spoil: (tape: Tape) => void = () => undefined) {
  const { values, feeds, y, weighed } = prepare(each, size !== undefined);
  spoil(y.tape);
  const by = values.filter((__, i) => each.gradients[i] !== null);
  const expected = each.gradients.filter((gradient) => gradient !== null);
  const result = await evaluate([y], feeds, { of: weighed, by }, 'extended', size);
  expect(y.shape).toEqual(each.shape);
  expect(result.gradients).toHaveLength(expected.length);
  return { value: worst(at(result.values, 0), each.y), gradients: result.gradients.map((gradient, i) => worst(gradient ?? [], at(expected, i))) };
}

const bound = 1e-5;

describe.each([['in ONNX order', oracle.cases, undefined], ['in blocks of channels', pictures, block]] as const)(`operations as PyTorch ${oracle.torch} computes them in double precision, %s`, (order, cases, size) => {
  it.skipIf(order === 'in blocks of channels' && size === undefined).each(cases.map((each) => [each.name, each] as const))('%s: result and gradients', async (_, each) => {
    const { value, gradients } = await compare(each, size);
    expect(value).toBeLessThan(2e-6);
    gradients.forEach((gradient, i) => expect(gradient, `gradient ${i}`).toBeLessThan(bound));
  });
});

describe('a gradient rule that is wrong by a thousandth, planted in each operation,', () => {
  const planted = Object.keys(build).map((op) => [op, oracle.cases.find((each) => each.op === op)] as const);

  it.each(planted)('is told by what was recorded: %s', async (op, each) => {
    if (each === undefined) throw new Error(`no case of ${op}`);
    // infoNce is made of other operations; its cross-entropy is spoilt.
    const { value, gradients } = await compare(each, undefined, ({ steps }) => {
      const place = steps.findIndex(({ operation }) => operation === (op === 'conv' ? 'convolution' : op === 'infoNce' ? 'crossEntropy' : op));
      const step = at(steps, place);
      steps[place] = {
        ...step,
        lower: (emit, inputs) => {
          const { outputs, backward } = step.lower(emit, inputs);
          return { outputs, backward: (given, wanted) => backward(given, wanted).map((gradient) => gradient && emit.scale(gradient, 1.001)) };
        },
      };
    });
    expect(value).toBeLessThan(2e-6);
    expect(Math.max(...gradients)).toBeGreaterThan(bound);
  });
});
