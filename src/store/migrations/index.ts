import { Migrator, type Kysely, type Migration } from 'kysely';
import { CovidCtError } from '../../base/index.ts';
import { schemaName } from '../schema-name.ts';
import { jobsAndEvents } from './0001-jobs-and-events.ts';
import { candidates } from './0002-candidates.ts';

/** Every change of the schema, in order. One that has been published is never edited; a new one is added at the end. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-jobs-and-events': jobsAndEvents,
  '0002-candidates': candidates,
};

/**
 * Brings a database to the newest schema; each change is made whole or not at all.
 * @throws CovidCtError ENVIRONMENT where the database was made by a later version, or refuses
 */
export async function migrate<T>(db: Kysely<T>, schema = schemaName): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) }, migrationTableSchema: schema });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const later = error instanceof Error && error.message.includes('is missing');
  throw new CovidCtError('ENVIRONMENT', later ? 'The database of this workspace was made by a later version of covid-ct.' : 'The database could not be brought up to date.', {
    hint: later ? 'Update covid-ct, or use another --workspace.' : 'Nothing was changed. Run again with --debug to see what it said.',
    cause: error,
  });
}
