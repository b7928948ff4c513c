import { CovidCtError } from '../../base/index.ts';
import { formatFileName, parseFileName } from '../../release/index.ts';
import type { Database, Store } from '../../store/index.ts';
import type { Box, CandidateRecord, Edits } from '../record.ts';
import { addCandidateEvent, candidateHistory, candidateId, getCandidate, proposeCandidates, type Actor } from './candidates.ts';
import type { Decision, PlacedEvent } from './events.ts';
import { cutPicture, joinPictures } from './pictures.ts';
import { cropOrigin, standing, type ReviewedCandidate } from './state.ts';

/**
 * What a change names beside the candidate: who, why, when, and `after`, how many events the candidate had when it was looked at
 * (its `sequence`). With `after`, a change on something that somebody else changed meanwhile is a CONFLICT.
 */
export interface Change extends Actor {
  readonly after?: number | undefined;
}

function signed({ by, qualification, why }: Actor) {
  return { by, qualification, why };
}

/** Accepts, rejects, or sends back a candidate. @param final settles a dispute between two reviewers */
export function decideCandidate(store: Store, id: string, decision: Decision, change: Change, final = false): Promise<ReviewedCandidate> {
  return store.transaction((db) => addCandidateEvent(db, id, { kind: 'decided', ...signed(change), decision, final }, change.when, change.after));
}

/** Changes what is said of a candidate: patient, caption, label, category, … */
export async function editCandidate(store: Store, id: string, edits: Edits, change: Change): Promise<ReviewedCandidate> {
  if (Object.values(edits).every((value) => value === undefined)) throw new CovidCtError('USAGE', 'There is nothing to edit.', { hint: 'Name what changes: --caption, --patient, --label, --age, …' });
  return store.transaction((db) => addCandidateEvent(db, id, { kind: 'edited', ...signed(change), edits }, change.when, change.after));
}

/** Asks for one reviewer, or for two. */
export function askReviewers(store: Store, id: string, reviewers: 1 | 2, change: Change): Promise<ReviewedCandidate> {
  return store.transaction((db) => addCandidateEvent(db, id, { kind: 'asked', ...signed(change), reviewers }, change.when, change.after));
}

/** Cuts a candidate's picture to a box. Decisions on the picture before no longer count. @throws CovidCtError BAD_INPUT for a box that leaves the picture */
export async function cropCandidate(store: Store, id: string, box: Box, change: Change): Promise<ReviewedCandidate> {
  const before = await getCandidate(store.db, id);
  const [picture] = await cutPicture(store.workspace, before.record.picture, [box]);
  if (picture === undefined) throw new Error('no picture was cut');
  return store.transaction((db) => addCandidateEvent(db, id, { kind: 'cropped', ...signed(change), box, picture }, change.when, change.after ?? before.sequence));
}

/** The name of the n-th part: one panel number more; where the grammar has room for none, the last one grows a digit. */
function partName(name: string, part: number): string {
  const { base, panels, marks, extension } = parseFileName(name);
  const [outer, inner] = panels;
  const numbers = outer === undefined || inner === undefined ? [...panels, part] : [outer, 10 * inner + part];
  return formatFileName({ base, panels: numbers, marks, extension: extension === '' ? 'png' : extension });
}

function partRecord(record: CandidateRecord, index: number, picture: CandidateRecord['picture'], box: Box): CandidateRecord {
  const name = partName(record.name, index).replace(/\.[^.]+$/, '.png');
  return {
    ...record,
    name,
    picture,
    hounsfield: null,
    category: null,
    origin: cropOrigin(record.origin, box),
  };
}

/**
 * Cuts a candidate into several, which take its place; what was said of it is said of each.
 * @param boxes in the order in which the parts are numbered, 0 first
 */
export async function splitCandidate(store: Store, id: string, boxes: readonly Box[], change: Change): Promise<ReviewedCandidate[]> {
  if (boxes.length < 2) throw new CovidCtError('USAGE', 'Splitting needs at least two boxes.', { hint: 'covid-ct review crop cuts to one.' });
  const before = await getCandidate(store.db, id);
  const pictures = await cutPicture(store.workspace, before.record.picture, boxes);
  const parts = pictures.map((picture, i) => {
    const box = boxes[i] as Box;
    return { id: candidateId('split', id, before.sequence, i), record: partRecord(before.record, i, picture, box), reviewers: before.reviewers, from: [id] };
  });
  return store.transaction(async (db) => {
    await addCandidateEvent(db, id, { kind: 'replaced', ...signed(change), how: 'split', into: parts.map((part) => part.id) }, change.when, change.after ?? before.sequence);
    await proposeCandidates(db, parts, change);
    return Promise.all(parts.map((part) => getCandidate(db, part.id)));
  });
}

/** Puts panels that were cut apart together again, as one candidate that takes their place. @throws CovidCtError BAD_INPUT for panels of different pictures */
export async function mergeCandidates(store: Store, ids: readonly string[], change: Actor): Promise<ReviewedCandidate> {
  const distinct = [...new Set(ids)];
  if (distinct.length < 2) throw new CovidCtError('USAGE', 'Merging needs at least two candidates.');
  const sources = await Promise.all(distinct.map((id) => getCandidate(store.db, id)));
  const [first] = sources;
  if (first === undefined || first.record.origin.kind !== 'paper') throw new CovidCtError('BAD_INPUT', 'Only panels of a paper’s figure can be merged.', { hint: 'Reject one of two copies instead.' });
  const { picture, panel } = await joinPictures(store.workspace, sources.map(({ record }) => record));
  const record: CandidateRecord = { ...first.record, picture, hounsfield: null, category: null, origin: { ...first.record.origin, panel } };
  const id = candidateId('merge', ...sources.flatMap((source) => [source.id, source.sequence]));
  return store.transaction(async (db) => {
    for (const source of sources) await addCandidateEvent(db, source.id, { kind: 'replaced', ...signed(change), how: 'merged', into: [id] }, change.when, source.sequence);
    await proposeCandidates(db, [{ id, record, reviewers: first.reviewers, from: distinct }], change);
    return getCandidate(db, id);
  });
}

async function undoIn(db: Database, id: string, change: Actor, event: PlacedEvent): Promise<ReviewedCandidate> {
  return addCandidateEvent(db, id, { kind: 'undone', ...signed(change), undone: event.sequence }, change.when);
}

/**
 * Takes back the last thing that was done to a candidate and still stands. Taking back a split or a merge brings the candidates before
 * it back, and is refused once somebody decided on those that took their place.
 * @throws CovidCtError CONFLICT where there is nothing to take back, or others built on it
 */
export function undoCandidate(store: Store, id: string, change: Change): Promise<ReviewedCandidate> {
  return store.transaction(async (db) => {
    const history = await candidateHistory(db, id);
    if (change.after !== undefined && change.after !== history.length) throw new CovidCtError('CONFLICT', `${id} has been changed by somebody else meanwhile.`, { hint: 'Look at it again, then decide.' });
    const last = standing(history).at(-1);
    if (last === undefined || last.kind === 'proposed' || last.kind === 'withdrawn') throw new CovidCtError('CONFLICT', `Nothing was done to ${id} that could be undone.`);
    if (last.kind !== 'replaced') return undoIn(db, id, change, last);
    const parts = await Promise.all(last.into.map((part) => getCandidate(db, part)));
    const touched = parts.find((part) => part.sequence > 1);
    if (touched !== undefined) throw new CovidCtError('CONFLICT', `${touched.id}, which came of it, has been worked on since.`, { hint: `Undo that first: covid-ct review undo ${touched.id}` });
    for (const part of parts) await addCandidateEvent(db, part.id, { kind: 'withdrawn', ...signed(change) }, change.when);
    const sources = last.how === 'merged' ? (parts[0]?.from ?? [id]) : [id];
    for (const source of sources) {
      const merged = standing(await candidateHistory(db, source)).at(-1);
      if (merged?.kind === 'replaced') await undoIn(db, source, change, merged);
    }
    return getCandidate(db, id);
  });
}

/** Takes a candidate out for good, as whoever gave it wishes. */
export function withdrawCandidate(store: Store, id: string, change: Change): Promise<ReviewedCandidate> {
  return store.transaction((db) => addCandidateEvent(db, id, { kind: 'withdrawn', ...signed(change) }, change.when, change.after));
}
