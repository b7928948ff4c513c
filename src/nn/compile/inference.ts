import { NnError } from '../errors.ts';
import { differentiate, lower, symOf, type LoweredTape } from '../graph/autodiff.ts';
import type { Sym } from '../graph/emitter.ts';
import type { Tape, Value } from '../graph/tape.ts';
import type { Weights } from '../layers/state.ts';
import { writeOnnx } from '../onnx/model.ts';
import { anyBatch, type SizedGraph } from './any-batch.ts';
import { graphOf, writeGraph } from './graph.ts';

export interface InferenceOptions {
  /** Free text that the file carries: classes, normalisation, input size, licence, run id. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Gradients to give as well, by output name: of the sum of `of` with respect to `by`. */
  readonly gradients?: Readonly<Record<string, { readonly of: Value; readonly by: Value }>>;
}

/** Lowers what the roots need, with the weights as constants. */
function lowerWith(tape: Tape, roots: readonly Value[], weights: Weights): LoweredTape {
  return lower(tape, roots, (source) => {
    if (source.kind === 'mask') throw new NnError('BAD_MODEL', `${source.name} draws random masks: trace the network with training: false.`);
    if (source.kind !== 'parameter' && source.kind !== 'buffer') return undefined;
    const numbers = weights.get(source.name);
    if (numbers === undefined) throw new NnError('BAD_MODEL', `The weights lack ${source.name}.`);
    return numbers;
  });
}

/**
 * Compiles an inference model: an ONNX file with its weights inside, which any ONNX Runtime takes.
 * @param outputs values by the name that the file gives them
 * @param weights every parameter and buffer that the outputs need
 * @throws NnError BAD_MODEL when a weight is missing, or the tape was traced for training
 */
export function compileInference(tape: Tape, outputs: Readonly<Record<string, Value>>, weights: Weights, options: InferenceOptions = {}): Uint8Array<ArrayBuffer> {
  const gradients = Object.entries(options.gradients ?? {});
  const roots = [...Object.values(outputs), ...gradients.map(([, { of }]) => of)];
  const lowered = lowerWith(tape, roots, weights);
  const named = new Map<string, Sym>(Object.entries(outputs).map(([name, value]) => [name, symOf(lowered.syms, value)]));
  for (const [name, { of, by }] of gradients) {
    const gradient = differentiate(lowered, of, [by]).get(by);
    if (gradient === undefined) throw new NnError('BAD_MODEL', `${name}: what is to be differentiated does not depend on the value by which.`);
    named.set(name, gradient);
  }
  return writeGraph(lowered, 'inference', named, options.metadata);
}

/** A traced network, and what its graph is to give. */
export interface InferencePlan {
  readonly tape: Tape;
  /** By the name that the file gives them. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** Values that {@link derive} needs beyond the outputs. */
  readonly needed?: readonly Value[];
  /** Further outputs that are no values of the tape, such as maps made of gradients. */
  readonly derive?: (lowered: LoweredTape) => Readonly<Record<string, Sym>>;
}

/** Two sizes that no other axis of a network is likely to have, so that the batch is told from channels and pixels. */
const probedBatches = [7, 11] as const;

/**
 * Compiles an inference model that takes batches of any size: the first axis of its inputs and outputs is `N`.
 * @param plan traces the network for one batch size; called for two
 * @param weights every parameter and buffer that the outputs need
 * @throws NnError BAD_MODEL when a weight is missing, or the tape was traced for training; UNSUPPORTED when the network depends on its batch size
 */
export function compileForAnyBatch(plan: (batch: number) => InferencePlan, weights: Weights, metadata: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
  const sized = (batch: number): SizedGraph => {
    const { tape, outputs, needed = [], derive } = plan(batch);
    const lowered = lowerWith(tape, [...Object.values(outputs), ...needed], weights);
    const named = new Map<string, Sym>(Object.entries(outputs).map(([name, value]) => [name, symOf(lowered.syms, value)]));
    for (const [name, sym] of Object.entries(derive?.(lowered) ?? {})) named.set(name, sym);
    return { batch, graph: graphOf(lowered, 'inference', named, metadata), shapes: lowered.emit.shapes };
  };
  const [one, other] = probedBatches;
  return writeOnnx(anyBatch(sized(one), sized(other)));
}
