import { setImmediate as nextRound } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inTurns } from './turns.ts';

describe('inTurns', () => {
  it('lets one piece of work begin in each round of the event loop, the first to come first', async () => {
    const turn = inTurns();
    const begun: number[] = [];
    for (let i = 0; i < 5; i++) void turn().then(() => begun.push(i));
    const seen: number[] = [];
    for (let round = 0; round < 6; round++) {
      await nextRound();
      seen.push(begun.length);
    }
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    for (let i = 1; i < seen.length; i++) expect((seen[i] ?? 0) - (seen[i - 1] ?? 0)).toBeLessThanOrEqual(1);
    expect(seen[2]).toBeLessThan(5);
  });

  it('begins again after all were let in', async () => {
    const turn = inTurns();
    await turn();
    await nextRound();
    await expect(turn()).resolves.toBeUndefined();
  });
});
