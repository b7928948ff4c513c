import { expect, it } from 'vitest';
import { runCurationKillLoop } from '../support/curation-kill.ts';

// The proof in full is npm run accept:curation-kill, with 50 points.
it('what a curator was told is done outlives kill -9', async () => {
  const { faults, confirmed } = await runCurationKillLoop(5, 7);
  expect(faults).toEqual([]);
  expect(Object.keys(confirmed).length).toBeGreaterThan(0);
}, 600_000);
