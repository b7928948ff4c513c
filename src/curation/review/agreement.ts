import { cohenKappa, type Kappa } from '../../statistics/index.ts';
import { decisions, type Decision } from './events.ts';
import type { ReviewedCandidate } from './state.ts';

/** How two reviewers agree on the candidates that both decided on. */
export interface Agreement {
  readonly first: string;
  readonly second: string;
  readonly kappa: Kappa;
  /** Candidates on which they differ. */
  readonly differing: readonly string[];
}

/** Agreement of every pair of reviewers who share candidates. Votes that settled a dispute are no independent readings, and left out. */
export function agreementOf(candidates: readonly ReviewedCandidate[]): Agreement[] {
  const readings = new Map<string, { readonly id: string; readonly pair: readonly [Decision, Decision] }[]>();
  for (const { id, votes } of candidates) {
    const independent = votes.filter((vote) => !vote.final).toSorted((a, b) => (a.by < b.by ? -1 : 1));
    independent.forEach((a, i) => {
      for (const b of independent.slice(i + 1)) {
        const key = JSON.stringify([a.by, b.by]);
        readings.set(key, [...(readings.get(key) ?? []), { id, pair: [a.decision, b.decision] }]);
      }
    });
  }
  return [...readings].map(([key, items]) => {
    const [first = '', second = ''] = JSON.parse(key) as string[];
    return { first, second, kappa: cohenKappa(items.map(({ pair }) => pair), decisions), differing: items.filter(({ pair: [a, b] }) => a !== b).map(({ id }) => id) };
  });
}
