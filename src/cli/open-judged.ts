import { chooseThresholds, imageCases, recipeTitle, type BoardModel, type Prediction, type RunTrack, type Submission } from '../benchmark/index.ts';
import type { Release } from '../release/index.ts';
import { defaultSeed, type Track } from '../splits/index.ts';
import type { CommandContext } from './command.ts';
import { openPredictions } from './open-predictions.ts';
import type { TrackArguments } from './open-track.ts';

/** A submission on its track, matched and called. */
export interface Judged {
  readonly submission: Submission;
  readonly part: string;
  readonly predictions: readonly Prediction[];
  readonly called: readonly boolean[];
}

/** What a board is of: folds of one division belong together. */
export type BoardTrack = Pick<RunTrack, 'name' | 'seed' | 'folds'>;

/** The track that a submission is judged on: a run's own; a table is taken to be of the one that the arguments name. */
export function trackOf(submission: Submission, args: TrackArguments): BoardTrack {
  const own = submission.run?.configuration.track;
  if (own !== undefined) return { name: own.name, seed: own.seed, folds: own.folds };
  return { name: args.track ?? 'legacy', seed: args.track === 'clean' ? (args.seed ?? defaultSeed) : null, folds: null };
}

async function judge(submission: Submission, track: Track, positive: string, release: Release): Promise<Judged> {
  const { part, predictions, validation } = await openPredictions(submission, track, release);
  const [threshold] = chooseThresholds(validation && imageCases(validation, release.labels, positive), undefined);
  const called = imageCases(predictions, release.labels, positive).map(({ score }) => score >= (threshold?.value ?? 0.5));
  return { submission, part, predictions, called };
}

/** Matches submissions with the images of their track, and calls each at its own threshold. */
export async function judgeAll(list: readonly Submission[], track: Track, positive: string, context: CommandContext, release: Release): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const [done, submission] of list.entries()) {
    context.progress({ label: 'Reading predictions', done, total: list.length });
    judged.push(await judge(submission, track, positive, release));
  }
  return judged;
}

/** The folds of one training, put together in the order of the track's images; what is missing is said. */
function poolFolds(judged: readonly Judged[], track: Track, sees: string | undefined): { readonly models: BoardModel[]; readonly incomplete: string[] } {
  const groups = new Map<string, Judged[]>();
  for (const one of judged) {
    const { recipe, architecture, seed, control } = one.submission.run?.configuration ?? { recipe: { preset: '' }, architecture: '', seed: 0, control: undefined };
    const name = [...(control === undefined ? [] : [control]), recipeTitle(recipe), architecture, `seed ${seed}`].join(', ');
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  const models: BoardModel[] = [];
  const incomplete: string[] = [];
  for (const [name, folds] of groups) {
    const missing = track.parts.filter((part) => !folds.some((one) => one.part === part));
    if (missing.length > 0) {
      incomplete.push(`${name} (${missing.join(', ')})`);
      continue;
    }
    const byId = new Map(folds.flatMap(({ predictions, called }) => predictions.map((prediction, i): [string, { prediction: Prediction; called: boolean }] => [prediction.entry.image.id, { prediction, called: called[i] ?? false }])));
    const ordered = track.images.flatMap(({ image }) => byId.get(image.id) ?? []);
    models.push({ name, sources: folds.map(({ submission }) => submission.path), run: folds[0]?.submission.run, sees, predictions: ordered.map(({ prediction }) => prediction), called: ordered.map(({ called }) => called) });
  }
  return { models, incomplete };
}

/** Submissions of one track as models; the folds of one training as one. @param sees what controls among them see */
export function toModels(judged: readonly Judged[], track: Track, sees: string | undefined): { readonly models: BoardModel[]; readonly incomplete: string[] } {
  if (track.kind === 'folds') return poolFolds(judged, track, sees);
  return { models: judged.map(({ submission, predictions, called }) => ({ name: submission.name, sources: [submission.path], run: submission.run, sees, predictions, called })), incomplete: [] };
}
