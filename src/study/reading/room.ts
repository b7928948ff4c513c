import { timingSafeEqual } from 'node:crypto';
import { CovidCtError, canonicalJson, sha256 } from '../../base/index.ts';
import type { PlannedReading } from '../allocation.ts';
import type { StudyRecord } from '../records/log.ts';
import { frameBytes, frameKindOf, windowOf, type FrameKind } from '../stimuli/render.ts';
import { readingId, readingsOf, type Study } from '../study.ts';
import { ratingRange } from '../plan/read.ts';
import type { StudyPlan } from '../plan/schema.ts';
import { checkAnswer, type Answer, type Screen } from './answers.ts';
import { noProgressYet, stateOf, type ConfirmedReading, type ReaderProgress, type StudyState } from './state.ts';

/** One case on the screen: all that a reader's browser learns of it. */
export interface ReadingView {
  readonly id: string;
  /** 1, 2, … in the reader's own order. */
  readonly number: number;
  readonly practice: boolean;
  readonly frames: number;
  readonly side: number;
  readonly kind: FrameKind;
  readonly frameBytes: number;
  /** Of Hounsfield units: the window to begin with, which the reader may change. */
  readonly window: { readonly level: number; readonly width: number } | undefined;
}

/** What a reader's page shows. */
export interface ReaderView {
  readonly title: string;
  readonly question: string;
  readonly instructions: string;
  readonly reader: string;
  readonly rating: StudyPlan['rating'];
  readonly lowest: number;
  readonly highest: number;
  readonly questions: StudyPlan['questions'];
  readonly marks: number;
  readonly back: boolean;
  readonly screen: { readonly width: number; readonly height: number; readonly declared: boolean };
  readonly done: number;
  readonly total: number;
  readonly session: number;
  readonly sessions: number;
  readonly state: 'reading' | 'screen' | 'wash-out' | 'finished' | 'locked';
  /** When the next session may begin, in a wash-out. */
  readonly opensAt: string | undefined;
  readonly reading: ReadingView | undefined;
  /** Simulated readers have read in this study. */
  readonly simulated: boolean;
}

const notFound = (): CovidCtError => new CovidCtError('NOT_FOUND', 'There is no such page.', { hint: 'Open the link that you were sent.' });

/** The reader that a link belongs to; takes the same time whatever the link. @throws CovidCtError NOT_FOUND */
export function readerOfToken(study: Study, token: string): string {
  const given = Buffer.from(sha256(token));
  const found = study.key.readers.filter((reader) => timingSafeEqual(Buffer.from(sha256(reader.token)), given));
  if (found[0] === undefined) throw notFound();
  return found[0].id;
}

const dayMilliseconds = 86_400_000;

/** When a reading may be made: a session begins the wash-out after the last answer of the one before. */
function opensAt(study: Study, readings: readonly PlannedReading[], next: PlannedReading, progress: ReaderProgress): Date | undefined {
  if (next.session === 0) return undefined;
  const before = readings.filter(({ session }) => session < next.session).flatMap(({ position }) => progress.confirmed.get(position)?.at ?? []);
  const last = before.toSorted().at(-1);
  return last === undefined ? undefined : new Date(Date.parse(last) + study.plan.design.washOutDays * dayMilliseconds);
}

interface Standing {
  readonly readings: readonly PlannedReading[];
  readonly progress: ReaderProgress;
  readonly state: StudyState;
  readonly next: PlannedReading | undefined;
  readonly opens: Date | undefined;
}

function standingOf(study: Study, reader: string, records: readonly StudyRecord[]): Standing {
  const readings = readingsOf(study, reader);
  const state = stateOf(records);
  const progress = state.readers.get(reader) ?? noProgressYet;
  const next = readings.find(({ position }) => !progress.confirmed.has(position));
  return { readings, progress, state, next, opens: next === undefined ? undefined : opensAt(study, readings, next, progress) };
}

function viewOf(study: Study, reader: string, { position, caseIndex, arm, practice }: PlannedReading): ReadingView {
  const planned = study.plan.arms[arm];
  const one = study.key.cases[caseIndex];
  if (planned === undefined || one === undefined) throw notFound();
  const kind = frameKindOf(planned);
  const { side } = study.key;
  return {
    id: readingId(study, reader, position),
    number: position + 1,
    practice,
    frames: planned.view === 'series' ? one.slices : 1,
    side,
    kind,
    frameBytes: frameBytes(kind, side),
    window: kind === 'hounsfield' ? windowOf(planned) : undefined,
  };
}

/** What a reader's page shows now. @throws CovidCtError NOT_FOUND for a reader who is not of the study */
export async function readerView(study: Study, reader: string, now: Date): Promise<ReaderView> {
  const { plan } = study;
  const { readings, progress, state, next, opens } = standingOf(study, reader, await study.log.read());
  const waits = opens !== undefined && now < opens;
  const stage = state.locked !== undefined ? 'locked' : next === undefined ? 'finished' : waits ? 'wash-out' : progress.screen === undefined ? 'screen' : 'reading';
  const { lowest, highest } = ratingRange(plan);
  return {
    title: plan.title,
    question: plan.question,
    instructions: plan.instructions,
    reader,
    rating: plan.rating,
    lowest,
    highest,
    questions: plan.questions,
    marks: plan.marks,
    back: plan.back,
    screen: { width: plan.screen.width, height: plan.screen.height, declared: progress.screen !== undefined },
    done: progress.confirmed.size,
    total: readings.length,
    session: (next?.session ?? plan.arms.length - 1) + 1,
    sessions: plan.arms.length,
    state: stage,
    opensAt: waits ? opens.toISOString() : undefined,
    reading: stage === 'reading' && next !== undefined ? viewOf(study, reader, next) : undefined,
    simulated: state.simulated,
  };
}

/** Records the screen that a reader declares. @throws CovidCtError BAD_INPUT for one below what the plan asks for, CONFLICT in a locked study */
export async function declareScreen(study: Study, reader: string, screen: Screen, now: Date): Promise<void> {
  readingsOf(study, reader);
  const { width, height } = study.plan.screen;
  if (screen.width < width || screen.height < height) {
    throw new CovidCtError('BAD_INPUT', `The window is ${screen.width}×${screen.height} pixels, and the study asks for ${width}×${height}.`, { hint: 'Make the window larger, or read on a larger screen.' });
  }
  if (!screen.wedge || !screen.room) throw new CovidCtError('BAD_INPUT', 'The study may be read only where every step of the gray wedge can be seen and the room is dim.', { hint: 'Turn up the screen, dim the room, and look again.' });
  await study.log.append((records) => {
    refuseLocked(stateOf(records));
    return { result: undefined, add: [{ kind: 'screen-declared', body: { reader, screen }, at: now }] };
  });
}

function refuseLocked(state: StudyState): void {
  if (state.locked !== undefined) throw new CovidCtError('CONFLICT', 'The study is locked: nothing can be added.', { hint: 'Ask the one who leads the study.' });
}

/**
 * The bytes of a frame. Only of the reading that the reader is at, or of earlier ones where the plan allows to go back; the first look is
 * recorded, so that the time of a case can be told.
 * @throws CovidCtError NOT_FOUND for every other id, whether it is forged, of another reader, or of a later case
 */
export async function readFrame(study: Study, reader: string, id: string, slice: number, now: Date): Promise<Uint8Array> {
  const { readings, progress, state, next, opens } = standingOf(study, reader, await study.log.read());
  const allowed = readings.filter(({ position }) => position === next?.position || (study.plan.back && progress.confirmed.has(position)));
  const reading = state.locked === undefined && progress.screen !== undefined ? allowed.find(({ position }) => readingId(study, reader, position) === id) : undefined;
  if (reading === undefined || (reading.position === next?.position && opens !== undefined && now < opens)) throw notFound();
  const view = viewOf(study, reader, reading);
  if (!Number.isInteger(slice) || slice < 0 || slice >= view.frames) throw notFound();
  const planned = study.plan.arms[reading.arm];
  if (!progress.shown.has(reading.position)) {
    await study.log.append((records) => {
      const seen = stateOf(records).readers.get(reader)?.shown.has(reading.position) === true;
      return { result: undefined, add: seen ? [] : [{ kind: 'shown', body: { reader, position: reading.position }, at: now }] };
    });
  }
  // The one slice of a slice arm is kept as the first frame.
  return study.frames.get(reading.caseIndex, reading.arm, planned?.view === 'series' ? slice : 0, view.frameBytes);
}

/** What a reader gets for an answer: a receipt, the hash of the record. */
export interface Receipt {
  readonly receipt: string;
  readonly number: number;
  /** The very answer had been confirmed before: sent twice, kept once. */
  readonly repeated: boolean;
}

const sameAnswer = (confirmed: ConfirmedReading, { rating, answers, marks }: Answer): boolean =>
  canonicalJson([confirmed.rating, confirmed.answers, confirmed.marks]) === canonicalJson([rating, answers, marks]);

/**
 * Confirms an answer, once: when this returns it is on the disk. Sent again (a lost connection, a double click) it gives the first
 * receipt; another answer to a confirmed case is refused, unless the plan allows to go back.
 * @throws CovidCtError NOT_FOUND, BAD_INPUT, or CONFLICT
 */
export async function confirmReading(study: Study, reader: string, id: string, answer: Answer, now: Date): Promise<Receipt> {
  const { result, added } = await study.log.append((records) => {
    const { readings, progress, state, next, opens } = standingOf(study, reader, records);
    const reading = readings.find(({ position }) => readingId(study, reader, position) === id);
    if (reading === undefined) throw notFound();
    const { position } = reading;
    const confirmed = progress.confirmed.get(position);
    if (confirmed !== undefined && sameAnswer(confirmed, answer)) return { result: { receipt: confirmed.receipt, number: position + 1, repeated: true }, add: [] };
    refuseLocked(state);
    if (confirmed !== undefined && !study.plan.back) throw new CovidCtError('CONFLICT', `Case ${position + 1} is confirmed, and this study allows no way back.`, { hint: 'Go on with the next case; add a note where something went wrong.' });
    if (confirmed === undefined && (position !== next?.position || (opens !== undefined && now < opens))) throw notFound();
    if (progress.screen === undefined && !progress.simulated) throw new CovidCtError('CONFLICT', 'The screen has not been declared.', { hint: 'Open the link again.' });
    checkAnswer(study.plan, study.key.cases[reading.caseIndex]?.slices ?? 1, answer);
    return { result: { receipt: '', number: position + 1, repeated: false }, add: [{ kind: confirmed === undefined ? 'confirmed' : 'revised', body: { reader, position, ...answer }, at: now }] };
  });
  return { ...result, receipt: added[0]?.hash ?? result.receipt };
}

/** Records that a reader pauses; going on needs nothing but the link, on any machine. */
export async function pauseReading(study: Study, reader: string, now: Date): Promise<void> {
  readingsOf(study, reader);
  await study.log.append((records) => {
    refuseLocked(stateOf(records));
    return { result: undefined, add: [{ kind: 'paused', body: { reader }, at: now }] };
  });
}

/** Adds a note to a study, or to one reader's case: what was said cannot be changed, and can be annotated. */
export async function annotate(study: Study, note: { readonly by: string; readonly text: string; readonly reader?: string; readonly number?: number }, now: Date): Promise<void> {
  if (note.text.trim() === '' || note.text.length > 2000) throw new CovidCtError('BAD_INPUT', 'A note has 1 to 2,000 characters.');
  if (note.reader !== undefined) readingsOf(study, note.reader);
  await study.log.append(() => ({ result: undefined, add: [{ kind: 'annotated', body: { ...note }, at: now }] }));
}

/**
 * Locks a study: nothing can be read any more, and it may be analysed.
 * @throws CovidCtError CONFLICT where readings are missing and `incomplete` does not say why that is meant, or it is locked already
 */
export async function lockStudy(study: Study, now: Date, incomplete?: string): Promise<StudyRecord> {
  const { added } = await study.log.append((records) => {
    const state = stateOf(records);
    refuseLocked(state);
    const missing = study.plan.readers.map(({ id }) => ({ reader: id, missing: readingsOf(study, id).length - (state.readers.get(id)?.confirmed.size ?? 0) })).filter((one) => one.missing > 0);
    if (missing.length > 0 && incomplete === undefined) {
      throw new CovidCtError('CONFLICT', `Readings are missing: ${missing.map((one) => `${one.reader} ${one.missing}`).join(', ')}.`, { hint: 'Wait for them, or say why the study ends without: --incomplete REASON.' });
    }
    return { result: undefined, add: [{ kind: 'locked', body: { head: records.at(-1)?.hash ?? '', missing, ...(incomplete === undefined ? {} : { reason: incomplete }) }, at: now }] };
  });
  const [locked] = added;
  if (locked === undefined) throw new CovidCtError('ENVIRONMENT', 'The study was not locked.');
  return locked;
}
