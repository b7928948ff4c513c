import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { CovidCtError, pathExists } from '../base/index.ts';

/** Imported only when a database is opened: its WebAssembly costs 0.3 s and 300 MB. */
async function createPGlite(folder: string | undefined, empty: boolean): Promise<PGlite> {
  const { PGlite } = await import('@electric-sql/pglite');
  // The template that PGlite's makers publish: initdb in WebAssembly takes four times as long, and twice the memory.
  const template = empty ? { loadDataDir: await (await import('@electric-sql/pglite-prepopulatedfs')).dataDir() } : {};
  return PGlite.create({ ...(folder === undefined ? {} : { dataDir: folder }), ...template });
}

const temporaryPrefix = '.database.';

/** Makes an empty database beside its place and moves it there when it is whole: a kill leaves none or all of it. */
async function makeDatabase(parent: string, folder: string): Promise<void> {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (name.startsWith(temporaryPrefix)) await rm(join(parent, name), { recursive: true, force: true });
  }
  const temporary = join(parent, `${temporaryPrefix}${randomBytes(6).toString('hex')}.tmp`);
  try {
    await (await createPGlite(temporary, true)).close();
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function openFolder(parent: string): Promise<PGlite> {
  const folder = join(parent, 'database');
  if (!(await pathExists(folder))) await makeDatabase(parent, folder);
  try {
    return await createPGlite(folder, false);
  } catch (error) {
    throw new CovidCtError('ENVIRONMENT', `The database in ${folder} does not open.`, {
      hint: 'Restore that folder from a copy, or use another --workspace. Run again with --debug to see what it said.',
      cause: error,
    });
  }
}

/** Whoever comes later waits: the embedded database has one connection, and a transaction keeps it to itself. */
function createQueue(): { take(): Promise<() => void> } {
  let last: Promise<void> = Promise.resolve();
  return {
    async take() {
      const before = last;
      let release = (): void => {};
      last = new Promise((resolve) => {
        release = resolve;
      });
      await before;
      return release;
    },
  };
}

/**
 * PGlite as a pool of one connection, as Kysely's PostgreSQL dialect takes it: embedded and server run the very same driver.
 * @param parent the workspace's folder; the database is the folder `database` in it, or in memory for `undefined`
 */
export async function openEmbedded(parent: string | undefined): Promise<PostgresPool> {
  const database = parent === undefined ? await createPGlite(undefined, true) : await openFolder(parent);
  const queue = createQueue();
  return {
    async connect() {
      const release = await queue.take();
      const query = async <R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> => {
        const result = await database.query<R>(sql, [...parameters]);
        const command = (result.command ?? /^\s*(\w+)/.exec(sql)?.[1] ?? 'SELECT').toUpperCase();
        return { command: command as PostgresQueryResult<R>['command'], rowCount: result.affectedRows ?? result.rows.length, rows: result.rows };
      };
      const client: PostgresPoolClient = { query: query as PostgresPoolClient['query'], release };
      return client;
    },
    end: () => database.close(),
  };
}
