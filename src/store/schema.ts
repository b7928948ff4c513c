import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';

/** A `timestamptz`: read as a Date, written as one. */
type Moment = ColumnType<Date, Date | string, Date | string>;
/** One that the database sets where it is not given. */
type MomentNow = ColumnType<Date, Date | string | undefined, Date | string>;
/** A moment that may be missing. */
type MaybeMoment = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** A `jsonb`: read as a value, written as JSON text. */
type Json = ColumnType<unknown, string, string>;
type MaybeJson = ColumnType<unknown, string | null | undefined, string | null>;

/** What a job can be: waiting, at work, or ended in one of three ways. */
export const jobStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
/** See {@link jobStates}. */
export type JobState = (typeof jobStates)[number];

interface JobTable {
  id: string;
  kind: string;
  arguments: Json;
  /** Two jobs with one key do not wait or run at the same time. */
  key: string | null;
  state: ColumnType<JobState, JobState, JobState>;
  progress: MaybeJson;
  result: MaybeJson;
  error: MaybeJson;
  attempts: Generated<number>;
  max_attempts: number;
  /** Who runs it, until when nobody else may. */
  worker: string | null;
  lease_until: MaybeMoment;
  cancel_requested: Generated<boolean>;
  /** Order of arrival. */
  number: Generated<number>;
  created_at: MomentNow;
  started_at: MaybeMoment;
  finished_at: MaybeMoment;
}

interface JobLogTable {
  job: string;
  line: Generated<number>;
  at: MomentNow;
  text: string;
}

interface EventTable {
  /** What the events are about: `candidate/…`, `study/…/reader/…`. */
  stream: string;
  /** 1, 2, … within its stream. */
  sequence: number;
  /** Order over all streams; it may have gaps. */
  position: Generated<number>;
  kind: string;
  at: Moment;
  /** Canonical JSON, as text, so that the hash covers it letter by letter. */
  body: string;
  /** Hash of the event before it in its stream; 64 zeros for the first. */
  previous: string;
  hash: string;
}

/** What the events of a candidate come to; made anew with each event, in the same transaction. */
interface CandidateTable {
  id: string;
  /** Order of arrival. */
  number: Generated<number>;
  state: string;
  label: string | null;
  /** The paper's DOI in lower case, else its stem. */
  paper: string | null;
  submission: string | null;
  /** Hash of its picture. */
  picture: string;
  document: Json;
  updated_at: Moment;
}

/** Every table of the workspace's database. Its changes are in `migrations/`. */
export interface Schema {
  job: JobTable;
  job_log: JobLogTable;
  event: EventTable;
  candidate: CandidateTable;
}

/** The database, or a transaction in it: what functions that read and write take. */
export type Database = Kysely<Schema> | Transaction<Schema>;
