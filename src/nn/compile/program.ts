import { NnError } from '../errors.ts';
import { symOf, type LoweredTape } from '../graph/autodiff.ts';
import { usesBlocks } from '../graph/blocks.ts';
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

/** A graph as a file, and what running it takes. */
export interface ProgramGraph {
  readonly onnx: Uint8Array<ArrayBuffer>;
  /** Bytes that its values take where most of them are alive at once, weights and gradients included: an estimate. */
  readonly peakBytes: number;
}

/** A graph that takes the network's state as inputs, compiled: plain data, which can be sent to a worker. */
export interface Program extends ProgramGraph {
  /** The same in blocks of channels (see graph/blocks.ts), for the machines whose runtime has blocks of that many. */
  readonly blocked: readonly (ProgramGraph & { readonly channels: number })[];
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
}

/** The graph's name of an output that the caller asked for. */
export const outputName = (name: string): string => `output:${name}`;

/** Blocks are as wide as a register: AVX2 and NEON, AVX-512. */
const blockSizes = [8, 16] as const;

/** A tape that was lowered, and outputs of the graph that are no values of the tape, by their name there. */
export interface LoweredProgram {
  readonly lowered: LoweredTape;
  readonly further: ReadonlyMap<string, Sym>;
}

/**
 * Writes a tape, its batch statistics, and what else is asked for, in ONNX's order and in blocks of channels.
 * @param asked values to report, by name; they must be single-precision numbers
 * @param lowerFor lowers the tape, for blocks of so many channels or for standard ONNX
 * @throws NnError BAD_MODEL when a value of another type is asked for, or a name is given twice
 */
export function writeProgram(tape: Tape, title: string, asked: Readonly<Record<string, Value>>, lowerFor: (block: number | undefined) => LoweredProgram): Program {
  const statistics = tape.statistics.map(({ buffer, statistic, momentum, factor }): StatisticPort => ({ buffer, output: `statistic:${buffer}`, shape: statistic.shape, momentum, factor }));
  for (const [name, { dtype }] of Object.entries(asked)) if (dtype !== 'float32') throw new NnError('BAD_MODEL', `${name} is not made of single-precision numbers.`);
  const write = (block: number | undefined) => {
    const { lowered, further } = lowerFor(block);
    const outputs = new Map([
      ...further,
      ...tape.statistics.map(({ buffer, statistic }) => [`statistic:${buffer}`, symOf(lowered.syms, statistic)] as const),
      ...Object.entries(asked).map(([name, value]) => [outputName(name), symOf(lowered.syms, value)] as const),
    ]);
    const graph: ProgramGraph = { onnx: writeGraph(lowered, title, outputs), peakBytes: peakBytes(lowered, [...outputs.values()]) };
    return { graph, inputs: lowered.inputs, outputs, isBlocked: usesBlocks(lowered.emit) };
  };
  const { graph, inputs, outputs } = write(undefined);
  const names = new Set(tape.names);
  return {
    ...graph,
    blocked: blockSizes.flatMap((channels) => {
      const { graph, isBlocked } = write(channels);
      return isBlocked ? [{ channels, ...graph }] : [];
    }),
    inputs: inputs.flatMap(({ value, source }) => (source.kind === 'input' ? [{ name: source.name, shape: value.shape, dtype: value.dtype }] : [])),
    masks: inputs.flatMap(({ value, source }) => (source.kind === 'mask' ? [{ name: source.name, shape: value.shape, keep: source.keep }] : [])),
    states: inputs.flatMap(({ value, source }) => (source.kind === 'parameter' || source.kind === 'buffer' ? [{ name: source.name, shape: value.shape }] : [])),
    statistics,
    // A tracked statistic of a layer means that its counter counts; frozen layers stand still.
    counters: tape.statistics.flatMap(({ buffer }) => (buffer.endsWith('.running_mean') ? [buffer.replace(/running_mean$/, 'num_batches_tracked')] : [])).filter((name) => names.has(name)),
    outputs: Object.entries(asked).map(([name, value]) => ({ name, shape: value.shape, dtype: value.dtype })),
    results: [...outputs].map(([name, { shape }]) => ({ name, shape })),
  };
}
