import { readFile } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import { CovidCtError, withLock, writeFileAtomic, type Workspace } from '../base/index.ts';
import { openDatabase } from './database.ts';
import { createJobQueue, type JobQueue } from './jobs/queue.ts';
import type { Database, Schema } from './schema.ts';

/** What a workspace keeps: a database, a job queue in it, and objects by hash beside it. */
export interface Store {
  /** `embedded`: PGlite in the workspace, this process alone; `postgresql`: a server, by `DATABASE_URL`. */
  readonly kind: 'embedded' | 'postgresql';
  readonly workspace: Workspace;
  readonly db: Kysely<Schema>;
  readonly jobs: JobQueue;
  /** All that `work` writes, or nothing. */
  transaction<T>(work: (db: Database) => Promise<T>): Promise<T>;
  /** Tells other processes where the server is that has the database: they name it when they are refused. */
  announce(address: string): Promise<void>;
  /** Gives the database free. */
  close(): Promise<void>;
}

/** How a store is opened. */
export interface StoreOptions {
  /** The address of a PostgreSQL server; default: the variable `DATABASE_URL`; empty: embedded. */
  readonly databaseUrl?: string | undefined;
  /** Another name for the database schema, so that several workspaces share a server. */
  readonly schema?: string;
  /** How long to wait while another process has the embedded database. */
  readonly waitMilliseconds?: number;
}

/** Holds a lock until the function that it gives is called. */
function holdLock(path: string, waitMilliseconds: number): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const held = withLock(
      path,
      () =>
        new Promise<void>((release) => {
          resolve(async () => {
            release();
            await held;
          });
        }),
      waitMilliseconds,
    );
    held.catch(reject);
  });
}

/** The address that the process which holds the lock has announced, if it is a server. */
async function serverAddress(workspace: Workspace, lock: string): Promise<string | undefined> {
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const [holder] = (await read(lock)).split(' ');
  const [announcer, address] = (await read(workspace.path('server-address'))).trim().split(' ');
  return announcer === holder ? address : undefined;
}

/**
 * Opens the store of a workspace: the embedded database, or the PostgreSQL server of `DATABASE_URL`.
 * One process owns the embedded database. Nothing of it is loaded before this call.
 * @throws CovidCtError ENVIRONMENT when another process has it, or when it does not open
 */
export async function openStore(workspace: Workspace, options: StoreOptions = {}): Promise<Store> {
  const { databaseUrl = process.env['DATABASE_URL'] ?? '', waitMilliseconds = 5_000, schema } = options;
  const embedded = databaseUrl === '';
  const lock = workspace.path('database.lock');
  const release = embedded
    ? await holdLock(lock, waitMilliseconds).catch(async (error: unknown) => {
        const address = await serverAddress(workspace, lock);
        const hint = address === undefined ? `Wait for it to end; if none runs any more, remove ${lock}.` : `The workbench at ${address} has it: do it there, or stop it first. With a PostgreSQL server (DATABASE_URL) both can work at once.`;
        throw error instanceof CovidCtError && error.code === 'ENVIRONMENT' ? new CovidCtError('ENVIRONMENT', `Another covid-ct process has the database of ${workspace.folder}.`, { hint, cause: error }) : error;
      })
    : async (): Promise<void> => {};
  try {
    const db = await openDatabase(embedded ? { kind: 'embedded', folder: workspace.folder } : { kind: 'postgresql', url: databaseUrl, ...(schema === undefined ? {} : { schema }) });
    return {
      kind: embedded ? 'embedded' : 'postgresql',
      workspace,
      db,
      jobs: createJobQueue(db),
      transaction: (work) => db.transaction().execute(work),
      announce: (address) => writeFileAtomic(workspace.path('server-address'), `${process.pid} ${address}\n`),
      async close() {
        await db.destroy();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** An embedded store in memory, which is gone when it is closed: for tests. Objects go to the workspace all the same. */
export async function openMemoryStore(workspace: Workspace): Promise<Store> {
  const db = await openDatabase({ kind: 'embedded', folder: undefined });
  return { kind: 'embedded', workspace, db, jobs: createJobQueue(db), transaction: (work) => db.transaction().execute(work), announce: () => Promise.resolve(), close: () => db.destroy() };
}
