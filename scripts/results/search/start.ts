import { CovidCtError, pathExists, terminalProgress } from '../../../src/base/index.ts';
import {
  createPretrainingFolder, defaultThreads, findPretrainingPlan, openPretrainingFolder, preparePretraining, pretrain, reopenPretrainingFolder, trainingImages, type Parts,
} from '../../../src/benchmark/index.ts';
import type { Release } from '../../../src/release/index.ts';
import { realPath } from '../../../tests/support/real-release.ts';
import { pretrainingFolder } from '../files.ts';
import { makePretraining } from '../make-pretraining.ts';
import { plannedModel, type PlannedPretraining } from '../plan.ts';
import { runFolder, workspace } from '../stages.ts';
import { candidates } from './candidates.ts';
import type { LedgerEntry, Wanted } from './ledger.ts';

const secondsOf = async (folder: string): Promise<number> => (await openPretrainingFolder(folder).readDocument()).seconds;

/** Pretrains on slices where that was not done yet. @returns its folder */
async function onSlices(slices: PlannedPretraining): Promise<string> {
  const folder = runFolder(slices.name);
  // Two processes may come here for two folds: what is there is not written again.
  const there = (await pathExists(pretrainingFolder(slices.name))) && (await pathExists(`${folder}/weights.safetensors`));
  if (!there && !(await makePretraining(slices, undefined))) throw new CovidCtError('BAD_INPUT', `${slices.name} was not pretrained to its end.`, { hint: 'npm run results:search goes on with it.' });
  return folder;
}

/** Pretrains on what a fold trains on, or goes on with that. @returns its folder */
async function onImages(path: string, from: string, epochs: number, release: Release, parts: Parts): Promise<string> {
  if (await pathExists(`${path}/weights.safetensors`)) return path;
  const source = await trainingImages(release, parts, false);
  const begun = await pathExists(`${path}/checkpoint.safetensors`);
  const plan = { ...findPretrainingPlan('cpu'), epochs };
  const prepared = begun ? undefined : await preparePretraining({ source, track: null, plan, model: plannedModel, seed: 0, init: from, threads: defaultThreads(), workspace, version: '0' });
  const { folder, document } = prepared === undefined ? await reopenPretrainingFolder(path) : { folder: await createPretrainingFolder(path), document: prepared.document };
  await pretrain(folder, document, prepared?.start, { source, probe: undefined, progress: terminalProgress(), signal: new AbortController().signal });
  return path;
}

/**
 * The weights that a training of the search starts from, made where they are not there yet.
 * @returns a file or folder for `--init`, and the seconds of pretraining that no training of the ledger has counted
 */
export async function makeStart({ candidate, fold }: Wanted, release: Release, parts: Parts, ledger: readonly LedgerEntry[]): Promise<{ readonly init: string; readonly pretrainingSeconds: number }> {
  const { start } = candidate;
  if (start === undefined) return { init: realPath('weights'), pretrainingSeconds: 0 };
  const slices = await onSlices(start.slices);
  const slicesCounted = ledger.some((entry) => candidates.find(({ name }) => name === entry.candidate)?.start?.slices.name === start.slices.name);
  const slicesSeconds = slicesCounted ? 0 : await secondsOf(slices);
  if (start.imageEpochs === undefined) return { init: slices, pretrainingSeconds: slicesSeconds };
  const images = await onImages(workspace.path('search', `pretrained-${candidate.name}-fold${fold}`), slices, start.imageEpochs, release, parts);
  const imagesCounted = ledger.some((entry) => entry.candidate === candidate.name && entry.fold === fold);
  return { init: images, pretrainingSeconds: slicesSeconds + (imagesCounted ? 0 : await secondsOf(images)) };
}
