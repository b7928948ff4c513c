import { CovidCtError } from '../base/index.ts';
import {
  findSubmissions, imageCases, keptControls, makeBoard, publishedTest, trainedControls,
  type Board, type BoardModel, type ControlTask, type Submission, type TrainedControl,
} from '../benchmark/index.ts';
import type { Release } from '../release/index.ts';
import type { Track, TrackImage } from '../splits/index.ts';
import type { CommandContext } from './command.ts';
import { judgeAll, toModels, trackOf, type BoardTrack } from './open-judged.ts';
import { openTrackFor, type TrackArguments } from './open-track.ts';

/** What a board is asked for with. */
export interface BoardArguments extends TrackArguments {
  readonly positive?: string | undefined;
  /** Folders or tables that are controls. */
  readonly controls?: readonly string[] | undefined;
  /** Whether the audit's controls are trained for each board. */
  readonly featureControls: boolean;
  /** Tracks that have a board, of controls and printed figures, even where nothing was submitted. */
  readonly alsoTracks?: readonly BoardTrack[] | undefined;
}

/** The control that a run is; undefined for models and for tables. */
function controlOf({ run }: Submission): TrainedControl | undefined {
  return run?.configuration.control;
}

/** A control that is given or trained, as the board names and explains it. */
function asControl(model: BoardModel): BoardModel {
  const { control, seed } = model.run?.configuration ?? {};
  return control === undefined ? model : { ...model, name: `${control}, trained, seed ${seed ?? ''}`, sees: trainedControls[control] };
}

/** What the audit's controls learn from and are judged by: train and val against test; in folds, the others against each. */
function controlTasks(track: Track): ControlTask[] {
  const of = (wanted: (part: string) => boolean): TrackImage[] => track.images.filter(({ part }) => wanted(part));
  if (track.kind === 'split') return [{ train: of((part) => part !== 'test'), test: of((part) => part === 'test') }];
  return track.parts.map((fold) => ({ train: of((part) => part !== fold), test: of((part) => part === fold) }));
}

async function auditControls(track: Track, release: Release, positive: string, context: CommandContext): Promise<BoardModel[]> {
  const made = await keptControls(release, controlTasks(track), context.workspace.path('controls'), { progress: context.progress, signal: context.signal });
  const order = new Map(track.images.map(({ image }, i) => [image.id, i]));
  return made.map(({ name, title, predictions }) => {
    const ordered = predictions.toSorted((a, b) => (order.get(a.entry.image.id) ?? 0) - (order.get(b.entry.image.id) ?? 0));
    const called = imageCases(ordered, release.labels, positive).map(({ score }) => score >= 0.5);
    return { name, sources: ['the audit’s controls, seed 1'], run: undefined, sees: title, predictions: ordered, called };
  });
}

/** Whether the figures printed in papers are of these very images. */
function isPublishedTest(track: Track, release: Release, positive: string): boolean {
  const test = track.images.filter(({ part }) => part === 'test');
  const positives = test.filter(({ label }) => label === positive).length;
  return track.name === 'legacy' && !release.synthetic && positive === 'COVID' && positives === publishedTest.positives && test.length - positives === publishedTest.negatives;
}

/**
 * Makes a board of every track that the submissions were made on; tables are taken to be of the track that the arguments
 * name.
 * @throws CovidCtError BAD_TABLE for predictions that do not fit their track
 */
export async function openBoards(paths: readonly string[], args: BoardArguments, context: CommandContext, release: Release): Promise<Board[]> {
  const submissions = await findSubmissions(paths);
  const given = args.controls === undefined || args.controls.length === 0 ? [] : await findSubmissions(args.controls);
  const positive = args.positive ?? release.labels[0] ?? '';
  if (!release.labels.includes(positive)) throw new CovidCtError('USAGE', `--positive ${positive} is no label of ${release.name}.`, { hint: `Its labels are ${release.labels.join(' and ')}.` });
  const keyOf = (submission: Submission): string => JSON.stringify(trackOf(submission, args));
  const wanted = [...(args.alsoTracks ?? []), ...submissions.map((submission) => trackOf(submission, args))];
  const tracks = new Map(wanted.map((track): [string, BoardTrack] => [JSON.stringify(track), track]));
  const boards: Board[] = [];
  for (const [key, { name, seed, folds }] of [...tracks].toSorted(([a], [b]) => (a < b ? 1 : -1))) {
    const track = await openTrackFor({ audit: args.audit, track: name, seed: seed ?? undefined, folds: folds ?? undefined }, context, release);
    const onTrack = (list: readonly Submission[]) => judgeAll(list, track, positive, context, release);
    const here = submissions.filter((one) => keyOf(one) === key);
    const { models, incomplete } = toModels(await onTrack(here.filter((one) => controlOf(one) === undefined)), track, undefined);
    const cheating = [...given.filter((one) => keyOf(one) === key), ...here.filter((one) => controlOf(one) !== undefined)];
    const controls = toModels(await onTrack(cheating), track, 'given by --controls').models.map(asControl);
    const trained = args.featureControls ? await auditControls(track, release, positive, context) : [];
    boards.push(
      makeBoard({
        track: track.name,
        trackSeed: track.seed ?? null,
        folds: track.kind === 'folds' ? track.parts.length : null,
        part: track.kind === 'folds' ? 'all' : 'test',
        labels: release.labels,
        positive,
        models,
        controls: [...controls, ...trained],
        published: isPublishedTest(track, release, positive),
        incomplete,
      }),
    );
  }
  return boards;
}
