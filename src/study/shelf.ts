import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CovidCtError, ifThere, pathExists, type Workspace } from '../base/index.ts';
import { stateOf } from './reading/state.ts';
import { openStudy, readingsOf, type Study } from './study.ts';

/** Where a study of the workspace lies, by its id. @throws CovidCtError BAD_INPUT for what is no id */
export function studyFolder(workspace: Workspace, id: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(id)) throw new CovidCtError('BAD_INPUT', `${JSON.stringify(id)} is no id of a study.`, { hint: 'covid-ct study list shows them.' });
  return workspace.path('studies', id);
}

/** A study in a list. */
export interface StudySummary {
  readonly id: string;
  readonly title: string;
  readonly arms: number;
  readonly cases: number;
  readonly locked: boolean;
  readonly simulated: boolean;
  readonly synthetic: boolean;
  readonly readers: readonly { readonly id: string; readonly done: number; readonly total: number; readonly simulated: boolean }[];
}

/** How far a study is. */
export async function summariseStudy(study: Study): Promise<StudySummary> {
  const { plan, key } = study;
  const state = stateOf(await study.log.read());
  return {
    id: plan.id,
    title: plan.title,
    arms: plan.arms.length,
    cases: key.cases.filter(({ practice }) => !practice).length,
    locked: state.locked !== undefined,
    simulated: state.simulated,
    synthetic: key.synthetic,
    readers: plan.readers.map(({ id }) => ({ id, done: state.readers.get(id)?.confirmed.size ?? 0, total: readingsOf(study, id).length, simulated: state.readers.get(id)?.simulated === true })),
  };
}

/** The studies of a workspace, by id; a folder that cannot be opened is told with its reason. */
export async function listStudies(workspace: Workspace): Promise<readonly (StudySummary | { readonly id: string; readonly fault: string })[]> {
  const folder = workspace.path('studies');
  const names = (await ifThere(readdir(folder))) ?? [];
  const found: (StudySummary | { readonly id: string; readonly fault: string })[] = [];
  for (const name of names.toSorted()) {
    if (!(await pathExists(join(folder, name, 'plan.json')))) continue;
    try {
      found.push(await summariseStudy(await openStudy(join(folder, name))));
    } catch (error) {
      found.push({ id: name, fault: error instanceof Error ? error.message : String(error) });
    }
  }
  return found;
}
