import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere, type Workspace } from '../base/index.ts';
import type { Bus } from './bus.ts';

const day = 24 * 60 * 60 * 1000;
/** Days after which what nobody touched is removed: an export is made again in a minute; a draft was typed by a person. */
export const keptDays = { exports: 30, drafts: 90 } as const;

/** When the newest file of a folder, or the file itself, was changed. */
async function changed(path: string): Promise<number> {
  const own = await stat(path);
  if (!own.isDirectory()) return own.mtimeMs;
  const inside = await readdir(path, { recursive: true });
  const times = await Promise.all(inside.map((name) => stat(join(path, name)).then(({ mtimeMs }) => mtimeMs, () => 0)));
  return Math.max(own.mtimeMs, ...times);
}

/**
 * Removes what would only pile up: exports whose job was forgotten or that are a month old, drafts of submissions that nobody touched for
 * three months. A folder that is no draft's or job's is left alone.
 * @param isJob whether a job is still listed
 */
export async function tidyWorkspace(workspace: Workspace, isJob: (id: string) => boolean, now = Date.now()): Promise<readonly string[]> {
  const removed: string[] = [];
  const remove = async (path: string): Promise<void> => {
    await rm(path, { recursive: true, force: true });
    removed.push(path);
  };
  const exports = workspace.path('exports');
  for (const name of (await ifThere(readdir(exports))) ?? []) {
    const id = /^(j-[0-9a-f]{16})(?:\.zip(?:\.tmp)?)?$/.exec(name)?.[1];
    if (id !== undefined && (!isJob(id) || now - (await changed(join(exports, name))) > keptDays.exports * day)) await remove(join(exports, name));
  }
  const drafts = workspace.path('drafts');
  for (const name of (await ifThere(readdir(drafts))) ?? []) {
    if (/^d-[0-9a-f]{16}$/.test(name) && now - (await changed(join(drafts, name))) > keptDays.drafts * day) await remove(join(drafts, name));
  }
  return removed;
}

/** An export goes with the job that made it. */
export function removeExportsWithJobs(workspace: Workspace, bus: Bus): void {
  bus.hear((event) => {
    if (event.type !== 'job-removed') return;
    for (const path of [workspace.path('exports', event.id), workspace.path('exports', `${event.id}.zip`)]) void rm(path, { recursive: true, force: true }).catch(() => undefined);
  });
}
