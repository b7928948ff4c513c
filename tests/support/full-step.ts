/** One whole training step of ours beside a recording of tests/oracles/nn/whole_step.py. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { z } from 'zod';
import { findArchitecture } from '../../src/models/index.ts';
import { compileTrainingStep, crossEntropy, declarations, inputName, moveStatistics, ProgramSession, trace, type Tape, type TrainingProgram } from '../../src/nn/index.ts';
import { ruleSeed, ruleSketch, ruleWeight, unpack } from './rule.ts';

const floats = z.string().transform(unpack);
const recording = z.object({
  torch: z.string(),
  batch: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  square: z.number().optional(),
  classes: z.number(),
  steps: z.array(z.object({ name: z.string(), loss: z.number(), length: z.number(), gradients: z.record(z.string(), floats), running: z.record(z.string(), floats) })),
});

type Numbers = Float32Array<ArrayBuffer>;
export type FullStepRecording = z.infer<typeof recording>;
export type RecordedStep = FullStepRecording['steps'][number];

export const readFullSteps = (name: string): FullStepRecording => recording.parse(JSON.parse(readFileSync(new URL(`../oracles/nn/${name}.json`, import.meta.url), 'utf8')));

/** A step takes some seconds on two cores of its own; elsewhere it takes what it takes. */
export const fullStepTimeout = 600_000;

/** A network's training step with weights by the rule; `spoil` may change the tape before it is compiled. */
function compile(name: string, { batch, classes }: FullStepRecording, spoil: (tape: Tape) => void): { readonly program: TrainingProgram; readonly state: Map<string, Numbers> } {
  const { tape, output } = trace(findArchitecture(name).network({ classes }), batch, { training: true });
  const loss = crossEntropy(output.logits, tape.input('target', [batch[0]], 'int64'));
  const state = new Map(declarations(tape).flatMap(({ name: key, kind, shape }): [string, Numbers][] => (kind === 'counter' ? [] : [[key, ruleWeight(key, shape)]])));
  spoil(tape);
  return { program: compileTrainingStep(tape, loss), state };
}

/** √Σ|a − b|² of sketches. */
function distance(sketches: Iterable<readonly [Float64Array, ArrayLike<number>]>): number {
  let total = 0;
  for (const [found, expected] of sketches) total += found.reduce((sum, value, i) => sum + (value - (expected[i] ?? NaN)) ** 2, 0);
  return Math.sqrt(total);
}

const sketched = (recorded: Readonly<Record<string, Numbers>>, numbersOf: (name: string) => Numbers) =>
  Object.entries(recorded).map(([name, expected]) => [ruleSketch(numbersOf(name), ruleSeed(name)), expected] as const);

/** How far one step of ours is from a recorded one: the loss absolutely, gradients and running statistics relative to their length. */
export async function compareFullStep(recorded: RecordedStep, all: FullStepRecording, pictures: Numbers, spoil: (tape: Tape) => void = () => undefined) {
  const { program, state } = compile(recorded.name, all, spoil);
  expect(Object.keys(program.gradients)).toEqual(Object.keys(recorded.gradients));
  const session = await ProgramSession.create(program, { threads: 1 });
  try {
    const target = BigInt64Array.from({ length: all.batch[0] }, (_, i) => BigInt(i % all.classes));
    const { statistics } = await session.run(state, { [inputName]: pictures, target }, [1]);
    const gradients = sketched(recorded.gradients, (name) => session.result(program.gradients[name] ?? name));
    moveStatistics(program.statistics, state, statistics);
    const running = sketched(recorded.running, (name) => state.get(name) ?? new Float32Array());
    return {
      loss: Math.abs((session.result(program.loss)[0] ?? NaN) - recorded.loss),
      gradients: distance(gradients) / recorded.length,
      running: distance(running) / distance(running.map(([, expected]) => [new Float64Array(expected.length), expected] as const)),
    };
  } finally {
    await session.close();
  }
}

const atMost = (bound: number): unknown => expect.toSatisfy((value: number) => value <= bound);

/** The bounds that a step is held to: what {@link compareFullStep} gives equals this. */
export const fullStepBounds = { loss: atMost(1e-5), gradients: atMost(1e-2), running: atMost(1e-5) };
