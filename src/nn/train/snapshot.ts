import { toFloat32, type StateDict, type StateTensor } from '../checkpoint/index.ts';
import { NnError } from '../errors.ts';

/** A whole number as checkpoints hold it. */
export function countTensor(count: bigint): StateTensor {
  return { type: 'int64', shape: [], bytes: new Uint8Array(BigInt64Array.of(count).buffer) };
}

/** A whole number out of a snapshot. @throws NnError BAD_CHECKPOINT when it is not there, or no whole number of at least 0 */
export function readCount(snapshot: StateDict, name: string): bigint {
  const tensor = snapshot.get(name);
  const count = tensor?.type === 'int64' && tensor.bytes.length === 8 ? new DataView(tensor.bytes.buffer, tensor.bytes.byteOffset).getBigInt64(0, true) : undefined;
  if (count === undefined || count < 0n) throw new NnError('BAD_CHECKPOINT', `${name} is not one whole number of at least 0.`);
  return count;
}

/** Numbers out of a snapshot. @throws NnError BAD_CHECKPOINT when they are not there, or are not as many */
export function readNumbers(snapshot: StateDict, name: string, length: number): Float32Array<ArrayBuffer> {
  const tensor = snapshot.get(name);
  const numbers = tensor === undefined ? undefined : toFloat32(tensor);
  if (numbers?.length !== length) throw new NnError('BAD_CHECKPOINT', `The snapshot's ${name} has ${numbers?.length ?? 'no'} numbers where this run has ${length}.`);
  return numbers;
}
