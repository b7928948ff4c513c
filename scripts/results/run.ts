/**
 * Makes a result: npm run results:run -- NAME | --next | --all      (names: npm run results:missing)
 *
 * Trains the run in the workspace (COVID_CT_WORKSPACE, else .covid-ct), or goes on with it where it was stopped, after the
 * pretrainings that it starts from, and copies its small files to results/NAME. The inputs stand in ../shared
 * (COVID_CT_SHARED), as tests/real has them.
 */
import { realPath } from '../../tests/support/real-release.ts';
import { divideRuns } from './files.ts';
import { auditOf, makePretraining, trackArguments } from './make-pretraining.ts';
import { plannedRun, runScript } from './named.ts';
import { plannedModel, pretrainingsOf, type PlannedRun } from './plan.ts';
import { finishTraining, keepResult, releaseArguments, runFolder } from './stages.ts';

async function train(run: PlannedRun): Promise<boolean> {
  let from: string | undefined;
  for (const pretraining of pretrainingsOf(run)) {
    if (!(await makePretraining(pretraining, from))) return false;
    from = pretraining.name;
  }
  const init = run.recipe === 'scratch' ? [] : ['--init', from === undefined ? realPath('weights') : runFolder(from)];
  return finishTraining({
    name: run.name,
    begin: [run.recipe, '--model', plannedModel, ...trackArguments(run), '--seed', String(run.seed), ...init, ...(run.control === undefined ? [] : ['--control', run.control])],
    both: [...releaseArguments, ...(await auditOf(run))],
  });
}

/** @returns whether the result is there */
async function make(run: PlannedRun): Promise<boolean> {
  console.log(`${run.name}:`);
  if (!(await train(run))) return false;
  const { seconds } = await keepResult(run.name);
  console.log(`results/${run.name}: ${Math.round(seconds)} s of training`);
  return true;
}

async function wanted(name: string | undefined): Promise<readonly PlannedRun[]> {
  if (name === '--all') return (await divideRuns()).missing;
  if (name === '--next') return (await divideRuns()).missing.slice(0, 1);
  return [plannedRun(name)];
}

await runScript(async () => {
  let failed = 0;
  for (const run of await wanted(process.argv[2])) if (!(await make(run))) failed += 1;
  return failed === 0 ? 0 : 1;
});
