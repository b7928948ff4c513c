import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresPrograms, startPostgres, type PostgresCluster } from '../../tests/support/postgres-cluster.ts';
import { openWorkspace } from '../base/index.ts';
import { appendEvent, openMemoryStore, openStore, readEvents, readEventsOf, startJobRunner, verifyEvents, type Job, type JobState, type Store } from './index.ts';

const jobModule = new URL('../../tests/support/store-jobs.ts', import.meta.url).href;
const at = new Date('2026-11-25T10:00:00.123Z');

/** What every database must do. */
function conforms(open: () => Promise<Store>): void {
  let store: Store;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  describe('events', () => {
    it('come back as they were written, chained, and in order', async () => {
      const body = { z: [1, 0.1, -1e-9], a: 'naïve \u0000 \ud800 “x”', nothing: null, deep: { b: true, a: false } };
      const first = await appendEvent(store.db, { stream: 'a/1', kind: 'made', body, at });
      const second = await appendEvent(store.db, { stream: 'a/1', kind: 'changed', body: 2, at, after: 1 });
      expect(second).toMatchObject({ sequence: 2, previous: first.hash });
      expect(await readEvents(store.db, 'a/1')).toEqual([first, second]);
      expect(first.body).toEqual(body);
      expect((await readEventsOf(store.db, 'a/', first.position)).map((event) => event.kind)).toEqual(['changed']);
      expect(await verifyEvents(store.db, 'a/')).toEqual([]);
    });

    it('are refused where somebody else wrote meanwhile', async () => {
      await appendEvent(store.db, { stream: 'b/1', kind: 'made', body: 1, at });
      await expect(appendEvent(store.db, { stream: 'b/1', kind: 'changed', body: 2, at, after: 0 })).rejects.toMatchObject({ code: 'CONFLICT' });
      const both = await Promise.allSettled([1, 2].map((body) => appendEvent(store.db, { stream: 'b/1', kind: 'changed', body, at, after: 1 })));
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    });

    it('tell which one was altered or taken out', async () => {
      for (const body of [1, 2, 3]) await appendEvent(store.db, { stream: 'c/1', kind: 'made', body, at });
      await store.db.updateTable('event').set({ body: '9' }).where('stream', '=', 'c/1').where('sequence', '=', 2).execute();
      expect(await verifyEvents(store.db, 'c/')).toEqual(['c/1: event 2 has been altered.']);
      await store.db.deleteFrom('event').where('stream', '=', 'c/1').where('sequence', '=', 2).execute();
      expect(await verifyEvents(store.db, 'c/')).toHaveLength(1);
    });

    it('leave nothing of a transaction that fails', async () => {
      const work = store.transaction(async (db) => {
        await appendEvent(db, { stream: 'd/1', kind: 'made', body: 1, at });
        throw new Error('on purpose');
      });
      await expect(work).rejects.toThrow('on purpose');
      expect(await readEvents(store.db, 'd/1')).toEqual([]);
    });
  });

  describe('the queue', () => {
    it('gives each job to one worker, oldest first, and only kinds that it knows', async () => {
      const added = [];
      for (let i = 0; i < 6; i++) added.push(await store.jobs.add({ kind: 'k', arguments: { i, text: 'a\0b' } }));
      await store.jobs.add({ kind: 'unknown', arguments: {} });
      const claimed = await Promise.all(Array.from({ length: 8 }, (_, i) => store.jobs.claim(`w${i}`, ['k'], 60_000)));
      expect(claimed.flatMap((job) => job?.id ?? []).toSorted()).toEqual(added.map(({ id }) => id).toSorted());
      expect(claimed.filter((job) => job === undefined)).toHaveLength(2);
      for (const job of claimed) if (job !== undefined) await store.jobs.complete(job.id, job.worker ?? '', { ok: true });
      expect(await store.jobs.get(added[0]?.id ?? '')).toMatchObject({ state: 'done', result: { ok: true }, attempts: 1, worker: null, arguments: { i: 0, text: 'a␀b' } });
    });

    it('has one open job a key', async () => {
      const first = await store.jobs.add({ kind: 'keyed', arguments: 1, key: 'one' });
      expect((await store.jobs.add({ kind: 'keyed', arguments: 2, key: 'one' })).id).toBe(first.id);
      await store.jobs.cancel(first.id);
      expect((await store.jobs.add({ kind: 'keyed', arguments: 3, key: 'one' })).id).not.toBe(first.id);
    });

    it('keeps progress and log, and tells a worker that it was asked to stop', async () => {
      const { id } = await store.jobs.add({ kind: 'talk', arguments: {} });
      await store.jobs.claim('w', ['talk'], 60_000);
      const progress = { label: 'talking', done: 1, total: 3 };
      expect(await store.jobs.beat(id, 'w', 60_000, { progress, lines: ['one', 'two'] })).toEqual({ cancel: false });
      expect((await store.jobs.log(id)).map(({ text }) => text)).toEqual(['one', 'two']);
      expect((await store.jobs.log(id, (await store.jobs.log(id))[0]?.line)).map(({ text }) => text)).toEqual(['two']);
      expect(await store.jobs.cancel(id)).toMatchObject({ state: 'running', cancelRequested: true, progress });
      expect(await store.jobs.beat(id, 'w', 60_000)).toEqual({ cancel: true });
      expect(await store.jobs.stopped(id, 'w')).toMatchObject({ state: 'cancelled' });
      expect(await store.jobs.retry(id)).toMatchObject({ state: 'queued', attempts: 0 });
      await expect(store.jobs.retry(id)).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(store.jobs.get('nix')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('begins a job again whose lease ran out, until it was begun often enough; its old worker has lost it', async () => {
      const { id } = await store.jobs.add({ kind: 'lost', arguments: {}, maxAttempts: 2 });
      await store.jobs.claim('w1', ['lost'], 1);
      await delay(20);
      expect(await store.jobs.claim('w2', ['lost'], 1)).toMatchObject({ id, attempts: 2 });
      await expect(store.jobs.complete(id, 'w1', {}, () => Promise.reject(new Error('must not run')))).rejects.toMatchObject({ code: 'CONFLICT' });
      await delay(20);
      expect(await store.jobs.claim('w3', ['lost'], 1)).toBeUndefined();
      expect(await store.jobs.get(id)).toMatchObject({ state: 'failed', attempts: 2, error: { code: 'ENVIRONMENT' } });
    });

    it('records a result and the end of its job together, or neither', async () => {
      const { id } = await store.jobs.add({ kind: 'record', arguments: {} });
      await store.jobs.claim('w', ['record'], 60_000);
      await expect(store.jobs.complete(id, 'w', {}, () => Promise.reject(new Error('on purpose')))).rejects.toThrow('on purpose');
      expect(await store.jobs.get(id)).toMatchObject({ state: 'running' });
    });
  });

  describe('the runner', () => {
    const ended = async (job: Job): Promise<Job> => {
      for (let waited = 0; waited < 50_000; waited += 20) {
        const now = await store.jobs.get(job.id);
        const open: readonly JobState[] = ['queued', 'running'];
        if (!open.includes(now.state)) return now;
        await delay(20);
      }
      throw new Error('the job does not end');
    };
    const said = async (job: Job, line: string): Promise<void> => {
      for (let waited = 0; waited < 50_000; waited += 20) {
        if ((await store.jobs.log(job.id)).some(({ text }) => text === line)) return;
        await delay(20);
      }
      throw new Error('the job does not say it');
    };

    it('runs jobs in processes of their own, records what they give, and tells how they fail', async () => {
      const runner = await startJobRunner(store, { module: jobModule, beatMilliseconds: 20, graceMilliseconds: 200 });
      try {
        const counted = await ended(await store.jobs.add({ kind: 'count', arguments: { to: 5 } }));
        expect(counted).toMatchObject({ state: 'done', result: { counted: 5 }, progress: { done: 5, total: 5 } });
        expect(await readEvents(store.db, 'counted/5')).toHaveLength(1);
        expect((await store.jobs.log(counted.id)).map(({ text }) => text)).toEqual(['counted to 5']);
        expect(await ended(await store.jobs.add({ kind: 'count', arguments: { to: -1 } }))).toMatchObject({ state: 'failed', error: { code: 'BAD_INPUT' } });
        expect(await ended(await store.jobs.add({ kind: 'refuse', arguments: {} }))).toMatchObject({ state: 'failed', attempts: 1, error: { code: 'BAD_INPUT', hint: 'Do something else.' } });
        expect(await ended(await store.jobs.add({ kind: 'crash', arguments: {}, maxAttempts: 2 }))).toMatchObject({ state: 'failed', attempts: 2, error: { code: 'ENVIRONMENT' } });
        for (const deaf of [false, true]) {
          const waiting = await store.jobs.add({ kind: 'wait', arguments: { deaf } });
          await said(waiting, 'waiting');
          await store.jobs.cancel(waiting.id);
          expect(await ended(waiting)).toMatchObject({ state: 'cancelled' });
        }
        const left = await store.jobs.add({ kind: 'wait', arguments: { deaf: true } });
        await said(left, 'waiting');
        await runner.stop();
        expect(await store.jobs.get(left.id)).toMatchObject({ state: 'queued', attempts: 1 });
        await store.jobs.cancel(left.id);
      } finally {
        await runner.stop();
      }
    });
  });
}

describe('the embedded database', () => {
  conforms(() => openMemoryStore(openWorkspace(tmpdir())));
});

const programs = postgresPrograms();
describe.skipIf(programs === undefined)(`PostgreSQL${programs === undefined ? ' (needs Debian’s package postgresql)' : ''}`, () => {
  let cluster: PostgresCluster | undefined;
  beforeAll(async () => {
    cluster = await startPostgres(programs ?? '');
  });
  afterAll(() => cluster?.close());
  conforms(() => openStore(openWorkspace(tmpdir()), { databaseUrl: cluster?.url ?? '' }));

  it('is shared by several processes, each with a name for its tables', async () => {
    const other = await openStore(openWorkspace(tmpdir()), { databaseUrl: cluster?.url ?? '', schema: 'another' });
    expect(await other.jobs.list()).toEqual([]);
    await other.close();
  });
});

describe('the embedded database in a folder', () => {
  it('keeps what it was given, has one owner, and names the server that has it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'covid-ct-store-'));
    try {
      const workspace = openWorkspace(folder);
      const store = await openStore(workspace, { databaseUrl: '' });
      await appendEvent(store.db, { stream: 's', kind: 'made', body: 1, at });
      const refused = openStore(workspace, { databaseUrl: '', waitMilliseconds: 50 });
      await expect(refused).rejects.toMatchObject({ code: 'ENVIRONMENT', hint: expect.stringContaining('database.lock') });
      await store.announce('http://127.0.0.1:4180');
      await expect(openStore(workspace, { databaseUrl: '', waitMilliseconds: 50 })).rejects.toMatchObject({ hint: expect.stringContaining('http://127.0.0.1:4180') });
      await store.close();
      const again = await openStore(workspace, { databaseUrl: '' });
      expect(await readEvents(again.db, 's')).toHaveLength(1);
      await again.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('says so where the server cannot be reached, without its password', async () => {
    const error: unknown = await openStore(openWorkspace(tmpdir()), { databaseUrl: 'postgresql://me:secret@127.0.0.1:1/x' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ENVIRONMENT' });
    expect(String(error)).not.toContain('secret');
  });
});
