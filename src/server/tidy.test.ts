import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace } from '../base/index.ts';
import { createBus } from './bus.ts';
import { removeExportsWithJobs, tidyWorkspace } from './tidy.ts';

const id = (letter: string, digit: number): string => `${letter}-${String(digit).repeat(16)}`;
const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-tidy-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A folder with one file, both of that age. */
async function put(name: string, days: number): Promise<void> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'file'), 'x');
  for (const one of [join(path, 'file'), path]) await utimes(one, daysAgo(days), daysAgo(days));
}

describe('a workspace is tidied', () => {
  it('of old exports, of exports without a job and of drafts that nobody touched; of nothing else', async () => {
    for (const [digit, days] of [[1, 1], [2, 31], [3, 1]] as const) await put(`exports/${id('j', digit)}`, days);
    await writeFile(join(folder, 'exports', `${id('j', 3)}.zip`), 'x');
    for (const [digit, days] of [[1, 89], [2, 91], [3, 91]] as const) await put(`drafts/${id('d', digit)}`, days);
    // Typed in yesterday, in a folder that is old.
    await utimes(join(folder, 'drafts', id('d', 3), 'file'), daysAgo(1), daysAgo(1));
    await put('exports/mine', 400);
    await put('drafts/mine', 400);
    const removed = await tidyWorkspace(openWorkspace(folder), (job) => job !== id('j', 3));
    expect(removed).toHaveLength(4);
    expect((await readdir(join(folder, 'exports'))).toSorted()).toEqual([id('j', 1), 'mine']);
    expect((await readdir(join(folder, 'drafts'))).toSorted()).toEqual([id('d', 1), id('d', 3), 'mine']);
    expect(await tidyWorkspace(openWorkspace(join(folder, 'nothing')), () => true)).toEqual([]);
  });

  it('of an export whose job is forgotten', async () => {
    const bus = createBus();
    removeExportsWithJobs(openWorkspace(folder), bus);
    for (const digit of [1, 2]) await put(`exports/${id('j', digit)}`, 1);
    bus.say({ type: 'job-removed', id: id('j', 1) });
    await expect.poll(() => readdir(join(folder, 'exports'))).toEqual([id('j', 2)]);
  });
});
