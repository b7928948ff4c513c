import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseThresholds, imageCases, imagesOfPart, openSubmission, readModelFile, thresholdTitles, type ModelFile, type Prediction, type Submission } from '../benchmark/index.ts';
import type { Release } from '../release/index.ts';
import type { Track, TrackImage } from '../splits/index.ts';
import type { CommandContext } from './command.ts';
import { openPredictions, openTrackOf } from './open-predictions.ts';
import { openTrackFor, type TrackArguments } from './open-track.ts';

/** The images that a model is to be judged on, and from where on it says yes. */
export interface JudgedImages {
  /** Where it is a run; its table of scores of the same images. */
  readonly run: { readonly submission: Submission; readonly predictions: readonly Prediction[] } | undefined;
  readonly track: Track;
  readonly part: string;
  readonly images: readonly TrackImage[];
  /** From which probability of the positive label on an image is called positive, and how that was come by. */
  readonly threshold: { readonly value: number; readonly from: string };
}

/** A model, and the images that it is to be judged on. */
export interface ScoredModel extends JudgedImages {
  readonly model: ModelFile;
}

type Arguments = TrackArguments & { readonly split?: string | undefined };

/** Opens the images that a run is judged on, whether its model is there or not. @throws CovidCtError as `openPredictions` */
export async function openJudgedRun(path: string, args: Arguments, positive: string, context: CommandContext, release: Release): Promise<JudgedImages> {
  const submission = await openSubmission(path);
  const track = await openTrackOf(submission, args, context, release);
  const { part, predictions, validation } = await openPredictions(submission, track, release, args.split ?? 'test');
  const [threshold] = chooseThresholds(validation && imageCases(validation, release.labels, positive), undefined);
  return {
    run: { submission, predictions },
    track,
    part,
    images: predictions.map(({ entry }) => entry),
    threshold: { value: threshold?.value ?? 0.5, from: thresholdTitles[threshold?.rule ?? 'half'] },
  };
}

/**
 * Opens a run's exported model with the images that the run is judged on, or a model file with those of a part of the track
 * that the arguments name. The threshold is the run's own, Youden's on its validation predictions; 0.5 for a file.
 * @throws CovidCtError NOT_FOUND, BAD_MODEL, or as `openPredictions`
 */
export async function openScoredModel(path: string, args: Arguments, positive: string, context: CommandContext, release: Release): Promise<ScoredModel> {
  const model = await readModelFile(path);
  if ((await stat(path)).isDirectory()) return { model, ...(await openJudgedRun(path, args, positive, context, release)) };
  const split = args.split ?? 'test';
  const track = await openTrackFor(args, context, release);
  const { images } = imagesOfPart(track, split, release.labels);
  return { model, run: undefined, track, part: split, images, threshold: { value: 0.5, from: 'fixed, since a model file brings no validation predictions' } };
}

/** Where a command leaves what it makes of a model: in the run's folder, or in the workspace. */
export function outputFolder(out: string | undefined, path: string, { run, model }: ScoredModel, name: string, context: CommandContext): string {
  if (out !== undefined) return out;
  return run === undefined ? context.workspace.path(name, model.card.run.replaceAll(/[^\w.-]+/g, '-')) : join(path, name);
}
