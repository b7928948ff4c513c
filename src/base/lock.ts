import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CovidCtError, systemErrorCode } from './errors.ts';

/** Whether a process of this machine lives. */
function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/** Removes a lock whose owner, a process of this machine, is gone: a kill -9 leaves its lock behind. */
async function removeStaleLock(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [processId, host] = text.split(' ');
  if (host === hostname() && processId !== undefined && !isAlive(Number(processId))) await rm(path, { force: true });
}

/**
 * Runs `work` while holding a lock file, so that two processes do not change the same thing at once.
 * A lock left by a killed process of this machine is taken over.
 * @param path the lock file
 * @param waitMilliseconds how long to wait for another holder
 * @throws CovidCtError ENVIRONMENT when the lock stays taken
 */
export async function withLock<T>(path: string, work: () => Promise<T>, waitMilliseconds = 10_000): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const deadline = Date.now() + waitMilliseconds;
  for (;;) {
    try {
      const handle = await open(path, 'wx');
      await handle.writeFile(`${process.pid} ${hostname()}`);
      await handle.close();
      break;
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
      await removeStaleLock(path);
      if (Date.now() > deadline) {
        throw new CovidCtError('ENVIRONMENT', `Another covid-ct process holds ${path}.`, {
          hint: 'Wait for it to end; if none runs any more, remove that file.',
        });
      }
      await delay(25);
    }
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
