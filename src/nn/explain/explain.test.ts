import { describe, expect, it } from 'vitest';
import {
  adaptiveAveragePool2d,
  add,
  averagePool2d,
  batchNorm2d,
  compileClassifier,
  concat,
  conv2d,
  declarations,
  explain,
  flatten,
  InferenceModel,
  initialState,
  linear,
  maxPool2d,
  multiply,
  relu,
  relu6,
  sigmoid,
  silu,
  trace,
  weightsOf,
  type Explainable,
  type Network,
  type Result,
} from '../index.ts';
import { ruleTensor } from '../../../tests/support/rule.ts';
import { worst } from '../testing.ts';

/** A stem with a max pool, a strided residual block, a dense block with a transition, a depthwise one with squeeze-excite. */
const mixed: Network<Explainable> = (scope, input) => {
  const stem = maxPool2d(relu(batchNorm2d(scope.at('bn0'), conv2d(scope.at('conv0'), input, { out: 8, kernel: 7, stride: 2, padding: 3, bias: false }))), 3, { stride: 2, padding: 1 });
  const block = batchNorm2d(scope.at('bn1'), conv2d(scope.at('conv1'), stem, { out: 12, kernel: 3, stride: 2, padding: 1 }));
  const residual = relu(add(block, conv2d(scope.at('down'), stem, { out: 12, kernel: 1, stride: 2 })));
  const grown = concat([residual, conv2d(scope.at('grow'), relu(batchNorm2d(scope.at('bn2'), residual)), { out: 4, kernel: 3, padding: 1 })]);
  const transition = averagePool2d(conv2d(scope.at('transition'), grown, { out: 8, kernel: 1 }), 2);
  const depthwise = silu(conv2d(scope.at('depthwise'), transition, { out: 8, kernel: 3, padding: 1, groups: 8 }));
  const gate = sigmoid(conv2d(scope.at('excite'), relu6(conv2d(scope.at('squeeze'), adaptiveAveragePool2d(depthwise, 1), { out: 2, kernel: 1 })), { out: 8, kernel: 1 }));
  const features = relu(multiply(depthwise, gate));
  return { features, logits: linear(scope.at('fc'), flatten(adaptiveAveragePool2d(features, 1)), { out: 3 }) };
};

/** Features that are pooled to a grid and go through two layers, as VGG's do. */
const gridded: Network<Explainable> = (scope, input) => {
  const features = relu(conv2d(scope.at('conv'), input, { out: 4, kernel: 3, stride: 2 }));
  const hidden = relu(linear(scope.at('fc1'), flatten(adaptiveAveragePool2d(features, [3, 3])), { out: 5 }));
  return { features, logits: linear(scope.at('fc2'), hidden, { out: 2 }) };
};

const stateOf = (network: Network<Explainable>, size: readonly [number, number, number]) => initialState(declarations(trace(network, [1, ...size], { training: false }).tape), 3);
const weightsFor = (network: Network<Explainable>, size: readonly [number, number, number]) =>
  weightsOf(declarations(trace(network, [1, ...size], { training: false }).tape), stateOf(network, size));

describe.each([
  ['a mixed network', mixed, [3, 40, 40], 3],
  ['a network with a grid of cells', gridded, [1, 19, 23], 2],
] as const)('%s', (_, network, size, classes) => {
  const numbers = size[0] * size[1] * size[2];

  it('one file serves batches of 1, 3 and 8 with equal results', async () => {
    const model = await InferenceModel.load(compileClassifier(network, size, weightsFor(network, size), { explain: true, positive: 1 }), { threads: 1 });
    const data = ruleTensor([8, ...size], 5);
    const run = (from: number, count: number) => model.run({ input: { shape: [count, ...size], data: data.slice(from * numbers, (from + count) * numbers) } });
    const whole = await run(0, 8);
    expect(Object.keys(whole).toSorted()).toEqual(['gradcam', 'input_gradient', 'logits', 'probabilities']);
    for (const [from, count] of [[0, 1], [2, 3], [7, 1]] as const) {
      for (const [name, { shape, data: part }] of Object.entries(await run(from, count))) {
        const all = whole[name]?.data ?? new Float32Array();
        const each = all.length / 8;
        expect(shape[0]).toBe(count);
        expect(worst(part, all.subarray(from * each, (from + count) * each)), `${name}, ${count} from ${from}`).toBeLessThan(1e-6);
      }
    }
    await model.close();
  });

  it('input gradients are what finite differences say, and maps are nowhere below 0', async () => {
    const input = { shape: [2, ...size], data: ruleTensor([2, ...size], 6) };
    const state = stateOf(network, size);
    const found = await explain(network, state, input, { threads: 1, positive: 1 });
    expect(found.gradCam.shape.slice(0, 2)).toEqual([2, classes]);
    expect(found.gradCam.data.every((value) => value >= 0)).toBe(true);
    expect(found.gradCam.data.some((value) => value > 0)).toBe(true);
    expect(found.inputGradient.shape).toEqual(input.shape);
    // Along the gradient itself the logit must rise by |gradient|² a step; each picture's logit depends on its own pixels only.
    const largest = found.inputGradient.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const step = 0.01 / largest;
    const moved = { ...input, data: input.data.map((value, i) => value + step * (found.inputGradient.data[i] ?? 0)) };
    const after = await explain(network, state, moved, { threads: 1, positive: 1 });
    for (const picture of [0, 1]) {
      const own = found.inputGradient.data.subarray(picture * numbers, (picture + 1) * numbers);
      const expected = own.reduce((sum, value) => sum + value * value, 0);
      const rise = (logitOf(after.logits, picture) - logitOf(found.logits, picture)) / step;
      expect(rise / expected).toBeCloseTo(1, 1);
    }
  });
});

const logitOf = (logits: Result, picture: number): number => logits.data[picture * (logits.shape[1] ?? 0) + 1] ?? NaN;

describe('what cannot be compiled', () => {
  it('a network that depends on its batch is refused by name', () => {
    const crossing: Network<Explainable> = (scope, input) => {
      const features = conv2d(scope.at('conv'), input, { out: 2, kernel: 1 });
      return { features, logits: multiply(linear(scope.at('fc'), flatten(adaptiveAveragePool2d(features, 1)), { out: 2 }), scope.tape.constant([1, 1], [1 / (input.shape[0] ?? 1)])) };
    };
    expect(() => compileClassifier(crossing, [1, 4, 4], weightsFor(crossing, [1, 4, 4]))).toThrow(/any batch size: Mul .* differs in its numbers/);
  });

  it('classes that are not there are refused', () => {
    const weights = weightsFor(gridded, [1, 9, 9]);
    expect(() => compileClassifier(gridded, [1, 9, 9], weights, { positive: 2 })).toThrow(/no class 2 among 2/);
    expect(() => compileClassifier(gridded, [1, 9, 9], weights, { explainedClasses: 3 })).toThrow(/3 of 2 classes/);
  });
});
