import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runTrainKillLoop } from '../support/train-kill.ts';

const child = fileURLToPath(new URL('../support/train-child.ts', import.meta.url));

it('a training that is killed and resumed ends with the weights of an undisturbed one (npm run accept:train-kill for more kills)', { timeout: 240_000 }, async () => {
  const result = await runTrainKillLoop((folder, how) => [child, folder, how], 2, 4);
  expect(result.faults).toEqual([]);
  expect(result.kills).toBe(2);
  expect(result.finished).toBeGreaterThan(0);
});
