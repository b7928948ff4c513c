import { NnError } from '../errors.ts';
import { differentiate, lower, symOf } from '../graph/autodiff.ts';
import type { Sym } from '../graph/emitter.ts';
import type { Tape, Value } from '../graph/tape.ts';
import type { Weights } from '../layers/state.ts';
import { writeGraph } from './graph.ts';

export interface InferenceOptions {
  /** Free text that the file carries: classes, normalisation, input size, licence, run id. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Gradients to give as well, by output name: of the sum of `of` with respect to `by`. */
  readonly gradients?: Readonly<Record<string, { readonly of: Value; readonly by: Value }>>;
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
  const lowered = lower(tape, roots, (source) => {
    if (source.kind === 'mask') throw new NnError('BAD_MODEL', `${source.name} draws random masks: trace the network with training: false.`);
    if (source.kind !== 'parameter' && source.kind !== 'buffer') return undefined;
    const numbers = weights.get(source.name);
    if (numbers === undefined) throw new NnError('BAD_MODEL', `The weights lack ${source.name}.`);
    return numbers;
  });
  const named = new Map<string, Sym>(Object.entries(outputs).map(([name, value]) => [name, symOf(lowered.syms, value)]));
  for (const [name, { of, by }] of gradients) {
    const gradient = differentiate(lowered, of, [by]).get(by);
    if (gradient === undefined) throw new NnError('BAD_MODEL', `${name}: what is to be differentiated does not depend on the value by which.`);
    named.set(name, gradient);
  }
  return writeGraph(lowered, 'inference', named, options.metadata);
}
