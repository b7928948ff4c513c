import { z } from 'zod';
import type { StudyRecord } from '../records/log.ts';
import { answerSchema, screenSchema, type Answer, type Screen } from './answers.ts';

/** A confirmed answer. */
export interface ConfirmedReading extends Answer {
  readonly reader: string;
  readonly position: number;
  /** When it was confirmed, and first shown. */
  readonly at: string;
  readonly shownAt: string | undefined;
  readonly sequence: number;
  /** The record's hash, given to the reader as a receipt. */
  readonly receipt: string;
  /** How often it was revised since. */
  readonly revisions: number;
}

/** How far a reader is. */
export interface ReaderProgress {
  readonly confirmed: ReadonlyMap<number, ConfirmedReading>;
  readonly shown: ReadonlyMap<number, string>;
  readonly screen: Screen | undefined;
  readonly pauses: number;
  /** Whether a program read, not a person. */
  readonly simulated: boolean;
}

/** What the records say of a study. */
export interface StudyState {
  readonly readers: ReadonlyMap<string, ReaderProgress>;
  readonly locked: StudyRecord | undefined;
  readonly peeks: readonly StudyRecord[];
  readonly notes: readonly StudyRecord[];
  readonly simulated: boolean;
}

const positionBody = z.looseObject({ reader: z.string(), position: z.int() });
const readingBody = answerSchema.extend({ reader: z.string(), position: z.int() });
const readerBody = z.looseObject({ reader: z.string() });

// A record is checked once, however often the records are folded: they are, on every answer.
const checked = new WeakMap<StudyRecord, unknown>();

function bodyOf<T>(record: StudyRecord, schema: z.ZodType<T>): T {
  const known = checked.get(record) as T | undefined;
  const body = known ?? schema.parse(record.body);
  checked.set(record, body);
  return body;
}

interface Draft {
  confirmed: Map<number, ConfirmedReading>;
  shown: Map<number, string>;
  screen: Screen | undefined;
  pauses: number;
  simulated: boolean;
}

/** Folds the records into what they say. */
export function stateOf(records: readonly StudyRecord[]): StudyState {
  const readers = new Map<string, Draft>();
  const draft = (reader: string): Draft => {
    const known = readers.get(reader) ?? { confirmed: new Map(), shown: new Map(), screen: undefined, pauses: 0, simulated: false };
    readers.set(reader, known);
    return known;
  };
  for (const record of records) {
    const { kind, body } = record;
    if (kind === 'shown') {
      const { reader, position } = bodyOf(record, positionBody);
      if (!draft(reader).shown.has(position)) draft(reader).shown.set(position, record.at);
    } else if (kind === 'confirmed' || kind === 'revised') {
      const { reader, position, ...answer } = bodyOf(record, readingBody);
      const of = draft(reader);
      const before = of.confirmed.get(position);
      of.confirmed.set(position, { ...answer, reader, position, at: record.at, shownAt: of.shown.get(position), sequence: record.sequence, receipt: record.hash, revisions: before === undefined ? 0 : before.revisions + 1 });
    } else if (kind === 'screen-declared') draft(bodyOf(record, readerBody).reader).screen = screenSchema.parse(body['screen']);
    else if (kind === 'paused') draft(bodyOf(record, readerBody).reader).pauses += 1;
    else if (kind === 'simulated') draft(bodyOf(record, readerBody).reader).simulated = true;
  }
  return {
    readers,
    locked: records.find(({ kind }) => kind === 'locked'),
    peeks: records.filter(({ kind }) => kind === 'peeked'),
    notes: records.filter(({ kind }) => kind === 'annotated'),
    simulated: [...readers.values()].some(({ simulated }) => simulated),
  };
}

/** Progress of a reader of whom nothing is recorded yet. */
export const noProgressYet: ReaderProgress = { confirmed: new Map(), shown: new Map(), screen: undefined, pauses: 0, simulated: false };
