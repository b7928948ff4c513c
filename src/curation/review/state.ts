import type { Box, CandidateRecord, Edits } from '../record.ts';
import type { Decision, PlacedEvent } from './events.ts';

/**
 * Where a candidate stands. `proposed`: a decision is due (of two reviewers where two are asked); `disputed`: two differ, and somebody
 * must settle it; `replaced`: split into or merged with others; `withdrawn`: taken back by whoever gave it, for good.
 */
export const candidateStates = ['proposed', 'accepted', 'rejected', 'needs work', 'disputed', 'replaced', 'withdrawn'] as const;
/** See {@link candidateStates}. */
export type CandidateState = (typeof candidateStates)[number];

/** A reviewer's last decision that still counts. */
export interface Vote {
  readonly by: string;
  readonly qualification: string | null;
  readonly decision: Decision;
  readonly why: string;
  readonly at: Date;
  /** Settles a dispute. */
  readonly final: boolean;
}

/** A candidate as its events leave it. */
export interface ReviewedCandidate {
  readonly id: string;
  readonly state: CandidateState;
  readonly record: CandidateRecord;
  /** How many reviewers must agree. */
  readonly reviewers: 1 | 2;
  /** The decisions that count, in their order; one a reviewer. */
  readonly votes: readonly Vote[];
  /** Candidates that it was split or merged into. */
  readonly into: readonly string[];
  /** Candidates that it was cut or put together from. */
  readonly from: readonly string[];
  /** How many events it has: what a change must name to be sure that nobody else changed it meanwhile. */
  readonly sequence: number;
  readonly updatedAt: Date;
}

/** Events whose effect still stands: what was undone, and the undoing, are left out. */
export function standing(events: readonly PlacedEvent[]): PlacedEvent[] {
  const undone = new Set(events.flatMap((event) => (event.kind === 'undone' ? [event.sequence, event.undone] : [])));
  return events.filter((event) => !undone.has(event.sequence));
}

function stateOf(votes: readonly Vote[], reviewers: 1 | 2): CandidateState {
  const last = votes.at(-1);
  if (last === undefined) return 'proposed';
  const settled = votes.findLast((vote) => vote.final);
  if (settled !== undefined) return settled.decision;
  if (reviewers === 1) return last.decision;
  if (votes.some((vote) => vote.decision === 'needs work')) return 'needs work';
  if (votes.length < 2) return 'proposed';
  return votes.every((vote) => vote.decision === last.decision) ? last.decision : 'disputed';
}

/** What changes the picture or what it is said to show makes older decisions void: they were taken on something else. */
function voids(event: PlacedEvent): boolean {
  return event.kind === 'cropped' || event.kind === 'recut' || (event.kind === 'edited' && event.edits.label !== undefined);
}

/** Where what is cut out of a panel lies in the whole picture. */
export function cropOrigin(origin: CandidateRecord['origin'], [x, y, width, height]: Box): CandidateRecord['origin'] {
  return origin.kind === 'paper' ? { ...origin, panel: [origin.panel[0] + x, origin.panel[1] + y, width, height] } : origin;
}

/** The record with the fields that were edited. */
export function withEdits(record: CandidateRecord, edits: Edits): CandidateRecord {
  const given = Object.fromEntries(Object.entries(edits).filter(([, value]) => value !== undefined));
  return { ...record, ...given };
}

/**
 * The candidate that a history of events leaves behind.
 * @param events all of its stream, oldest first; the first one is `proposed`
 */
export function foldCandidate(id: string, events: readonly PlacedEvent[]): ReviewedCandidate {
  const [first] = events;
  const last = events.at(-1);
  if (first?.kind !== 'proposed' || last === undefined) throw new Error(`${id} does not begin with a proposal`);
  let { record, reviewers } = first;
  let votes: Vote[] = [];
  let into: readonly string[] = [];
  let withdrawn = false;
  for (const event of standing(events)) {
    if (voids(event)) votes = [];
    // The work that was asked for has been done.
    if (event.kind === 'edited') votes = votes.filter((vote) => vote.decision !== 'needs work');
    if (event.kind === 'decided') {
      const { by, qualification, decision, why, at, final } = event;
      votes = [...votes.filter((vote) => vote.by !== by), { by, qualification, decision, why, at, final }];
    } else if (event.kind === 'edited') record = withEdits(record, event.edits);
    else if (event.kind === 'cropped') record = { ...record, picture: event.picture, hounsfield: null, origin: cropOrigin(record.origin, event.box) };
    else if (event.kind === 'recut' && record.origin.kind === 'paper') record = { ...record, picture: event.picture, hounsfield: null, origin: { ...record.origin, panel: event.box, scores: { ...record.origin.scores, ctLike: event.ctLike } } };
    else if (event.kind === 'replaced') into = event.into;
    else if (event.kind === 'asked') reviewers = event.reviewers;
    else if (event.kind === 'withdrawn') withdrawn = true;
  }
  const state = withdrawn ? 'withdrawn' : into.length > 0 ? 'replaced' : stateOf(votes, reviewers);
  return { id, state, record, reviewers, votes, into, from: first.from, sequence: last.sequence, updatedAt: last.at };
}
