import { imagesOfPart, joinPredictions, openSubmission, type Prediction, type Submission } from '../benchmark/index.ts';
import { CovidCtError } from '../base/index.ts';
import type { Release } from '../release/index.ts';
import type { Track } from '../splits/index.ts';
import type { CommandContext } from './command.ts';
import { openTrackFor, type TrackArguments } from './open-track.ts';

/** Refuses options that say another track than the run was made on: its figures would be of images it was trained on. */
function refuseOtherTrack(args: TrackArguments, submission: Submission): void {
  const track = submission.run?.configuration.track;
  if (track === undefined) return;
  const asked = [['track', args.track, track.name], ['seed', args.seed, track.seed ?? undefined], ['folds', args.folds, track.folds ?? undefined]] as const;
  const other = asked.find(([, wanted, own]) => wanted !== undefined && wanted !== own);
  if (other === undefined) return;
  throw new CovidCtError('USAGE', `${submission.path} was trained on the ${track.name} track (seed ${track.seed ?? 'none'}, ${track.folds === null ? 'no folds' : `fold ${track.fold ?? ''} of ${track.folds}`}), not with --${other[0]} ${other[1] ?? ''}.`, {
    hint: 'Leave the option out: a run is judged on its own track.',
  });
}

/** The track that a submission is judged on: the run's own, else the one that the arguments ask for. */
export async function openTrackOf(submission: Submission, args: TrackArguments, context: CommandContext, release: Release): Promise<Track> {
  refuseOtherTrack(args, submission);
  const own = submission.run?.configuration.track;
  if (own === undefined) return openTrackFor(args, context, release);
  return openTrackFor({ ...args, track: own.name, seed: own.seed ?? undefined, folds: own.folds ?? undefined }, context, release);
}

/** Predictions matched with images of a track. */
export interface OpenedPredictions {
  readonly submission: Submission;
  readonly track: Track;
  /** The track's part that was judged, or `all`. */
  readonly part: string;
  readonly predictions: readonly Prediction[];
  readonly validation: readonly Prediction[] | undefined;
  /** The table of the validation predictions. */
  readonly validationFile: string | null;
}

function describePart(part: string, count: number, track: Track): string {
  return part === 'all' ? `all ${count} images of the ${track.name} track` : `the ${count} ${part} images of the ${track.name} track`;
}

/** The parts that are judged and that validate: in folds, the next one (the first after the last) validates. */
function partsToJudge(submission: Submission, track: Track, split: string): { readonly test: string; readonly val: string } {
  if (track.kind === 'split') return { test: 'test', val: 'val' };
  const fold = submission.run?.configuration.track.fold;
  const test = fold === null || fold === undefined ? split : `fold-${fold}`;
  return { test, val: track.parts[(track.parts.indexOf(test) + 1) % track.parts.length] ?? test };
}

async function join(submission: Submission, from: 'val' | 'test', part: string, track: Track, release: Release): Promise<readonly Prediction[]> {
  const { images, others } = imagesOfPart(track, part, release.labels);
  return joinPredictions(await submission.rows(from), images, describePart(part, images.length, track), (await submission.file(from)) ?? submission.path, others);
}

/**
 * Matches a submission's predictions, and those for validation where it or `validation` brings some.
 * @param split which part is judged: `test` (in folds the run's own fold), `val`, `all` or another part of the track
 * @param validation a table of scores of the validation images
 * @throws CovidCtError BAD_TABLE for tables that do not fit
 */
export async function openPredictions(submission: Submission, track: Track, release: Release, split = 'test', validation?: string): Promise<OpenedPredictions> {
  const { test, val } = partsToJudge(submission, track, split);
  const part = split === 'test' ? test : split === 'val' ? val : split;
  // A run keeps the scores of both; a table is of whatever part it is said to be.
  const from = submission.run !== undefined && part === val ? 'val' : 'test';
  const predictions = await join(submission, from, part, track, release);
  if (part === val) {
    if (validation === undefined) return { submission, track, part, predictions, validation: undefined, validationFile: null };
    throw new CovidCtError('USAGE', `--validation chooses thresholds for other images, and --split ${split} judges the validation images themselves.`, { hint: 'Leave one of them out.' });
  }
  const file = validation ?? (await submission.file('val'));
  const source = validation === undefined ? submission : await openSubmission(validation);
  const chosen = file === undefined ? undefined : await join(source, validation === undefined ? 'val' : 'test', val, track, release);
  return { submission, track, part, predictions, validation: chosen, validationFile: file ?? null };
}
