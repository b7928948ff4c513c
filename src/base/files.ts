import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { CovidCtError, systemErrorCode } from './errors.ts';

/** Flushes a folder's entry to disk, so that a rename in it survives a power cut. Not every file system can. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'EISDIR', 'EACCES', 'ENOTSUP'].includes(systemErrorCode(error) ?? '')) throw error;
  }
}

/**
 * Writes a file so that a killed process leaves the old content or the new one: temporary file beside it, fsync, rename.
 * Makes the folders that are missing. Throws what the disk throws, with the temporary file removed.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path).slice(0, 80)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Makes a whole folder at once: `fill` writes into a temporary folder beside the target, which is then renamed.
 * When `fill` throws, or the process is killed, the target is not there; a kill can leave a `.tmp` folder, nothing else.
 * @throws CovidCtError TARGET_EXISTS when the target is there and not an empty folder, unless `replace` is set
 */
export async function writeFolderAtomic(
  target: string,
  fill: (folder: string) => Promise<void>,
  options: { readonly replace?: boolean } = {},
): Promise<void> {
  const parent = dirname(resolve(target));
  await mkdir(parent, { recursive: true });
  const existing = await readdir(target).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    if (systemErrorCode(error) === 'ENOTDIR') {
      throw new CovidCtError('TARGET_EXISTS', `${target} is a file, not a folder.`, { hint: 'Choose another --out.' });
    }
    throw error;
  });
  if (existing !== undefined && existing.length > 0 && options.replace !== true) {
    throw new CovidCtError('TARGET_EXISTS', `${target} is not empty.`, { hint: 'Choose another --out, or empty it first.' });
  }
  const temporary = join(parent, `.${basename(resolve(target)).slice(0, 80)}.${randomBytes(6).toString('hex')}.tmp`);
  await mkdir(temporary);
  try {
    await fill(temporary);
    if (existing !== undefined) await rm(target, { recursive: true });
    await rename(temporary, target);
    await syncFolder(parent);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** What an operation on a path gives; `undefined` where the path leads nowhere. */
export async function ifThere<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** Whether there is something at the path. */
export const pathExists = async (path: string): Promise<boolean> => (await ifThere(stat(path))) !== undefined;

/**
 * Joins a name that came from outside to a folder, and refuses one that would leave it.
 * @throws CovidCtError BAD_INPUT for `..`, absolute names, drive letters, backslashes and NUL
 */
export function joinInside(folder: string, name: string): string {
  const base = resolve(folder);
  const path = resolve(base, name);
  const escapes = name === '' || /[\0\\]/.test(name) || /^[a-zA-Z]:/.test(name) || name.startsWith('/') || name.split('/').includes('..');
  if (escapes || (path !== base && !path.startsWith(base + sep))) {
    throw new CovidCtError('BAD_INPUT', `The name ${JSON.stringify(name)} leads out of its folder.`, {
      hint: 'Names must be relative, with forward slashes, and without "..".',
    });
  }
  return path;
}
