import { describe, expect, it } from 'vitest';
import { compareFullStep, fullStepBounds, fullStepTimeout as timeout, readFullSteps } from '../support/full-step.ts';
import { ruleTensor } from '../support/rule.ts';

const all = readFullSteps('full_step');

/** `[N, 3, H, W]`, each number of the rule as a square of pixels. */
function pictures(): Float32Array<ArrayBuffer> {
  const [n, c, h, w] = all.batch;
  const square = all.square ?? NaN;
  const [rows, columns] = [h / square, w / square];
  const numbers = ruleTensor([n, c, rows, columns], 1);
  return Float32Array.from({ length: n * c * h * w }, (_, i) => {
    const [plane, y, x] = [Math.floor(i / (h * w)), Math.floor(i / w) % h, i % w];
    return numbers[plane * rows * columns + Math.floor(y / square) * columns + Math.floor(x / square)] ?? NaN;
  });
}

describe(`one whole training step as PyTorch ${all.torch} makes it in double precision`, () => {
  it.each(all.steps.map((each) => [each.name, each] as const))('%s: loss within 1e-5, all gradients within 1 % of their length, running statistics', async (_, recorded) => {
    expect(await compareFullStep(recorded, all, pictures())).toEqual(fullStepBounds);
  }, timeout);

  it('tells a gradient that is wrong in one layer of many', async () => {
    const recorded = all.steps.find(({ name }) => name === 'resnet18');
    if (recorded === undefined) throw new Error('resnet18 is not recorded');
    // The seventh convolution hands back a gradient that is a tenth too large.
    const { loss, gradients } = await compareFullStep(recorded, all, pictures(), (tape) => {
      const place = tape.steps.flatMap(({ operation }, i) => (operation === 'convolution' ? [i] : []))[6] ?? -1;
      const step = tape.steps[place];
      if (step === undefined) throw new Error('there is no seventh convolution');
      tape.steps[place] = {
        ...step,
        lower: (emit, inputs) => {
          const lowered = step.lower(emit, inputs);
          return { ...lowered, backward: (given, wanted) => lowered.backward(given, wanted).map((gradient, i) => (i === 0 && gradient ? emit.scale(gradient, 1.1) : gradient)) };
        },
      };
    });
    expect(loss).toBeLessThanOrEqual(1e-5);
    expect(gradients).toBeGreaterThan(1e-2);
  }, timeout);
});
