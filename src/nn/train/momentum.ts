import { NnError } from '../errors.ts';

/**
 * target ← momentum · target + (1 − momentum) · source, in place: a moving average, or momentum contrast's key encoder
 * (He et al. 2020, eq. 2).
 * @throws NnError BAD_INPUT when they are not equally long
 */
export function moveTowards(target: Float32Array<ArrayBuffer>, source: Float32Array<ArrayBuffer>, momentum: number): void {
  if (target.length !== source.length) throw new NnError('BAD_INPUT', `${target.length} numbers cannot move towards ${source.length}.`);
  const [kept, taken] = [Math.fround(momentum), Math.fround(1 - momentum)];
  for (let i = 0; i < target.length; i++) target[i] = Math.fround(Math.fround(kept * (target[i] as number)) + Math.fround(taken * (source[i] as number)));
}

/** Momentum contrast's queue of keys: the columns of `keys`, `[dimensions, length]`, and the column that is the oldest. */
export interface KeyQueue {
  readonly keys: Float32Array<ArrayBuffer>;
  readonly dimensions: number;
  readonly length: number;
  readonly oldest: number;
}

/**
 * Puts a batch of keys in place of the oldest ones, as MoCo's `_dequeue_and_enqueue`; the given queue stays as it was.
 * @param keys `[batch, dimensions]`
 * @throws NnError BAD_INPUT when the batch does not fit, or does not divide the queue's length
 */
export function enqueue(queue: KeyQueue, keys: Float32Array<ArrayBuffer>): KeyQueue {
  const { dimensions, length, oldest } = queue;
  const batch = keys.length / dimensions;
  if (!Number.isInteger(batch) || batch < 1) throw new NnError('BAD_INPUT', `${keys.length} numbers are not keys of ${dimensions} numbers each.`);
  if (length % batch !== 0) throw new NnError('BAD_INPUT', `A queue of ${length} keys cannot be filled by batches of ${batch}.`, { hint: 'Take a queue that is a multiple of the batch.' });
  const next = queue.keys.slice();
  for (let k = 0; k < batch; k++) {
    for (let d = 0; d < dimensions; d++) next[d * length + ((oldest + k) % length)] = keys[k * dimensions + d] as number;
  }
  return { keys: next, dimensions, length, oldest: (oldest + batch) % length };
}
