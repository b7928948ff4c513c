import { describe, expect, it } from 'vitest';
import { plannedRuns } from '../../scripts/results/plan.ts';

describe('the plan of results', () => {
  it('has every run of the benchmark once, seed 0 first', () => {
    expect(new Set(plannedRuns.map(({ name }) => name)).size).toBe(plannedRuns.length);
    const count = (of: (run: (typeof plannedRuns)[number]) => boolean) => plannedRuns.filter(of).length;
    for (const recipe of ['scratch', 'transfer', 'self-trans'] as const) {
      for (const track of ['legacy', 'clean'] as const) {
        const extra = recipe === 'transfer' && track === 'legacy' ? 2 : 0;
        expect(count((run) => run.recipe === recipe && run.track === track && run.fold === undefined)).toBe(3 + extra);
      }
      expect(plannedRuns.filter((run) => run.recipe === recipe && run.fold !== undefined).map(({ fold, seed }) => [fold, seed])).toEqual([1, 2, 3, 4, 5].map((fold) => [fold, 0]));
    }
    const firstOther = plannedRuns.findIndex(({ seed }) => seed !== 0);
    expect(plannedRuns.slice(firstOther).every(({ seed }) => seed !== 0)).toBe(true);
  });
});
