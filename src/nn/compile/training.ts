import { NnError } from '../errors.ts';
import { differentiate, lower, symOf } from '../graph/autodiff.ts';
import type { Sym } from '../graph/emitter.ts';
import type { Tape, Value } from '../graph/tape.ts';
import { formatShape, type DType, type Shape } from '../tensor.ts';
import { writeGraph } from './graph.ts';

/** A tensor that a graph takes or gives. */
export interface Port {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A training step, compiled: plain data, which can be sent to a worker. */
export interface TrainingProgram {
  readonly onnx: Uint8Array<ArrayBuffer>;
  /** What a batch must bring. */
  readonly inputs: readonly Port[];
  readonly masks: readonly { readonly name: string; readonly shape: Shape; readonly keep: number }[];
  /** Everything of the state that the graph reads, and which of it has a gradient: the output's name. */
  readonly states: readonly { readonly name: string; readonly shape: Shape; readonly gradient: string | undefined }[];
  readonly statistics: readonly { readonly buffer: string; readonly output: string; readonly shape: Shape; readonly momentum: number; readonly factor: number }[];
  readonly counters: readonly string[];
  readonly loss: string;
  /** Further outputs that were asked for. */
  readonly outputs: readonly Port[];
}

export interface TrainingOptions {
  /** Which parameters are trained; all, unless said. */
  readonly trainable?: (name: string) => boolean;
  /** Values to report after each step, such as the logits. */
  readonly outputs?: Readonly<Record<string, Value>>;
}

/**
 * Compiles a training step: forward, loss, backward, batch statistics, in one graph.
 * @param loss a value of one number
 * @throws NnError BAD_MODEL when there is nothing to train, or a trainable parameter does not affect the loss
 */
export function compileTrainingStep(tape: Tape, loss: Value, options: TrainingOptions = {}): TrainingProgram {
  if (loss.shape.length !== 0) throw new NnError('BAD_MODEL', `A loss is one number, not a tensor of ${formatShape(loss.shape)}.`);
  const reported = Object.entries(options.outputs ?? {});
  const lowered = lower(tape, [loss, ...reported.map(([, value]) => value), ...tape.statistics.map(({ statistic }) => statistic)]);
  const isTrainable = options.trainable ?? (() => true);
  const parameters = lowered.inputs.filter(({ source }) => source.kind === 'parameter' && isTrainable(source.name));
  if (parameters.length === 0) throw new NnError('BAD_MODEL', 'None of the parameters is to be trained.');
  const gradients = differentiate(lowered, loss, parameters.map(({ value }) => value));
  const outputs = new Map<string, Sym>([['loss', symOf(lowered.syms, loss)]]);
  const statistics = tape.statistics.map(({ buffer, statistic, momentum, factor }) => {
    const output = `statistic:${buffer}`;
    outputs.set(output, symOf(lowered.syms, statistic));
    return { buffer, output, shape: statistic.shape, momentum, factor };
  });
  for (const [name, value] of reported) outputs.set(`output:${name}`, symOf(lowered.syms, value));
  const states = lowered.inputs.flatMap(({ value, source }) => {
    if (source.kind !== 'parameter' && source.kind !== 'buffer') return [];
    const gradient = gradients.get(value);
    if (gradient !== undefined) outputs.set(`gradient:${source.name}`, gradient);
    return [{ name: source.name, shape: value.shape, gradient: gradient === undefined ? undefined : `gradient:${source.name}` }];
  });
  const lost = parameters.find(({ value }) => !gradients.has(value));
  if (lost !== undefined) throw new NnError('BAD_MODEL', `The loss does not depend on ${lost.source.name}.`);
  return {
    onnx: writeGraph(lowered, 'training step', outputs),
    inputs: lowered.inputs.flatMap(({ value, source }) => (source.kind === 'input' ? [{ name: source.name, shape: value.shape, dtype: value.dtype }] : [])),
    masks: lowered.inputs.flatMap(({ value, source }) => (source.kind === 'mask' ? [{ name: source.name, shape: value.shape, keep: source.keep }] : [])),
    states,
    statistics,
    // A tracked statistic of a layer means that its counter counts; frozen layers stand still.
    counters: tape.statistics.flatMap(({ buffer }) => (buffer.endsWith('.running_mean') ? [buffer.replace(/running_mean$/, 'num_batches_tracked')] : [])).filter((name) => tape.names.includes(name)),
    loss: 'loss',
    outputs: reported.map(([name, value]) => ({ name, shape: value.shape, dtype: value.dtype })),
  };
}
