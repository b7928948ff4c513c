import { sql, type Migration } from 'kysely';

/** The job queue with its logs, and the append-only, hash-chained events. */
export const jobsAndEvents: Migration = {
  async up(db) {
    await db.schema
      .createTable('job')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('number', 'integer', (column) => column.generatedAlwaysAsIdentity().notNull().unique())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('arguments', 'jsonb', (column) => column.notNull())
      .addColumn('key', 'text')
      .addColumn('state', 'text', (column) => column.notNull().check(sql`state in ('queued', 'running', 'done', 'failed', 'cancelled')`))
      .addColumn('progress', 'jsonb')
      .addColumn('result', 'jsonb')
      .addColumn('error', 'jsonb')
      .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('max_attempts', 'integer', (column) => column.notNull())
      .addColumn('worker', 'text')
      .addColumn('lease_until', 'timestamptz')
      .addColumn('cancel_requested', 'boolean', (column) => column.notNull().defaultTo(false))
      .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .addColumn('started_at', 'timestamptz')
      .addColumn('finished_at', 'timestamptz')
      .execute();
    await db.schema.createIndex('job_waiting').on('job').columns(['state', 'number']).execute();
    await sql`create unique index job_open_key on job (key) where state in ('queued', 'running')`.execute(db);
    await db.schema
      .createTable('job_log')
      .addColumn('job', 'text', (column) => column.notNull().references('job.id').onDelete('cascade'))
      .addColumn('line', 'integer', (column) => column.generatedAlwaysAsIdentity().primaryKey())
      .addColumn('at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .addColumn('text', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('job_log_of').on('job_log').columns(['job', 'line']).execute();
    await db.schema
      .createTable('event')
      .addColumn('stream', 'text', (column) => column.notNull())
      .addColumn('sequence', 'integer', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.generatedAlwaysAsIdentity().notNull().unique())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('at', 'timestamptz', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('previous', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('event_pk', ['stream', 'sequence'])
      .execute();
  },
};
