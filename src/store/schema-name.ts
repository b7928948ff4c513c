/** The database schema (PostgreSQL's word: a namespace) in which every table stands, so that a shared database is no trouble. */
export const schemaName = 'covid_ct';
