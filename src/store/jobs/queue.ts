import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type Selectable } from 'kysely';
import { CovidCtError } from '../../base/index.ts';
import type { Database, JobState, Schema } from '../schema.ts';
import type { Job, JobError, JobLogLine, JobProgress, JobRequest } from './types.ts';

/** Jobs that outlive the processes that run them. Every change is one transaction. */
export interface JobQueue {
  /** Adds a job, or gives the one with the same key that waits or runs. */
  add(request: JobRequest): Promise<Job>;
  /** @throws CovidCtError NOT_FOUND */
  get(id: string): Promise<Job>;
  /** Newest first. */
  list(filter?: { readonly states?: readonly JobState[]; readonly kind?: string; readonly limit?: number }): Promise<Job[]>;
  /** Lines after a given one, oldest first. */
  log(id: string, after?: number, limit?: number): Promise<JobLogLine[]>;
  /** Stops a job that waits, at once; asks one that runs to stop. One that has ended stays as it is. */
  cancel(id: string): Promise<Job>;
  /** Puts a failed or cancelled job back into the queue, with its attempts counted anew. @throws CovidCtError CONFLICT for others */
  retry(id: string): Promise<Job>;
  /**
   * Takes the oldest job that waits, for as long as the lease goes. No two workers get the same.
   * Jobs whose lease ran out (their worker was killed) wait again, or have failed if they were begun often enough.
   */
  claim(worker: string, kinds: readonly string[], leaseMilliseconds: number): Promise<Job | undefined>;
  /**
   * Renews the lease and records what the job said. Gives whether somebody asked to stop it.
   * @throws CovidCtError CONFLICT when the worker no longer has the job
   */
  beat(id: string, worker: string, leaseMilliseconds: number, news?: { readonly progress?: JobProgress | undefined; readonly lines?: readonly string[] }): Promise<{ readonly cancel: boolean }>;
  /**
   * Ends a job well. What `record` writes and the job's end are one transaction: a kill leaves both or neither.
   * @throws CovidCtError CONFLICT when the worker no longer has the job; nothing is recorded then
   */
  complete(id: string, worker: string, result: unknown, record?: (db: Database) => Promise<void>): Promise<Job>;
  /** Ends a job badly: `again` lets it be begun again while attempts are left. @throws CovidCtError CONFLICT */
  fail(id: string, worker: string, error: JobError, again?: boolean): Promise<Job>;
  /** Ends a job that was asked to stop. @throws CovidCtError CONFLICT */
  stopped(id: string, worker: string): Promise<Job>;
  /** Gives back at once the jobs of a worker that is known to be gone, without waiting for their leases. */
  release(worker: string): Promise<void>;
  /** Calls the listener after every change that this process made. Gives a function that ends it. */
  watch(listener: (job: Job) => void): () => void;
}

type JobRow = Selectable<Schema['job']>;

function toJob(row: JobRow): Job {
  return {
    id: row.id, kind: row.kind, arguments: row.arguments, key: row.key, state: row.state,
    progress: row.progress as JobProgress | null, result: row.result ?? null, error: row.error as JobError | null,
    attempts: row.attempts, maxAttempts: row.max_attempts, worker: row.worker, leaseUntil: row.lease_until,
    cancelRequested: row.cancel_requested, createdAt: row.created_at, startedAt: row.started_at, finishedAt: row.finished_at,
  };
}

/** PostgreSQL's text and jsonb hold no NUL, and no half of a surrogate pair. */
function plain(text: string): string {
  return text.replaceAll('\0', '\u2400').replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

function json(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) => (typeof inner === 'string' ? plain(inner) : inner));
}

const lostLease: JobError = { code: 'ENVIRONMENT', message: 'Its process ended without a word, as often as it was begun.', hint: 'Look at its log; retry it when the cause is gone.' };

/** @param db the database; every process that opens it may have a queue of its own */
export function createJobQueue(db: Kysely<Schema>): JobQueue {
  const listeners = new Set<(job: Job) => void>();
  const tell = (row: JobRow): Job => {
    const job = toJob(row);
    for (const listener of listeners) listener(job);
    return job;
  };
  const notMine = (id: string): CovidCtError => new CovidCtError('CONFLICT', `The job ${id} is no longer this worker's.`, { hint: 'It was cancelled, or another worker took it over when the lease ran out.' });
  const find = async (id: string): Promise<JobRow> => {
    const row = await db.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new CovidCtError('NOT_FOUND', `There is no job ${JSON.stringify(id)}.`, { hint: 'List the jobs to see their ids.' });
    return row;
  };
  const lease = (milliseconds: number) => sql<Date>`now() + make_interval(secs => ${milliseconds / 1000})`;
  const end = (database: Database, id: string, worker: string, state: JobState) =>
    database
      .updateTable('job')
      .set({ state, worker: null, lease_until: null, cancel_requested: false, finished_at: sql<Date>`now()` })
      .where('id', '=', id).where('worker', '=', worker).where('state', '=', 'running');
  /** Running jobs without a worker any more: cancelled where that was asked for, failed where tried enough, else waiting again. */
  const returnLost = async (database: Database, whose: 'expired' | { readonly worker: string }): Promise<void> => {
    const rows = await database
      .updateTable('job')
      .set({
        state: sql<JobState>`case when cancel_requested then 'cancelled' when attempts >= max_attempts then 'failed' else 'queued' end`,
        error: sql<string | null>`case when not cancel_requested and attempts >= max_attempts then ${json(lostLease)}::jsonb else error end`,
        finished_at: sql<Date | null>`case when cancel_requested or attempts >= max_attempts then now() else null end`,
        worker: null, lease_until: null, cancel_requested: false,
      })
      .where('state', '=', 'running')
      .$if(whose === 'expired', (query) => query.where('lease_until', '<', sql<Date>`now()`))
      .$if(whose !== 'expired', (query) => query.where('worker', '=', whose === 'expired' ? '' : whose.worker))
      .returningAll()
      .execute();
    rows.forEach(tell);
  };

  return {
    async add({ kind, arguments: args, key, maxAttempts = 3 }) {
      for (;;) {
        const row = await db
          .insertInto('job')
          .values({ id: randomUUID(), kind, arguments: json(args), key: key ?? null, state: 'queued', max_attempts: maxAttempts })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst();
        if (row !== undefined) return tell(row);
        const open = await db.selectFrom('job').selectAll().where('key', '=', key ?? '').where('state', 'in', ['queued', 'running']).executeTakeFirst();
        if (open !== undefined) return toJob(open);
      }
    },
    get: async (id) => toJob(await find(id)),
    async list({ states, kind, limit = 200 } = {}) {
      const rows = await db
        .selectFrom('job')
        .selectAll()
        .$if(states !== undefined, (query) => query.where('state', 'in', [...(states ?? [])]))
        .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? ''))
        .orderBy('number', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toJob);
    },
    log: (id, after = 0, limit = 1000) =>
      db.selectFrom('job_log').select(['line', 'at', 'text']).where('job', '=', id).where('line', '>', after).orderBy('line').limit(limit).execute(),
    async cancel(id) {
      const row = await db
        .updateTable('job')
        .set({
          cancel_requested: sql<boolean>`state = 'running'`,
          finished_at: sql<Date | null>`case when state = 'queued' then now() else finished_at end`,
          state: sql<JobState>`case when state = 'queued' then 'cancelled' else state end`,
        })
        .where('id', '=', id)
        .where('state', 'in', ['queued', 'running'])
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? toJob(await find(id)) : tell(row);
    },
    async retry(id) {
      const row = await db
        .updateTable('job')
        .set({ state: 'queued', attempts: 0, error: null, progress: null, started_at: null, finished_at: null })
        .where('id', '=', id).where('state', 'in', ['failed', 'cancelled'])
        .returningAll()
        .executeTakeFirst();
      if (row !== undefined) return tell(row);
      const { state } = await find(id);
      throw new CovidCtError('CONFLICT', `The job ${id} is ${state}, and cannot be tried again.`, { hint: 'Only failed and cancelled jobs can.' });
    },
    async claim(worker, kinds, leaseMilliseconds) {
      if (kinds.length === 0) return undefined;
      return db.transaction().execute(async (transaction) => {
        await returnLost(transaction, 'expired');
        const row = await transaction
          .updateTable('job')
          .set({ state: 'running', worker, attempts: sql<number>`attempts + 1`, lease_until: lease(leaseMilliseconds), started_at: sql<Date>`now()`, progress: null, error: null })
          .where('id', '=', (query) =>
            query.selectFrom('job').select('id').where('state', '=', 'queued').where('kind', 'in', [...kinds]).orderBy('number').limit(1).forUpdate().skipLocked(),
          )
          .returningAll()
          .executeTakeFirst();
        return row === undefined ? undefined : tell(row);
      });
    },
    async beat(id, worker, leaseMilliseconds, news = {}) {
      const lines = news.lines ?? [];
      return db.transaction().execute(async (transaction) => {
        const row = await transaction
          .updateTable('job')
          .set({ lease_until: lease(leaseMilliseconds), ...(news.progress === undefined ? {} : { progress: json(news.progress) }) })
          .where('id', '=', id).where('worker', '=', worker).where('state', '=', 'running')
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) throw notMine(id);
        if (lines.length > 0) await transaction.insertInto('job_log').values(lines.map((text) => ({ job: id, text: plain(text) }))).execute();
        tell(row);
        return { cancel: row.cancel_requested };
      });
    },
    async complete(id, worker, result, record) {
      const row = await db.transaction().execute(async (transaction) => {
        const ended = await end(transaction, id, worker, 'done').returningAll().executeTakeFirst();
        if (ended === undefined) throw notMine(id);
        await record?.(transaction);
        return transaction.updateTable('job').set({ result: json(result) }).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
      });
      return tell(row);
    },
    async fail(id, worker, error, again = false) {
      const row = await db.transaction().execute(async (transaction) => {
        const ended = await end(transaction, id, worker, 'failed').returningAll().executeTakeFirst();
        if (ended === undefined) throw notMine(id);
        const tryAgain = again && ended.attempts < ended.max_attempts;
        return transaction
          .updateTable('job')
          .set({ error: json(error), ...(tryAgain ? { state: 'queued', finished_at: null } : {}) })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirstOrThrow();
      });
      return tell(row);
    },
    async stopped(id, worker) {
      const row = await end(db, id, worker, 'cancelled').returningAll().executeTakeFirst();
      if (row === undefined) throw notMine(id);
      return tell(row);
    },
    release: (worker) => returnLost(db, { worker }),
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
