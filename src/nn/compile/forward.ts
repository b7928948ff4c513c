import { NnError } from '../errors.ts';
import { lower } from '../graph/autodiff.ts';
import type { Tape, Value } from '../graph/tape.ts';
import { writeProgram, type Program } from './program.ts';

/**
 * Compiles a network's forward pass with its state as inputs, for weights that change between runs: momentum contrast's
 * key encoder. Traced for training, its batch norms use the batch's own statistics and report them, and its masks are drawn.
 * @param outputs values by the name under which a run gives them
 * @throws NnError BAD_MODEL when nothing is asked for
 */
export function compileForward(tape: Tape, outputs: Readonly<Record<string, Value>>): Program {
  const values = Object.values(outputs);
  if (values.length === 0) throw new NnError('BAD_MODEL', 'A forward pass that gives nothing was asked for.');
  const roots = [...values, ...tape.statistics.map(({ statistic }) => statistic)];
  return writeProgram(tape, 'forward pass', outputs, (block) => ({ lowered: lower(tape, roots, undefined, block), further: new Map() }));
}
