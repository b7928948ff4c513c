import { join } from 'node:path';
import { pathExists } from '../../src/base/index.ts';
import { realPath } from '../../tests/support/real-release.ts';
import { foldCount, plannedModel, type PlannedPretraining, type PlannedRun } from './plan.ts';
import { covidCt, finishPretraining, releaseArguments, runFolder, workspace } from './stages.ts';

/** What is looked for once and used by every run on the clean track: the audit, with the pairs of alike pictures. */
export async function auditOf({ track }: Pick<PlannedRun, 'track'>): Promise<string[]> {
  if (track === 'legacy') return [];
  const folder = workspace.path('results-audit');
  if (!(await pathExists(join(folder, 'audit.json')))) covidCt('audit', ...releaseArguments, '--out', folder);
  return ['--audit', join(folder, 'audit.json')];
}

/** The track of a run, and its fold, as options. */
export const trackArguments = ({ track, fold }: Pick<PlannedRun, 'track' | 'fold'>): string[] => ['--track', track, ...(fold === undefined ? [] : ['--folds', String(foldCount), '--fold', String(fold)])];

/** Slices are probed, and looked through for images by which networks are judged, on the published lists. */
const slicesTrack = { track: 'legacy', fold: undefined } as const;

/**
 * Pretrains, or goes on where it was stopped, and keeps the small files in results/pretraining.
 * @param from the pretraining before it; undefined: ImageNet weights
 * @returns whether it got to its end
 */
export async function makePretraining({ name, seed, of, epochs }: PlannedPretraining, from: string | undefined): Promise<boolean> {
  const init = from === undefined ? realPath('weights') : runFolder(from);
  return finishPretraining({
    name,
    begin: ['--model', plannedModel, ...trackArguments(of ?? slicesTrack), '--seed', String(seed), '--init', init, ...(epochs === undefined ? [] : ['--epochs', String(epochs)])],
    both: [...(of === undefined ? ['--images', realPath('luna')] : []), ...releaseArguments, ...(await auditOf(of ?? slicesTrack))],
  });
}
