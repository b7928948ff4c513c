import { describe, expect, it } from 'vitest';
import { architectures, fitState, type Architecture, type ArchitectureOptions } from '../../src/models/index.ts';
import { compileTrainingStep, crossEntropy, declarations, inputName, trace, type Declaration, type Numbers, type StateDict, type Tape } from '../../src/nn/index.ts';
import { evaluate } from '../../src/nn/testing.ts';
import { ruleState, ruleTensor, ruleWeight } from '../support/rule.ts';

/** Small pictures, where an architecture allows it. */
const sizeFor = (architecture: Architecture): number => (architecture.fixedSize === true ? architecture.inputSize : Math.max(architecture.leastSize, 64));

function traced(architecture: Architecture, options: ArchitectureOptions, training: boolean) {
  const size = sizeFor(architecture);
  return trace(architecture.network(options), [2, options.channels ?? 3, size, size], { training });
}

/** The rule's input and weights, and masks that leave about half out. */
function feedsFor(tape: Tape, shape: readonly number[]): Map<string, Numbers> {
  const feeds = new Map<string, Numbers>([[inputName, ruleTensor(shape, 1)]]);
  for (const { name, kind, shape: lengths } of declarations(tape)) if (kind !== 'counter') feeds.set(name, ruleWeight(name, lengths));
  for (const [{ shape: lengths }, source] of tape.sources) {
    if (source.kind === 'mask') feeds.set(source.name, ruleTensor(lengths, 2).map((value) => (value < 0 ? 0 : 1 / source.keep)));
  }
  return feeds;
}

/** At least one number, and each finite. A plain loop: VGG has 134 million. */
function isFinite(values: Float32Array = new Float32Array()): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return values.length > 0;
}

const parameterCount = (declared: readonly Declaration[]): number =>
  declared.filter(({ kind }) => kind === 'parameter').reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);

/** Above this a network is traced and compiled, but not run: SimpleCNN with 1,000 classes has 401 million parameters. */
const mostParameters = 150_000_000;

function trainingLoss(architecture: Architecture, options: ArchitectureOptions) {
  const training = traced(architecture, options, true);
  return { training, loss: crossEntropy(training.output.logits, training.tape.integerConstant([2], [0, options.classes - 1])) };
}

/** What every architecture owes to those who use it, whatever it is made of. */
describe.each(architectures.map((architecture) => [architecture.name, architecture] as const))('%s', (_, architecture) => {
  describe.each([{ channels: 1, classes: 2 }, { channels: 3, classes: 1000 }] as const)('with $channels channels and $classes classes', (options) => {
    const inference = traced(architecture, options, false);
    const declared = declarations(inference.tape);

    it('says what its head and its first convolution are called', () => {
      const shapes = new Map(declared.map(({ name, shape }) => [name, shape]));
      expect(architecture.head.map((name) => shapes.get(name)?.[0])).toEqual(architecture.head.map(() => options.classes));
      expect(shapes.get(architecture.stem)?.[1]).toBe(options.channels);
    });

    it('declares the same state for training and inference, of which every tensor is read', () => {
      const { training } = trainingLoss(architecture, options);
      const outline = (tape: Tape) => declarations(tape).map(({ name, kind, shape }) => [name, kind, shape]);
      expect(outline(training.tape)).toEqual(outline(inference.tape));
      const used = new Set(inference.tape.steps.flatMap(({ inputs }) => inputs));
      expect([...inference.tape.states].filter(([, value]) => !used.has(value)).map(([name]) => name)).toEqual([]);
    });

    it('compiles to a training step that has a gradient for every parameter', () => {
      const { training, loss } = trainingLoss(architecture, options);
      const { gradients } = compileTrainingStep(training.tape, loss);
      expect(Object.keys(gradients)).toEqual(declared.filter(({ kind }) => kind === 'parameter').map(({ name }) => name));
    });

    it.runIf(parameterCount(declared) <= mostParameters)('gives a feature map, an embedding and logits, all finite', async () => {
      const { features, embedding, logits } = inference.output;
      expect([features.shape.length, embedding.shape.length, logits.shape]).toEqual([4, 2, [2, options.classes]]);
      const { values } = await evaluate([features, embedding, logits], feedsFor(inference.tape, inference.input.shape));
      expect(values.map(isFinite)).toEqual([true, true, true]);
    });
  });

  it('trains: a finite loss, finite statistics, and a gradient for every parameter that is finite and not zero', async () => {
    const { training, loss } = trainingLoss(architecture, { channels: 1, classes: 2 });
    const parameters = declarations(training.tape).filter(({ kind }) => kind === 'parameter');
    const by = parameters.flatMap(({ name }) => training.tape.states.get(name) ?? []);
    const statistics = training.tape.statistics.map(({ statistic }) => statistic);
    const result = await evaluate([loss, ...statistics], feedsFor(training.tape, training.input.shape), { of: loss, by }, 'disabled');
    expect(result.values.map(isFinite)).not.toContain(false);
    expect(by).toHaveLength(parameters.length);
    const bad = parameters.filter(({ name }, i) => {
      const gradient = result.gradients[i];
      // A bias before a batch norm has none but for rounding; every weight has one.
      return !isFinite(gradient) || (name.endsWith('.weight') && gradient?.some((value) => value !== 0) !== true);
    });
    expect(bad.map(({ name }) => name)).toEqual([]);
  });

  it('takes pictures from its least size on, and none smaller', () => {
    const at = (size: number) => () => trace(architecture.network({ classes: 2 }), [1, 3, size, size], { training: false });
    expect(at(architecture.leastSize)).not.toThrow();
    expect(at(architecture.leastSize - 1)).toThrow(/would be empty|cannot have the shape|takes pictures of/);
  });

  it('takes its weights for gray pictures and another head, when asked', () => {
    const coloured = ruleState(declarations(traced(architecture, { classes: 3 }, false).tape).filter(({ name }) => [architecture.stem, ...architecture.head].includes(name)));
    const rest = declarations(traced(architecture, { classes: 2, channels: 1 }, false).tape);
    // Numbers matter for the stem alone; the rest is as large as it has to be, and zero.
    const state: StateDict = new Map(rest.map(({ name, shape, kind }) => {
      const length = shape.reduce((product, size) => product * size, 1);
      const zero = kind === 'counter' ? ({ type: 'int64', shape, bytes: new Uint8Array(8) } as const) : ({ type: 'float32', shape, bytes: new Uint8Array(4 * length) } as const);
      return [name, coloured.get(name) ?? zero];
    }));
    const { replaced, summed } = fitState(architecture, { classes: 2, channels: 1 }, state, { seed: 1, replaceHead: true, sumChannels: true });
    expect([replaced, summed]).toEqual([architecture.head, [architecture.stem]]);
  });
});
