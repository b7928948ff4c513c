import type { Migration } from 'kysely';

/** What the events of candidates come to, for lists and filters. */
export const candidates: Migration = {
  async up(db) {
    await db.schema
      .createTable('candidate')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('number', 'integer', (column) => column.generatedAlwaysAsIdentity().notNull().unique())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('label', 'text')
      .addColumn('paper', 'text')
      .addColumn('submission', 'text')
      .addColumn('picture', 'text', (column) => column.notNull())
      .addColumn('document', 'jsonb', (column) => column.notNull())
      .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
      .execute();
    for (const column of ['state', 'paper', 'submission', 'picture']) await db.schema.createIndex(`candidate_${column}`).on('candidate').columns([column, 'number']).execute();
  },
};
