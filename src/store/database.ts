import { Kysely, PostgresDialect, sql, type PostgresPool } from 'kysely';
import { CovidCtError } from '../base/index.ts';
import { openEmbedded } from './embedded.ts';
import { migrate } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import { schemaName } from './schema-name.ts';

/** Where a database is: a folder (embedded), in memory (embedded, for tests), or a PostgreSQL server. */
export type DatabasePlace =
  | { readonly kind: 'embedded'; readonly folder: string | undefined }
  | { readonly kind: 'postgresql'; readonly url: string; readonly schema?: string };

async function openServer(url: string, schema: string): Promise<PostgresPool> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: url, max: 8, connectionTimeoutMillis: 10_000, options: `-c search_path=${schema}` });
  // A connection that breaks while it idles is thrown away by the pool; the next query gets another.
  pool.on('error', () => {});
  return pool as unknown as PostgresPool;
}

/** The address without its password, for messages. */
function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.password !== '') parsed.password = '…';
    return parsed.toString();
  } catch {
    return 'the address in DATABASE_URL';
  }
}

/**
 * Opens a database and brings it to the newest schema. One SQL dialect: PGlite is PostgreSQL.
 * @throws CovidCtError ENVIRONMENT when it does not open
 */
export async function openDatabase(place: DatabasePlace): Promise<Kysely<Schema>> {
  const schema = place.kind === 'postgresql' ? (place.schema ?? schemaName) : schemaName;
  if (!/^[a-z_][a-z0-9_]*$/.test(schema)) throw new CovidCtError('USAGE', `${JSON.stringify(schema)} is no name for a database schema.`);
  const pool = place.kind === 'embedded' ? await openEmbedded(place.folder) : await openServer(place.url, schema);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
    if (place.kind === 'embedded') await sql`set search_path to ${sql.id(schema)}`.execute(db);
    await migrate(db, schema);
    return db;
  } catch (error) {
    await db.destroy().catch(() => {});
    if (error instanceof CovidCtError || place.kind === 'embedded') throw error;
    throw new CovidCtError('ENVIRONMENT', `The PostgreSQL server at ${withoutPassword(place.url)} cannot be used: ${error instanceof Error ? error.message : String(error)}.`, {
      hint: 'Check DATABASE_URL, or unset it to use the embedded database.',
      cause: error,
    });
  }
}
