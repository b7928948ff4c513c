import { CovidCtError, canonicalJson, sha256 } from '../base/index.ts';
import type { Database } from './schema.ts';

/** Something that happened: written once, never changed. */
export interface StoredEvent {
  readonly stream: string;
  /** 1, 2, … within its stream. */
  readonly sequence: number;
  /** Order over all streams; it may have gaps. */
  readonly position: number;
  readonly kind: string;
  readonly at: Date;
  readonly body: unknown;
  /** SHA-256 over the event and the hash before it. */
  readonly hash: string;
  readonly previous: string;
}

/** What is to be recorded. */
export interface NewEvent {
  readonly stream: string;
  readonly kind: string;
  /** Anything that JSON can hold. */
  readonly body: unknown;
  readonly at: Date;
  /** Where the writer believes the stream to end: refused, if somebody else wrote meanwhile. */
  readonly after?: number;
}

const firstPrevious = '0'.repeat(64);

function hashOf(event: { readonly stream: string; readonly sequence: number; readonly kind: string; readonly at: Date; readonly previous: string }, body: string): string {
  return sha256(JSON.stringify([event.stream, event.sequence, event.kind, event.at.toISOString(), event.previous, body]));
}

/**
 * Adds an event to the end of its stream, chained to the one before by its hash. Give it a transaction to make it one with other changes.
 * @throws CovidCtError CONFLICT where `after` is given and the stream has gone on, or another process writes at this moment
 */
export async function appendEvent(db: Database, event: NewEvent): Promise<StoredEvent> {
  const last = await db.selectFrom('event').select(['sequence', 'hash']).where('stream', '=', event.stream).orderBy('sequence', 'desc').limit(1).executeTakeFirst();
  const conflict = (cause?: unknown): CovidCtError =>
    new CovidCtError('CONFLICT', `${event.stream} has been changed by somebody else meanwhile.`, { hint: 'Look at it again, then decide.', cause });
  if (event.after !== undefined && event.after !== (last?.sequence ?? 0)) throw conflict();
  const chained = { stream: event.stream, kind: event.kind, at: event.at, sequence: (last?.sequence ?? 0) + 1, previous: last?.hash ?? firstPrevious };
  const body = canonicalJson(event.body);
  const hash = hashOf(chained, body);
  const row = await db
    .insertInto('event')
    .values({ ...chained, body, hash })
    .onConflict((conflict) => conflict.columns(['stream', 'sequence']).doNothing())
    .returning('position')
    .executeTakeFirst();
  if (row === undefined) throw conflict();
  return { ...chained, position: row.position, body: JSON.parse(body) as unknown, hash };
}

/** The events of a stream, oldest first. */
export async function readEvents(db: Database, stream: string): Promise<StoredEvent[]> {
  const rows = await db.selectFrom('event').selectAll().where('stream', '=', stream).orderBy('sequence').execute();
  return rows.map((row) => ({ ...row, body: JSON.parse(row.body) as unknown }));
}

/** The events of all streams whose name begins so, in the order of their arrival. */
export async function readEventsOf(db: Database, prefix: string, after = 0): Promise<StoredEvent[]> {
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where((where) => where.fn('starts_with', ['stream', where.val(prefix)]), '=', true)
    .where('position', '>', after)
    .orderBy('position')
    .execute();
  return rows.map((row) => ({ ...row, body: JSON.parse(row.body) as unknown }));
}

/**
 * Looks whether every event of the streams is as it was written: numbers without gaps, each chained to the one before.
 * It cannot see that a stream's last events were cut off: keep its last hash elsewhere for that.
 * @returns a sentence a fault; none when all is well
 */
export async function verifyEvents(db: Database, prefix: string): Promise<string[]> {
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where((where) => where.fn('starts_with', ['stream', where.val(prefix)]), '=', true)
    .orderBy('stream')
    .orderBy('sequence')
    .execute();
  const faults: string[] = [];
  let before: { readonly stream: string; readonly sequence: number; readonly hash: string } | undefined;
  for (const row of rows) {
    const first = before?.stream !== row.stream;
    const sequence = first ? 1 : (before?.sequence ?? 0) + 1;
    const previous = first ? firstPrevious : (before?.hash ?? '');
    if (row.sequence !== sequence) faults.push(`${row.stream}: event ${sequence} is missing.`);
    else if (row.previous !== previous) faults.push(`${row.stream}: event ${row.sequence} does not follow the one before it.`);
    if (hashOf(row, row.body) !== row.hash) faults.push(`${row.stream}: event ${row.sequence} has been altered.`);
    before = row;
  }
  return faults;
}
