import { z } from 'zod';
import { CovidCtError, sha256 } from '../../base/index.ts';
import { parseDoi, stemOfDoi, type Release } from '../../release/index.ts';
import { appendEvent, canonicalJson, readEvents, readEventsOf, type Database, type Store, type StoredEvent } from '../../store/index.ts';
import { knownPapers, readPaperFacts, recordSamePaper } from '../papers.ts';
import type { KnownPictures } from '../known-pictures.ts';
import type { CandidateRecord } from '../record.ts';
import { addCandidateEvent, candidateId, listCandidates, proposeCandidates, type Actor, type NewCandidate } from '../review/candidates.ts';
import type { CandidateState } from '../review/state.ts';
import { withdrawnHashes } from '../withdrawals.ts';
import type { Bundle } from './bundle.ts';
import { checkSubmission, type Check, type CheckContext, type CheckedCase, type Refusal } from './check.ts';

const receivedSchema = z.strictObject({
  contributor: z.string(),
  files: z.array(z.strictObject({ file: z.string(), candidate: z.string().nullable() })),
  refusals: z.array(z.strictObject({ code: z.string(), file: z.string().nullable(), message: z.string(), hint: z.string() })),
  by: z.string(),
});

/** Where a submission stands. */
export type SubmissionState = 'refused' | 'under review' | 'accepted' | 'partly accepted' | 'rejected' | 'withdrawn';

/** What a contributor is told of a submission, and can ask for again. */
export interface Receipt {
  /** `s-` and twelve digits of the hash of its content: the same bundle always has the same. */
  readonly submission: string;
  readonly contributor: string;
  readonly received: Date;
  readonly state: SubmissionState;
  readonly refusals: readonly Omit<Refusal, 'code'>[];
  readonly images: readonly { readonly file: string; readonly candidate: string | null; readonly state: CandidateState | 'refused'; readonly why: string }[];
}

/** The id of a bundle's content. */
export function submissionId({ submission, files }: Bundle): string {
  return `s-${sha256(canonicalJson([submission, [...files].map(([name, bytes]) => [name, sha256(bytes)])])).slice(0, 12)}`;
}

const streamOf = (id: string): string => `submission/${id}`;

/** What is known without any picture: the release's papers, what the workspace knows of papers, and what was withdrawn. */
export async function checkFacts(db: Database, release: Release | undefined): Promise<Omit<CheckContext, 'pictures'>> {
  return { papers: release === undefined ? new Set() : knownPapers(release), ...(await readPaperFacts(db)), withdrawn: await withdrawnHashes(db) };
}

/** What submissions are checked against. */
export async function checkContext(store: Store, release: Release | undefined, pictures: KnownPictures): Promise<CheckContext> {
  return { pictures, ...(await checkFacts(store.db, release)) };
}

/** The base of file names for a paper's pictures: upstream's stem where a rule tells it, else the DOI in characters that a name may hold. */
function nameBase(doi: string | null, submission: string): string {
  const parsed = doi === null ? undefined : parseDoi(doi);
  return parsed === undefined ? submission : (stemOfDoi(parsed) ?? parsed.replaceAll(/[^A-Za-z0-9.()-]/g, '_'));
}

async function toCandidate(store: Store, id: string, contributor: string, { given, file, notes }: CheckedCase, index: number, reviewers: 1 | 2): Promise<NewCandidate> {
  const { file: _file, label, writing: _writing, samePaper: _samePaper, unpublished: _unpublished, ...description } = given;
  const picture = { sha256: await store.workspace.objects.put(file.bytes), format: file.format, width: file.picture.width, height: file.picture.height };
  const hounsfield = file.hounsfield === null ? null : { sha256: await store.workspace.objects.put(file.hounsfield.bytes), window: file.hounsfield.window };
  const record: CandidateRecord = {
    ...description,
    name: `${nameBase(given.doi, id)}%${index}.${file.format === 'jpeg' ? 'jpg' : 'png'}`,
    label, picture, hounsfield, category: null, notes: [...notes], origin: { kind: 'submission', submission: id, contributor },
  };
  return { id: candidateId('submission', id, picture.sha256), record, reviewers };
}

/**
 * Checks a bundle and, where nothing is wrong with it, proposes its cases: all of them or none. A refused one is remembered with its
 * reasons, and may be received again when what it was refused for has changed. Receiving an accepted one again changes nothing.
 * @param against what it is checked against, or a check that is made elsewhere
 */
export async function receiveSubmission(store: Store, bundle: Bundle, against: CheckContext | Check, actor: Actor, reviewers: 1 | 2 = 1): Promise<Receipt> {
  const id = submissionId(bundle);
  if ((await readEvents(store.db, streamOf(id))).some(({ kind }) => kind === 'received')) return receiptOf(store.db, id);
  const { submission, files } = bundle;
  const read = (file: string): Promise<Uint8Array> => {
    const bytes = files.get(file);
    return bytes === undefined ? Promise.reject(new CovidCtError('NOT_FOUND', `${file} is named, and not there.`)) : Promise.resolve(bytes);
  };
  const { refusals, cases } = await (typeof against === 'function' ? against(submission, read) : checkSubmission(submission, read, against));
  const refused = refusals.length > 0;
  const contributor = submission.contributor.name;
  const candidates: NewCandidate[] = [];
  // Pictures are kept before the rows that name them: a kill in between leaves pictures that nobody names, never the other way round.
  if (!refused) for (const [i, one] of cases.entries()) candidates.push(await toCandidate(store, id, contributor, one, i, reviewers));
  const named = submission.cases.map(({ file }, i) => ({ file, candidate: candidates[i]?.id ?? null }));
  await store.transaction(async (db) => {
    const body = receivedSchema.parse({ contributor, files: named, refusals, by: actor.by });
    await appendEvent(db, { stream: streamOf(id), kind: refused ? 'refused' : 'received', body, at: actor.when });
    await proposeCandidates(db, candidates, actor);
    if (!refused) for (const { doi, samePaper } of submission.cases) if (doi !== null && samePaper.length > 0) await recordSamePaper(db, [doi, ...samePaper], { ...actor, why: `told by submission ${id}` });
  });
  return receiptOf(store.db, id);
}

function stateOf(states: readonly CandidateState[]): SubmissionState {
  const counted = states.filter((state) => state !== 'withdrawn' && state !== 'replaced');
  if (counted.length === 0) return states.includes('withdrawn') ? 'withdrawn' : 'under review';
  if (counted.some((state) => state !== 'accepted' && state !== 'rejected')) return 'under review';
  if (counted.every((state) => state === 'accepted')) return 'accepted';
  return counted.every((state) => state === 'rejected') ? 'rejected' : 'partly accepted';
}

function lastOf(events: readonly StoredEvent[], id: string): StoredEvent {
  const last = events.at(-1);
  if (last === undefined) throw new CovidCtError('NOT_FOUND', `There is no submission ${JSON.stringify(id)}.`, { hint: 'A receipt names it; covid-ct receive --list shows all.' });
  return last;
}

/** The receipt of a submission as it stands. @throws CovidCtError NOT_FOUND */
export async function receiptOf(db: Database, id: string): Promise<Receipt> {
  const last = lastOf(await readEvents(db, streamOf(id)), id);
  const received = receivedSchema.parse(last.body);
  const common = { submission: id, contributor: received.contributor, received: last.at, refusals: received.refusals };
  if (last.kind === 'refused') return { ...common, state: 'refused', images: received.files.map(({ file }) => ({ file, candidate: null, state: 'refused', why: received.refusals.find((one) => one.file === file)?.message ?? '' })) };
  const candidates = await listCandidates(db, { submission: id });
  const states = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const images = received.files.map(({ file, candidate }) => {
    const found = candidate === null ? undefined : states.get(candidate);
    return { file, candidate, state: found?.state ?? ('proposed' as const), why: found?.votes.at(-1)?.why ?? '' };
  });
  return { ...common, state: stateOf(candidates.map(({ state }) => state)), images };
}

/** Receipts of all submissions, oldest first. */
export async function listReceipts(db: Database): Promise<Receipt[]> {
  const ids = [...new Set((await readEventsOf(db, 'submission/')).map(({ stream }) => stream.slice('submission/'.length)))];
  return Promise.all(ids.map((id) => receiptOf(db, id)));
}

/** Takes a whole submission back, as its contributor wishes. Accepted images that are published already are withdrawn from the release apart. */
export async function withdrawSubmission(store: Store, id: string, actor: Actor): Promise<Receipt> {
  return store.transaction(async (db) => {
    lastOf(await readEvents(db, streamOf(id)), id);
    for (const candidate of await listCandidates(db, { submission: id })) {
      if (candidate.state === 'withdrawn' || candidate.state === 'replaced') continue;
      await addCandidateEvent(db, candidate.id, { kind: 'withdrawn', by: actor.by, qualification: actor.qualification, why: actor.why }, actor.when);
    }
    return receiptOf(db, id);
  });
}
