import { expect, it } from 'vitest';
import { ruleState } from '../../../tests/support/rule.ts';
import { graphOf } from '../compile/graph.ts';
import { compileTrainingStep } from '../compile/training.ts';
import { differentiate, lower, symOf } from '../graph/autodiff.ts';
import { maxPool2d, mean } from '../layers/functional.ts';
import { conv2d } from '../layers/layers.ts';
import { declarations, trace } from '../layers/scope.ts';
import { ProgramSession } from '../runtime/program-session.ts';

const shape = [1, 2, 6, 6] as const;
const traced = (training: boolean) => trace((scope, input) => mean(maxPool2d(conv2d(scope, input, { out: 2, kernel: 1 }), 2)), shape, { training });

// The runtime does not put a pooling that gives places into its blocks of channels: 7 % of DenseNet-169's time.
it('a maximum gives its places where the gradient needs them, and nowhere else', async () => {
  const poolings = (withGradient: boolean) => {
    const { tape, output } = traced(withGradient);
    const lowered = lower(tape, [output]);
    const weight = tape.states.get('weight');
    if (weight === undefined) throw new Error('the convolution has a weight');
    const gradient = withGradient ? differentiate(lowered, output, [weight]).get(weight) : undefined;
    const outputs = new Map([['y', symOf(lowered.syms, output)], ...(gradient === undefined ? [] : [['gradient', gradient] as const])]);
    return graphOf(lowered, 'test', outputs).nodes.filter(({ opType }) => opType === 'MaxPool').map((node) => node.outputs.length);
  };
  expect(poolings(false)).toEqual([1]);
  expect(poolings(true)).toEqual([2]);
  const { tape, output } = traced(true);
  const session = await ProgramSession.create(compileTrainingStep(tape, output), { threads: 1 });
  const weights = new Map([...ruleState(declarations(tape))].map(([name, { bytes }]) => [name, new Float32Array(new Uint8Array(bytes).buffer)]));
  await session.run(weights, { input: new Float32Array(72).fill(1) }, [1]);
  expect(session.result('gradient:weight')).toEqual(new Float32Array(4).fill(0.5));
  await session.close();
});
