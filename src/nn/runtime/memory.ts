import { NnError } from '../errors.ts';

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(2)} GB`;

/**
 * Refuses a program that would need more memory than there is, before it is begun: a system that runs out kills the
 * process, which nothing can catch.
 * @param needed bytes, as estimated
 * @param limit bytes; what the system has left unless given (of the container, where there is one)
 * @throws NnError OUT_OF_MEMORY
 */
export function checkMemory(needed: number, limit: number = process.availableMemory()): void {
  if (needed <= limit) return;
  throw new NnError('OUT_OF_MEMORY', `This network would need about ${gigabytes(needed)} of memory, and ${gigabytes(limit)} are there.`, {
    hint: 'Use a smaller batch (with gradient accumulation for the same effect), smaller pictures, or close other programs.',
  });
}
