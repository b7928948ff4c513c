import { z } from 'zod';
import { CovidCtError } from '../../base/index.ts';
import { planHash, readPlan } from '../plan/read.ts';
import { planSchema } from '../plan/schema.ts';
import type { StudyState } from '../reading/state.ts';
import { stateOf } from '../reading/state.ts';
import { readingsOf, type Study } from '../study.ts';

/** Everything that an analysis needs, in one document: what `covid-ct study export` writes, and what it can be analysed from again. */
export const readingsSchema = z.strictObject({
  covidCtReadings: z.literal(1),
  planHash: z.string(),
  plan: planSchema,
  origin: z.string(),
  synthetic: z.boolean(),
  cases: z.array(
    z.strictObject({ case: z.string(), label: z.string(), positive: z.boolean(), source: z.string(), places: z.array(z.strictObject({ x: z.number(), y: z.number(), radius: z.number() })) }),
  ),
  readings: z.array(
    z.strictObject({
      reader: z.string(),
      arm: z.string(),
      case: z.string(),
      session: z.int(),
      position: z.int(),
      rating: z.number(),
      answers: z.record(z.string(), z.string()),
      marks: z.array(z.strictObject({ x: z.number(), y: z.number(), slice: z.int() })),
      milliseconds: z.number(),
      at: z.string(),
      revisions: z.int(),
    }),
  ),
  readers: z.array(z.strictObject({ reader: z.string(), simulated: z.boolean(), planned: z.int(), pauses: z.int(), screen: z.string() })),
  locked: z.string().nullable(),
  lockReason: z.string().nullable(),
  head: z.string(),
  peeks: z.array(z.strictObject({ at: z.string(), by: z.string() })),
  notes: z.array(z.strictObject({ at: z.string(), by: z.string(), text: z.string(), reader: z.string().nullable(), number: z.int().nullable() })),
});

/** See {@link readingsSchema}. */
export type ReadingsDocument = z.infer<typeof readingsSchema>;

const caseName = (index: number): string => `case-${String(index + 1).padStart(3, '0')}`;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function notesOf(state: StudyState): Pick<ReadingsDocument, 'peeks' | 'notes'> {
  return {
    peeks: state.peeks.map(({ at, body }) => ({ at, by: textOf(body['by']) })),
    notes: state.notes.map(({ at, body }) => ({ at, by: textOf(body['by']), text: textOf(body['text']), reader: textOf(body['reader']) || null, number: typeof body['number'] === 'number' ? body['number'] : null })),
  };
}

/** Reads a study into the document that it is analysed from. Practice is left out. */
export async function readingsDocument(study: Study): Promise<ReadingsDocument> {
  const records = await study.log.read();
  const state = stateOf(records);
  const { plan, key } = study;
  const readings = plan.readers.flatMap(({ id: reader }) =>
    readingsOf(study, reader).flatMap(({ position, session, caseIndex, arm, practice }) => {
      const confirmed = state.readers.get(reader)?.confirmed.get(position);
      if (practice || confirmed === undefined) return [];
      const { rating, answers, marks, milliseconds, at, revisions } = confirmed;
      return [{ reader, arm: plan.arms[arm]?.id ?? '', case: caseName(caseIndex), session: session + 1, position: position + 1, rating, answers, marks, milliseconds, at, revisions }];
    }),
  );
  return {
    covidCtReadings: 1,
    planHash: planHash(plan),
    plan,
    origin: key.origin,
    synthetic: key.synthetic,
    cases: key.cases.flatMap(({ practice, label, positive, source, places }, index) => (practice ? [] : [{ case: caseName(index), label, positive, source, places: [...places] }])),
    readings,
    readers: plan.readers.map(({ id }) => {
      const progress = state.readers.get(id);
      const screen = progress?.screen;
      return { reader: id, simulated: progress?.simulated === true, planned: readingsOf(study, id).filter(({ practice }) => !practice).length, pauses: progress?.pauses ?? 0, screen: screen === undefined ? '' : `${screen.width}×${screen.height}` };
    }),
    locked: state.locked?.at ?? null,
    lockReason: textOf(state.locked?.body['reason']) || null,
    head: records.at(-1)?.hash ?? '',
    ...notesOf(state),
  };
}

/**
 * Reads an exported document again.
 * @throws CovidCtError BAD_INPUT for what is none, HASH_MISMATCH where its plan is not the one that it says
 */
export function parseReadings(text: string, name: string): ReadingsDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${name} is no JSON.`, { hint: 'Name the readings.json that covid-ct study export wrote.', cause: error });
  }
  const parsed = readingsSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CovidCtError('BAD_INPUT', `${name} holds no readings of a study: ${issue?.path.join('.')}: ${issue?.message}`, { hint: 'Name the readings.json that covid-ct study export wrote.' });
  }
  const document = parsed.data;
  const plan = readPlan(JSON.stringify(document.plan), name);
  if (planHash(plan) !== document.planHash) throw new CovidCtError('HASH_MISMATCH', `${name}: the plan in it is not the one of its hash.`, { hint: 'Export the study again.' });
  return document;
}
