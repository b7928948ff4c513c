/**
 * Scores the recipe that the search froze, once for each seed: npm run results:searched
 * Refuses while results/search/frozen.json differs from what is committed, so that the recipe is fixed before test is looked at.
 */
import { execFileSync } from 'node:child_process';
import { realPath } from '../../tests/support/real-release.ts';
import { frozenRecipeFile, root } from './files.ts';
import { plannedModel, searchedRuns } from './plan.ts';
import { finishTraining, keepResult, releaseArguments } from './stages.ts';

const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
if (git('ls-files', frozenRecipeFile) === '' || git('status', '--porcelain', frozenRecipeFile) !== '') {
  throw new Error('results/search/frozen.json is not committed as it is: npm run results:search -- --freeze, commit it, and then score it.');
}
let failed = 0;
for (const { name, seed } of searchedRuns) {
  const begin = ['transfer', '--preset', frozenRecipeFile, '--model', plannedModel, '--track', 'legacy', '--seed', String(seed), '--init', realPath('weights')];
  if (await finishTraining({ name, begin, both: releaseArguments })) await keepResult(name);
  else failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
