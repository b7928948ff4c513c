/** A small network of every usual layer, which the tests of training share: `Small` of tests/oracles/nn/training.py. */
import { ruleState, ruleTensor } from '../../../tests/support/rule.ts';
import type { StateDict } from '../checkpoint/index.ts';
import { compileTrainingStep, type TrainingProgram } from '../compile/training.ts';
import type { Value } from '../graph/tape.ts';
import { adaptiveAveragePool2d, crossEntropy, flatten, maxPool2d, relu } from '../layers/functional.ts';
import { batchNorm2d, conv2d, dropout, linear } from '../layers/layers.ts';
import { declarations, trace, type Scope } from '../layers/scope.ts';
import type { Batch } from '../runtime/program-session.ts';
import { Trainer, type TrainerOptions } from './trainer.ts';

export const smallShape = [4, 2, 12, 10] as const;

/** With `rate` above 0 a dropout stands before the head. */
export const smallNetwork = (rate = 0) => (scope: Scope, input: Value): Value => {
  const first = relu(batchNorm2d(scope.at('bn1'), conv2d(scope.at('conv1'), input, { out: 6, kernel: 3, padding: 1, bias: false })));
  const second = relu(batchNorm2d(scope.at('bn2'), conv2d(scope.at('conv2'), maxPool2d(first, 2), { out: 8, kernel: 3, stride: 2, padding: 1, bias: false })));
  return linear(scope.at('fc'), dropout(scope, flatten(adaptiveAveragePool2d(second, 1)), rate), { out: 3 });
};

/** The network's training step, and the state that the rule gives it. */
export function smallProgram(dropoutRate = 0): { readonly program: TrainingProgram; readonly state: StateDict } {
  const { tape, output } = trace(smallNetwork(dropoutRate), smallShape, { training: true });
  const loss = crossEntropy(output, tape.input('target', [smallShape[0]], 'int64'));
  return { program: compileTrainingStep(tape, loss, { outputs: { logits: output } }), state: ruleState(declarations(tape)) };
}

/** What training.py feeds at a step. */
export function smallBatch(step: number, index = 0): Batch {
  return {
    input: ruleTensor(smallShape, 100 + 10 * step + index),
    target: BigInt64Array.from({ length: smallShape[0] }, (_, n) => BigInt((n + step + index) % 3)),
  };
}

export async function smallTrainer(options: TrainerOptions, dropoutRate = 0): Promise<Trainer> {
  const { program, state } = smallProgram(dropoutRate);
  return Trainer.create(program, state, { threads: 1, ...options });
}
