import { expect, it } from 'vitest';
import { ruleTensor } from '../../../tests/support/rule.ts';
import { Tape, type Value } from '../graph/tape.ts';
import { add, multiply, sum } from '../layers/functional.ts';
import { evaluate } from '../testing.ts';
import { batchNormTrainingOperation } from './batch-norm.ts';
import { at } from './inputs.ts';

// The runtime writes batch statistics over the operator's inputs, so that no two layers may share those.
it('two batch norms of equal width, and even of equal weights, in one graph have statistics and gradients of their own', async () => {
  const shape = [3, 4, 5, 5] as const;
  const run = async (which: readonly number[]) => {
    const tape = new Tape();
    const [weight, bias] = [tape.input('weight', [4]), tape.input('bias', [4])];
    const norm = (i: number): readonly Value[] => tape.apply(batchNormTrainingOperation, [tape.input(`x${i}`, shape), weight, bias], { epsilon: 1e-5 });
    const norms = which.map(norm);
    const weighed = norms.map((outputs, k) => sum(multiply(at(outputs, 0), tape.constant(shape, ruleTensor(shape, 50 + at(which, k))))));
    const of = weighed.reduce((total, each) => add(total, each));
    const inputs = [...tape.sources].flatMap(([value, source]) => (source.kind === 'input' && source.name.startsWith('x') ? [value] : []));
    const feeds = new Map([['weight', ruleTensor([4], 3)], ['bias', ruleTensor([4], 4)], ...which.map((i) => [`x${i}`, ruleTensor(shape, i, -1, 3 * i)] as const)]);
    const { values, gradients } = await evaluate(norms.flatMap((outputs) => outputs), feeds, { of, by: inputs });
    return which.map((_, k) => [values[3 * k], values[3 * k + 1], values[3 * k + 2], gradients[k]]);
  };
  const [alone1, alone2, together] = [await run([1]), await run([2]), await run([1, 2])];
  expect(together).toEqual([...alone1, ...alone2]);
});
