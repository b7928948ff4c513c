import { expect, it } from 'vitest';
import { runKillLoop } from '../support/kill-loop.ts';

it('a fetch that is killed leaves no half release, and the next one fetches only what is missing (npm run accept:fetch-kill for more points)', async () => {
  const result = await runKillLoop(4, 3);
  expect(result.faults).toEqual([]);
  expect(result).toMatchObject({ points: 4, sentAgain: 0 });
  expect(result.hits).toBeGreaterThan(0);
  expect(result.keptBytes).toBeGreaterThan(0);
});
