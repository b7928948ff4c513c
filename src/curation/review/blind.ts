import type { PlacedEvent } from './events.ts';
import type { ReviewedCandidate } from './state.ts';

/** A candidate as one of two independent reviewers may see it. */
export interface BlindView {
  readonly candidate: ReviewedCandidate;
  readonly history: readonly PlacedEvent[];
  /** How many decisions of others are not shown. */
  readonly hidden: number;
}

/**
 * Hides what others decided from a reviewer who has not decided yet, where two must agree independently. Afterwards, and once there is a
 * dispute to be settled, everything is shown.
 */
export function blindFor(candidate: ReviewedCandidate, history: readonly PlacedEvent[], reviewer: string): BlindView {
  const { reviewers, state, votes } = candidate;
  const independent = reviewers === 2 && state === 'proposed' && !votes.some(({ by }) => by === reviewer);
  if (!independent) return { candidate, history, hidden: 0 };
  const others = votes.filter(({ by }) => by !== reviewer);
  return { candidate: { ...candidate, votes: [] }, history: others.length === 0 ? history : history.filter((event) => event.kind !== 'decided' || event.by === reviewer), hidden: others.length };
}
