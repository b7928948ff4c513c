import { CovidCtError, withLock } from '../../src/base/index.ts';

/**
 * Takes a piece of work that no other process has, and does it, so that the same script may be started on each core.
 * @param wanted in the order in which they are to be done
 * @param lockOf the lock file of a piece
 * @param work must look whether the piece was done since `wanted` was found
 * @returns the piece; undefined where others have all of them
 */
export async function takeOne<T>(wanted: readonly T[], lockOf: (one: T) => string, work: (one: T) => Promise<void>): Promise<T | undefined> {
  for (const one of wanted) {
    let mine = false;
    try {
      await withLock(lockOf(one), async () => {
        mine = true;
        await work(one);
      }, 0);
      return one;
    } catch (error) {
      if (mine || !(error instanceof CovidCtError)) throw error;
    }
  }
  return undefined;
}
