import { basename, join } from 'node:path';
import { CovidCtError, pathExists, terminalProgress, withLock } from '../../../src/base/index.ts';
import {
  createPretrainingFolder, defaultThreads, findPretrainingPlan, openPretrainingFolder, preparePretraining, pretrain, reopenPretrainingFolder, trainingImages, type Parts,
} from '../../../src/benchmark/index.ts';
import type { Release } from '../../../src/release/index.ts';
import { realPath } from '../../../tests/support/real-release.ts';
import { pretrainingFolder } from '../files.ts';
import { makePretraining } from '../make-pretraining.ts';
import { plannedModel, type PlannedPretraining } from '../plan.ts';
import { runFolder, workspace } from '../stages.ts';
import type { TimedPretraining, Wanted } from './ledger.ts';

/** Is there when a pretraining is done. */
const weightsName = 'weights.safetensors';

/** Pretrains into a folder that trainings share, unless that is done: one process makes it, another waits for it. @returns the folder */
async function once(folder: string, isDone: () => Promise<boolean>, make: () => Promise<void>): Promise<string> {
  await withLock(`${folder}.lock`, async () => {
    if (!(await isDone())) await make();
  }, Number.POSITIVE_INFINITY);
  return folder;
}

/** Pretrains on slices; its small files stand in results/ when that is done. */
function onSlices(slices: PlannedPretraining): Promise<string> {
  const folder = runFolder(slices.name);
  return once(folder, async () => (await pathExists(pretrainingFolder(slices.name))) && (await pathExists(join(folder, weightsName))), async () => {
    if (!(await makePretraining(slices, undefined))) throw new CovidCtError('BAD_INPUT', `${slices.name} was not pretrained to its end.`, { hint: 'npm run results:search goes on with it.' });
  });
}

/** Pretrains on what a fold trains on, or goes on with that. */
function onImages(path: string, from: string, epochs: number, release: Release, parts: Parts): Promise<string> {
  return once(path, () => pathExists(join(path, weightsName)), async () => {
    const source = await trainingImages(release, parts, false);
    const begun = await pathExists(join(path, 'checkpoint.safetensors'));
    const plan = { ...findPretrainingPlan('cpu'), epochs };
    const prepared = begun ? undefined : await preparePretraining({ source, track: null, plan, model: plannedModel, seed: 0, init: from, threads: defaultThreads(), workspace, version: '0' });
    const { folder, document } = prepared === undefined ? await reopenPretrainingFolder(path) : { folder: await createPretrainingFolder(path), document: prepared.document };
    await pretrain(folder, document, prepared?.start, { source, probe: undefined, progress: terminalProgress(), signal: new AbortController().signal });
  });
}

/** A pretraining as the ledger has it. */
const timed = async (folder: string): Promise<TimedPretraining> => ({ name: basename(folder), seconds: (await openPretrainingFolder(folder).readDocument()).seconds });

/**
 * The weights that a training of the search starts from, made where they are not there yet.
 * @returns a file or folder for `--init`, and the pretrainings behind it, with the time that each took
 */
export async function makeStart({ candidate, fold }: Wanted, release: Release, parts: Parts): Promise<{ readonly init: string; readonly pretrainings: TimedPretraining[] }> {
  const { start } = candidate;
  if (start === undefined) return { init: realPath('weights'), pretrainings: [] };
  const slices = await onSlices(start.slices);
  if (start.imageEpochs === undefined) return { init: slices, pretrainings: [await timed(slices)] };
  const images = await onImages(workspace.path('search', `pretrained-${candidate.name}-fold${fold}`), slices, start.imageEpochs, release, parts);
  return { init: images, pretrainings: [await timed(slices), await timed(images)] };
}
