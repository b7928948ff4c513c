import { randomBytes } from 'node:crypto';
import { constants, copyFile, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './alive.ts';
import { CovidCtError, systemErrorCode } from './errors.ts';
import { ifThere } from './files.ts';

/** A hard link; where the file system knows none (exFAT, some network disks), a copy. Fails where the target is there. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(systemErrorCode(error) ?? '')) throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}

/** Makes the lock with its content at once (a link to a finished file), so that a kill leaves no empty one. */
async function tryToTake(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(draft, 'wx');
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    await linkOrCopy(draft, path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Removes a lock whose owner, a process of this machine, is gone: a kill -9 leaves its lock behind.
 * It is moved away first and looked at again: of two who find it stale, one moves it, and the other must not remove the
 * lock that the first has taken since.
 */
async function removeStaleLock(path: string, content: string): Promise<void> {
  const [processId, host] = content.split(' ');
  if (host !== hostname() || processId === undefined || isAlive(Number(processId))) return;
  const moved = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await rename(path, moved);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  try {
    if ((await readFile(moved, 'utf8')) !== content) await linkOrCopy(moved, path);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(moved, { force: true });
  }
}

const contentOf = async (path: string): Promise<string> => (await ifThere(readFile(path, 'utf8'))) ?? '';

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
  const mine = `${process.pid} ${hostname()} ${randomBytes(8).toString('hex')}`;
  while (!(await tryToTake(path, mine))) {
    const holder = await contentOf(path);
    await removeStaleLock(path, holder);
    if (holder === (await contentOf(path)) && Date.now() >= deadline) {
      const [processId = 'unknown', host = 'an unknown machine'] = holder.split(' ');
      throw new CovidCtError('ENVIRONMENT', `Another covid-ct process holds ${path}: process ${processId} on ${host}.`, {
        hint: 'Wait for it to end; if none runs any more, remove that file.',
      });
    }
    await delay(25);
  }
  try {
    return await work();
  } finally {
    if ((await contentOf(path)) === mine) await rm(path, { force: true });
  }
}
