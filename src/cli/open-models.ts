import { basename, resolve } from 'node:path';
import { CovidCtError, pathExists } from '../base/index.ts';
import { chooseThresholds, imageCases, openSubmission, type ComparedModel, type ModelMember, type Submission } from '../benchmark/index.ts';
import type { Release } from '../release/index.ts';
import type { Track } from '../splits/index.ts';
import type { CommandContext } from './command.ts';
import { openPredictions, openTrackOf } from './open-predictions.ts';
import type { TrackArguments } from './open-track.ts';

/** Models opened on one track. */
export interface OpenedModels {
  readonly models: readonly ComparedModel[];
  readonly track: Track;
  readonly part: string;
}

/** Several trainings of one model are given as one argument with commas, unless there is a file of that name. */
async function submissionsOf(argument: string): Promise<Submission[]> {
  const paths = (await pathExists(argument)) ? [argument] : argument.split(',').filter((path) => path !== '');
  return Promise.all(paths.map(openSubmission));
}

/** The members' names without what they share at the end: `transfer-seed0, …1` is what tables have no room for. */
function nameOf(members: readonly Submission[]): string {
  const [first = { name: '' }, ...others] = members;
  return others.length === 0 ? first.name : `${first.name} and ${others.length} more`;
}

/** Names that tell the models apart: as short as that allows. */
function distinct(names: readonly string[], members: readonly (readonly Submission[])[]): string[] {
  return names.map((name, i) => (names.indexOf(name) === names.lastIndexOf(name) ? name : (members[i] ?? []).map(({ path }) => path).join(', ')));
}

/**
 * Opens models to compare, each a run, a table, or several of them joined by commas, on the track of the first.
 * @param positive the label that the figures are about
 * @throws CovidCtError USAGE when runs are of different tracks, or for fewer than two models
 */
export async function openModels(paths: readonly string[], args: TrackArguments & { readonly split?: string | undefined }, positive: string, context: CommandContext, release: Release): Promise<OpenedModels> {
  if (paths.length < 2) throw new CovidCtError('USAGE', 'A comparison needs two models.', { hint: 'Give two runs or tables of predictions: covid-ct compare A B' });
  const submissions = await Promise.all(paths.map(submissionsOf));
  const all = submissions.flat();
  const ofRuns = all.filter(({ run }) => run !== undefined);
  const keyOf = (one: Submission | undefined) => JSON.stringify(one?.run?.configuration.track);
  const other = ofRuns.find((one) => keyOf(one) !== keyOf(ofRuns[0]));
  if (other !== undefined) {
    throw new CovidCtError('USAGE', `${ofRuns[0]?.path ?? ''} and ${other.path} are runs of different tracks or folds.`, { hint: 'Compare runs of one track: their test images must be the same.' });
  }
  const lead = ofRuns[0] ?? all[0];
  if (lead === undefined) throw new CovidCtError('USAGE', 'A comparison needs two models.');
  const track = await openTrackOf(lead, args, context, release);
  // A table has no fold of its own: it is of the part that the runs beside it are judged by.
  const fold = lead.run?.configuration.track.fold ?? null;
  const split = (args.split ?? 'test') === 'test' && fold !== null ? `fold-${fold}` : (args.split ?? 'test');
  let part = split;
  const member = async (submission: Submission): Promise<ModelMember> => {
    const opened = await openPredictions(submission, track, release, split);
    part = opened.part;
    const [threshold] = chooseThresholds(opened.validation && imageCases(opened.validation, release.labels, positive), undefined);
    return { source: submission.path, predictions: opened.predictions, threshold: threshold?.value ?? 0.5 };
  };
  const names = distinct(submissions.map(nameOf), submissions);
  const models = await Promise.all(submissions.map(async (members, i): Promise<ComparedModel> => ({ name: names[i] ?? basename(resolve(paths[i] ?? '')), members: await Promise.all(members.map(member)) })));
  return { models, track, part };
}
