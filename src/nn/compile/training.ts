import { NnError } from '../errors.ts';
import { differentiate, lower, symOf } from '../graph/autodiff.ts';
import type { Sym } from '../graph/emitter.ts';
import type { Tape, Value } from '../graph/tape.ts';
import { formatShape } from '../tensor.ts';
import { writeProgram, type Program } from './program.ts';

/** A training step, compiled: plain data, which can be sent to a worker. */
export interface TrainingProgram extends Program {
  /** By parameter that is trained: the graph's output that is its gradient. */
  readonly gradients: Readonly<Record<string, string>>;
  /** The graph's output that is the loss. */
  readonly loss: string;
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
  const asked = options.outputs ?? {};
  const isTrainable = options.trainable ?? (() => true);
  const roots = [loss, ...Object.values(asked), ...tape.statistics.map(({ statistic }) => statistic)];
  let names: readonly string[] = [];
  const program = writeProgram(tape, 'training step', asked, (block) => {
    const lowered = lower(tape, roots, undefined, block);
    const parameters = lowered.inputs.flatMap(({ value, source }) => (source.kind === 'parameter' && isTrainable(source.name) ? [{ value, name: source.name }] : []));
    if (parameters.length === 0) throw new NnError('BAD_MODEL', 'None of the parameters is to be trained.');
    names = parameters.map(({ name }) => name);
    const gradients = differentiate(lowered, loss, parameters.map(({ value }) => value));
    const lost = parameters.find(({ value }) => !gradients.has(value));
    if (lost !== undefined) throw new NnError('BAD_MODEL', `The loss does not depend on ${lost.name}.`);
    const further = new Map<string, Sym>([['loss', symOf(lowered.syms, loss)]]);
    for (const { value, name } of parameters) {
      const gradient = gradients.get(value);
      if (gradient !== undefined) further.set(`gradient:${name}`, gradient);
    }
    return { lowered, further };
  });
  return { ...program, gradients: Object.fromEntries(names.map((name) => [name, `gradient:${name}`])), loss: 'loss' };
}
