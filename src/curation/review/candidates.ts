import { CovidCtError, sha256 } from '../../base/index.ts';
import { appendEvent, canonicalJson, readEvents, type Database, type StoredEvent } from '../../store/index.ts';
import type { CandidateRecord } from '../record.ts';
import { candidateEventSchema, type CandidateEvent, type PlacedEvent } from './events.ts';
import { foldCandidate, type CandidateState, type ReviewedCandidate } from './state.ts';

/** Who changes something, why and when. */
export interface Actor {
  readonly by: string;
  readonly qualification: string | null;
  readonly why: string;
  readonly when: Date;
}

const streamOf = (id: string): string => `candidate/${id}`;

/** The id of what comes from one place: importing the same again finds it there. */
export function candidateId(...key: readonly (string | number | null)[]): string {
  return `c-${sha256(JSON.stringify(key)).slice(0, 12)}`;
}

function placed({ sequence, at, body }: StoredEvent): PlacedEvent {
  return { ...candidateEventSchema.parse(body), sequence, at };
}

/** All that happened to a candidate, oldest first. @throws CovidCtError NOT_FOUND */
export async function candidateHistory(db: Database, id: string): Promise<PlacedEvent[]> {
  const events = await readEvents(db, streamOf(id));
  if (events.length === 0) throw new CovidCtError('NOT_FOUND', `There is no candidate ${JSON.stringify(id)}.`, { hint: 'covid-ct review list shows their ids.' });
  return events.map(placed);
}

/** The candidate as it stands. @throws CovidCtError NOT_FOUND */
export async function getCandidate(db: Database, id: string): Promise<ReviewedCandidate> {
  return foldCandidate(id, await candidateHistory(db, id));
}

function rowOf(candidate: ReviewedCandidate) {
  const { origin, doi, label, picture } = candidate.record;
  return {
    state: candidate.state,
    label,
    paper: doi?.toLowerCase() ?? (origin.kind === 'paper' ? origin.paper : null),
    submission: origin.kind === 'submission' ? origin.submission : null,
    picture: picture.sha256,
    document: canonicalJson(candidate),
    updated_at: candidate.updatedAt,
  };
}

/** The candidate as its row has it: what {@link foldCandidate} gave, through JSON. */
function fromRow(document: unknown): ReviewedCandidate {
  const candidate = document as Omit<ReviewedCandidate, 'updatedAt' | 'votes'> & { readonly updatedAt: string; readonly votes: readonly (Omit<ReviewedCandidate['votes'][number], 'at'> & { readonly at: string })[] };
  return { ...candidate, updatedAt: new Date(candidate.updatedAt), votes: candidate.votes.map((vote) => ({ ...vote, at: new Date(vote.at) })) };
}

/** Which candidates are listed. */
export interface CandidateFilter {
  readonly states?: readonly CandidateState[];
  /** DOI or stem. */
  readonly paper?: string;
  readonly submission?: string;
  /** Hash of a picture. */
  readonly picture?: string;
  /** Passes over those on which this reviewer has decided. */
  readonly undecidedBy?: string;
  readonly limit?: number;
  readonly offset?: number;
}

/** Candidates in the order of their arrival. */
export async function listCandidates(db: Database, filter: CandidateFilter = {}): Promise<ReviewedCandidate[]> {
  let query = db.selectFrom('candidate').select('document').orderBy('number');
  if (filter.states !== undefined) query = query.where('state', 'in', [...filter.states]);
  if (filter.paper !== undefined) query = query.where('paper', '=', filter.paper);
  if (filter.submission !== undefined) query = query.where('submission', '=', filter.submission);
  if (filter.picture !== undefined) query = query.where('picture', '=', filter.picture);
  if (filter.limit !== undefined && filter.undecidedBy === undefined) query = query.limit(filter.limit).offset(filter.offset ?? 0);
  const found = (await query.execute()).map(({ document }) => fromRow(document));
  if (filter.undecidedBy === undefined) return found;
  const offset = filter.offset ?? 0;
  return found.filter(({ votes }) => votes.every(({ by }) => by !== filter.undecidedBy)).slice(offset, filter.limit === undefined ? undefined : offset + filter.limit);
}

/** How many candidates are in each state. */
export async function countCandidates(db: Database): Promise<Readonly<Partial<Record<CandidateState, number>>>> {
  const rows = await db.selectFrom('candidate').select(['state', (select) => select.fn.countAll<string>().as('count')]).groupBy('state').execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
}

/** What a new candidate begins with. */
export interface NewCandidate {
  readonly id: string;
  readonly record: CandidateRecord;
  readonly reviewers: 1 | 2;
  /** Candidates that it was cut or put together from. */
  readonly from?: readonly string[];
}

/**
 * Proposes candidates; one whose id is there already is left as it is. Give it a transaction.
 * @returns the ids that are new
 */
export async function proposeCandidates(db: Database, candidates: readonly NewCandidate[], actor: Actor): Promise<string[]> {
  const { by, qualification, why, when } = actor;
  const added: string[] = [];
  for (const { id, record, reviewers, from = [] } of candidates) {
    const known = await db.selectFrom('candidate').select('id').where('id', '=', id).executeTakeFirst();
    if (known !== undefined) continue;
    const body = candidateEventSchema.parse({ kind: 'proposed', by, qualification, why, record, reviewers, from });
    const event = await appendEvent(db, { stream: streamOf(id), kind: body.kind, body, at: when, after: 0 });
    await db.insertInto('candidate').values({ id, ...rowOf(foldCandidate(id, [placed(event)])) }).execute();
    added.push(id);
  }
  return added;
}

/** Refuses what cannot happen to a candidate as it stands. */
function check(candidate: ReviewedCandidate, event: CandidateEvent): void {
  const { id, state, record } = candidate;
  if ((state === 'withdrawn' || state === 'replaced') && event.kind !== 'undone') {
    const where = candidate.into.length === 0 ? '' : ` by ${candidate.into.join(', ')}`;
    throw new CovidCtError('CONFLICT', `${id} has been ${state}${where}: nothing more can be done with it.`, { hint: state === 'replaced' ? `covid-ct review undo ${id} brings it back.` : 'Whoever gave it has taken it back.' });
  }
  if (event.kind !== 'decided') return;
  if (event.decision === 'accepted' && record.label === null) {
    throw new CovidCtError('BAD_INPUT', `${id} has no label, and cannot be accepted without one.`, { hint: `covid-ct review edit ${id} --label COVID (or NonCOVID)` });
  }
  if (event.decision !== 'accepted' && event.why.trim() === '') {
    throw new CovidCtError('USAGE', event.decision === 'rejected' ? 'A rejection needs a reason.' : 'Say what is to be done.', { hint: 'Say --reason "…": it is kept in the history.' });
  }
}

/**
 * Adds an event to a candidate's history and brings its row up to date. Give it a transaction.
 * @param after how many events the candidate had when whoever decides looked at it; `undefined`: whatever it has now
 * @throws CovidCtError NOT_FOUND, CONFLICT where it was changed meanwhile or is replaced or withdrawn, BAD_INPUT and USAGE for what is incomplete
 */
export async function addCandidateEvent(db: Database, id: string, event: CandidateEvent, when: Date, after?: number): Promise<ReviewedCandidate> {
  const history = await candidateHistory(db, id);
  check(foldCandidate(id, history), event);
  const parsed = candidateEventSchema.safeParse(event);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CovidCtError('BAD_INPUT', `That cannot be recorded of ${id}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`, { cause: parsed.error });
  }
  const stored = await appendEvent(db, { stream: streamOf(id), kind: event.kind, body: parsed.data, at: when, after: after ?? history.length });
  const candidate = foldCandidate(id, [...history, placed(stored)]);
  await db.updateTable('candidate').set(rowOf(candidate)).where('id', '=', id).execute();
  return candidate;
}
