import { asCovidCtError, CovidCtError } from '../../src/base/index.ts';
import { printError } from '../../src/cli/command.ts';
import { plannedRuns, type PlannedRun } from './plan.ts';

/** The planned run of a name. @throws CovidCtError USAGE where there is none */
export function plannedRun(name: string | undefined): PlannedRun {
  const run = plannedRuns.find((candidate) => candidate.name === name);
  if (run === undefined) throw new CovidCtError('USAGE', `There is no planned run ${name ?? 'without a name'}.`, { hint: 'npm run results:missing lists those that are not made yet.' });
  return run;
}

/** Does a script's work; what goes wrong is said as the command line says it, with its exit code. */
export async function runScript(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    const found = asCovidCtError(error);
    printError(found, false);
    process.exitCode = found.exitCode;
  }
}
