import { NnError } from '../errors.ts';
import { symOf, type LoweredTape } from '../graph/autodiff.ts';
import type { Sym } from '../graph/emitter.ts';
import type { Tape, Value } from '../graph/tape.ts';
import type { DType, Shape } from '../tensor.ts';
import { writeGraph } from './graph.ts';
import { peakBytes } from './memory.ts';

/** A tensor that a graph takes or gives. */
export interface Port {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** How a batch statistic moves a running one: see {@link Tape.track}. */
export interface StatisticPort {
  readonly buffer: string;
  readonly output: string;
  readonly shape: Shape;
  readonly momentum: number;
  readonly factor: number;
}

/** A graph that takes the network's state as inputs, compiled: plain data, which can be sent to a worker. */
export interface Program {
  readonly onnx: Uint8Array<ArrayBuffer>;
  /** What a batch must bring. */
  readonly inputs: readonly Port[];
  readonly masks: readonly { readonly name: string; readonly shape: Shape; readonly keep: number }[];
  /** Everything of the state that the graph reads. */
  readonly states: readonly { readonly name: string; readonly shape: Shape }[];
  readonly statistics: readonly StatisticPort[];
  /** Counters that count when the statistics move. */
  readonly counters: readonly string[];
  /** Values that were asked for, under the names that the caller gave them; the graph has `output:` before each. */
  readonly outputs: readonly Port[];
  /** Every output of the graph, by its name there. */
  readonly results: readonly { readonly name: string; readonly shape: Shape }[];
  /** Bytes that its values take where most of them are alive at once, weights and gradients included: an estimate. */
  readonly peakBytes: number;
}

/** The graph's name of an output that the caller asked for. */
export const outputName = (name: string): string => `output:${name}`;

/**
 * Writes a lowered tape, its batch statistics, and what else is asked for.
 * @param asked values to report, by name; they must be single-precision numbers
 * @param further further outputs of the graph, by their name there
 * @throws NnError BAD_MODEL when a value of another type is asked for, or a name is given twice
 */
export function writeProgram(tape: Tape, lowered: LoweredTape, title: string, asked: Readonly<Record<string, Value>>, further: ReadonlyMap<string, Sym>): Program {
  const outputs = new Map(further);
  const statistics = tape.statistics.map(({ buffer, statistic, momentum, factor }): StatisticPort => {
    const output = `statistic:${buffer}`;
    outputs.set(output, symOf(lowered.syms, statistic));
    return { buffer, output, shape: statistic.shape, momentum, factor };
  });
  for (const [name, value] of Object.entries(asked)) {
    if (value.dtype !== 'float32') throw new NnError('BAD_MODEL', `${name} is not made of single-precision numbers.`);
    outputs.set(outputName(name), symOf(lowered.syms, value));
  }
  const names = new Set(tape.names);
  return {
    onnx: writeGraph(lowered, title, outputs),
    inputs: lowered.inputs.flatMap(({ value, source }) => (source.kind === 'input' ? [{ name: source.name, shape: value.shape, dtype: value.dtype }] : [])),
    masks: lowered.inputs.flatMap(({ value, source }) => (source.kind === 'mask' ? [{ name: source.name, shape: value.shape, keep: source.keep }] : [])),
    states: lowered.inputs.flatMap(({ value, source }) => (source.kind === 'parameter' || source.kind === 'buffer' ? [{ name: source.name, shape: value.shape }] : [])),
    statistics,
    // A tracked statistic of a layer means that its counter counts; frozen layers stand still.
    counters: tape.statistics.flatMap(({ buffer }) => (buffer.endsWith('.running_mean') ? [buffer.replace(/running_mean$/, 'num_batches_tracked')] : [])).filter((name) => names.has(name)),
    outputs: Object.entries(asked).map(([name, value]) => ({ name, shape: value.shape, dtype: value.dtype })),
    results: [...outputs].map(([name, { shape }]) => ({ name, shape })),
    peakBytes: peakBytes(lowered, [...outputs.values()]),
  };
}
