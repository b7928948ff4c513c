import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace, pathExists } from '../../src/base/index.ts';
import { importExtraction } from '../../src/curation/index.ts';
import { openRelease } from '../../src/release/index.ts';
import { openStore, verifyEvents } from '../../src/store/index.ts';
import { casePaper } from '../support/case-paper.ts';
import { writeMadeExtraction } from '../support/made-extraction.ts';
import { startWorkbench, type RunningWorkbench } from './support/workbench.ts';

interface ToldJob {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly note: string | null;
}

const patience = { timeout: 600_000, interval: 500 };
const panels = 12;

describe('the workbench, killed with SIGKILL', () => {
  let folder: string;
  let workbench: RunningWorkbench | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'covid-ct-grow-kill-'));
  });
  afterAll(async () => {
    await workbench?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const start = async (): Promise<RunningWorkbench> => (workbench = await startWorkbench({ workspace: folder }));
  const ask = async <T>(path: string): Promise<T> => (await (await fetch(`${workbench?.address ?? ''}${path}`)).json()) as T;
  const send = (path: string, body: object): Promise<Response> => fetch(`${workbench?.address ?? ''}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', origin: workbench?.address ?? '' }, body: JSON.stringify(body) });
  const jobOf = async (kind: string): Promise<ToldJob | undefined> => (await ask<{ jobs: ToldJob[] }>('/api/jobs')).jobs.find((job) => job.kind === kind);
  const isOver = async (kind: string): Promise<boolean> => ['done', 'failed'].includes((await jobOf(kind))?.state ?? '');

  it('while a paper is read: the next server goes on with it', async () => {
    const { address } = await start();
    const given = await fetch(`${address}/api/papers/uploads?name=long.pdf`, { method: 'POST', headers: { 'content-type': 'application/pdf', origin: address }, body: Uint8Array.from(casePaper({ seed: 21, textPages: 150 })) });
    expect(given.status).toBe(200);
    await expect.poll(async () => (await jobOf('extract'))?.state, { timeout: 120_000, interval: 50 }).toBe('running');
    await workbench?.stop('SIGKILL');
    await start();
    await expect.poll(() => isOver('extract'), patience).toBe(true);
    const job = await jobOf('extract');
    expect(job).toMatchObject({ state: 'done' });
    expect(job?.attempts).toBeGreaterThan(1);
    const { papers } = await ask<{ papers: { paper: { status: string; candidates: number; pages: number } }[] }>('/api/papers');
    expect(papers).toMatchObject([{ paper: { status: 'read', candidates: 1, pages: 152 } }]);
  }, 900_000);

  it('while candidates are reviewed: what was answered is kept, and the histories are whole', async () => {
    await workbench?.stop();
    const store = await openStore(openWorkspace(folder), { databaseUrl: '', waitMilliseconds: 60_000 });
    const made = await writeMadeExtraction(join(folder, 'made'), panels);
    const { added } = await importExtraction(store, made, join(folder, 'made'), { by: 'import', qualification: null, why: '', when: new Date() });
    await store.close();
    await start();
    const kept: string[] = [];
    for (const [round, id] of added.entries()) {
      const answer = send(`/api/review/${id}`, { action: 'decide', by: 'A', decision: 'accepted' });
      // Every fourth time the server goes while it is asked, sometimes before it has answered.
      if (round % 4 === 3) {
        const heard = await Promise.race([answer.then(({ ok }) => ok, () => false), delay(round * 12).then(() => false)]);
        if (heard) kept.push(id);
        await workbench?.stop('SIGKILL');
        await answer.catch(() => undefined);
        await start();
      } else if ((await answer).ok) kept.push(id);
    }
    expect(kept.length).toBeGreaterThan(panels / 2);
    const { items } = await ask<{ items: { id: string }[] }>('/api/review?show=accepted');
    expect(kept.filter((id) => !items.some((item) => item.id === id))).toEqual([]);
  }, 900_000);

  it('while a release is made: the job goes on to the end, wherever it was killed', async () => {
    expect((await send('/api/releases/sample/next', {})).status).toBe(200);
    await expect.poll(async () => (await jobOf('new-release'))?.state, { timeout: 120_000, interval: 50 }).toBe('running');
    await delay(1500);
    await workbench?.stop('SIGKILL');
    await start();
    await expect.poll(() => isOver('new-release'), patience).toBe(true);
    const job = await jobOf('new-release');
    const out = join(folder, 'releases', '1.1.0');
    const images = async (): Promise<number> => {
      const release = await openRelease(out);
      try {
        return release.images.length;
      } finally {
        await release.close();
      }
    };
    const found = (await pathExists(out)) ? await images() : undefined;
    expect({ state: job?.state, found: (found ?? 0) > panels / 2 }).toEqual({ state: 'done', found: true });
    // As if it had been killed after its folder was whole: what stands there is that very release.
    expect((await send('/api/releases/sample/next', {})).status).toBe(200);
    await expect.poll(async () => (await ask<{ jobs: ToldJob[] }>('/api/jobs')).jobs.filter(({ kind, state }) => kind === 'new-release' && state === 'done').length, patience).toBe(2);
    expect(await images()).toBe(found);
    await workbench?.stop();
    workbench = undefined;
    const store = await openStore(openWorkspace(folder), { databaseUrl: '', waitMilliseconds: 60_000 });
    expect(await verifyEvents(store.db, '')).toEqual([]);
    await store.close();
  }, 900_000);
});
