/**
 * Scores the recipe that the search froze, once for each seed: npm run results:searched
 * Refuses while results/search/frozen.json differs from what is committed, so that the recipe is fixed before test is looked at.
 * Started twice, on a core each (taskset), it makes two trainings at once, and none twice.
 */
import { execFileSync } from 'node:child_process';
import { CovidCtError, pathExists } from '../../src/base/index.ts';
import { realPath } from '../../tests/support/real-release.ts';
import { frozenRecipeFile, resultFolder, root } from './files.ts';
import { runScript } from './named.ts';
import { plannedModel, searchedRuns } from './plan.ts';
import { finishTraining, keepResult, releaseArguments, runFolder } from './stages.ts';
import { takeOne } from './take-turns.ts';

type SearchedRun = (typeof searchedRuns)[number];

const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

/** @returns whether the result is there after it */
async function make({ name, seed }: SearchedRun): Promise<boolean> {
  if (await pathExists(resultFolder(name))) return true;
  const begin = ['transfer', '--preset', frozenRecipeFile, '--model', plannedModel, '--track', 'legacy', '--seed', String(seed), '--init', realPath('weights')];
  if (!(await finishTraining({ name, begin, both: releaseArguments }))) return false;
  await keepResult(name);
  return true;
}

await runScript(async () => {
  if (git('ls-files', frozenRecipeFile) === '' || git('status', '--porcelain', frozenRecipeFile) !== '') {
    throw new CovidCtError('BAD_INPUT', 'results/search/frozen.json is not committed as it is.', { hint: 'npm run results:search -- --freeze, commit it, and then score it.' });
  }
  let failed = 0;
  // What another process has is its own to end.
  for (let left: readonly SearchedRun[] = searchedRuns; ; ) {
    const taken = await takeOne(left, ({ name }) => `${runFolder(name)}.lock`, async (run) => {
      if (!(await make(run))) failed += 1;
    });
    if (taken === undefined) return failed === 0 ? 0 : 1;
    left = left.filter((run) => run !== taken);
  }
});
