import { NnError } from '../errors.ts';

/** An input by its place. @throws NnError BAD_MODEL when it is missing */
export function at<T>(inputs: readonly T[], index: number): T {
  const input = inputs[index];
  if (input === undefined) throw new NnError('BAD_MODEL', `An operation was given ${inputs.length} values and needs at least ${index + 1}.`);
  return input;
}

/** The input of an operation that takes one. */
export function only<T>(inputs: readonly T[]): T {
  return at(inputs, 0);
}

/** The inputs of an operation that takes two. */
export function pair<T>(inputs: readonly T[]): readonly [T, T] {
  return [at(inputs, 0), at(inputs, 1)];
}
