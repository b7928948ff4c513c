import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openRunFolder, type RunDocument } from '../../src/benchmark/index.ts';
import { plannedRuns, type PlannedRun } from './plan.ts';

/** The project's folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
/** Where the results of all runs stand: small files, kept with the code. */
export const resultsFolder = `${root}results`;

/** A folder of a result. */
export const resultFolder = (name: string): string => `${resultsFolder}/${name}`;

/** The planned runs that have no result yet, in the order of the plan. */
export async function missingRuns(): Promise<readonly PlannedRun[]> {
  const there = await Promise.all(plannedRuns.map(({ name }) => access(`${resultFolder(name)}/predictions/test.csv`).then(() => true, () => false)));
  return plannedRuns.filter((_, i) => there[i] !== true);
}

/** The document of a result. */
export const readResult = (name: string): Promise<RunDocument> => openRunFolder(resultFolder(name)).readDocument();
