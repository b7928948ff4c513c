import { studySlices, type StudiedModel, type Submission } from '../benchmark/index.ts';
import type { Release } from '../release/index.ts';
import type { CommandContext } from './command.ts';
import { judgeAll, toModels, trackOf } from './open-judged.ts';
import { openTrackFor, type TrackArguments } from './open-track.ts';

/** Models with one image of a patient against several, and the trainings of which folds are missing. */
export interface OpenedSlices {
  readonly models: readonly StudiedModel[];
  readonly incomplete: readonly string[];
}

/** Studies every submission on its own track; the folds of one training as one model. @throws CovidCtError BAD_TABLE for predictions that do not fit their track */
export async function openSlices(submissions: readonly Submission[], args: TrackArguments, positive: string, context: CommandContext, release: Release): Promise<OpenedSlices> {
  const models: StudiedModel[] = [];
  const incomplete: string[] = [];
  const keyOf = (one: Submission): string => JSON.stringify(trackOf(one, args));
  for (const key of new Set(submissions.map(keyOf))) {
    const own = submissions.filter((one) => keyOf(one) === key);
    const [first] = own;
    if (first === undefined) continue;
    const { name, seed, folds } = trackOf(first, args);
    const track = await openTrackFor({ audit: args.audit, track: name, seed: seed ?? undefined, folds: folds ?? undefined }, context, release);
    const pooled = toModels(await judgeAll(own, track, positive, context, release), track, undefined);
    incomplete.push(...pooled.incomplete);
    const crossValidated = track.kind === 'folds';
    const images = `${track.name} track${track.seed === undefined ? '' : `, seed ${track.seed}`}, ${crossValidated ? `${track.parts.length} folds` : 'test'}`;
    for (const { name: title, sources, predictions } of pooled.models) models.push({ name: title, sources, crossValidated, images, study: studySlices(predictions, release.labels, positive) ?? null });
  }
  return { models, incomplete };
}
