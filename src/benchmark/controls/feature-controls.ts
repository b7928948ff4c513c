import { controls, trainControl, type Control } from '../../audit/index.ts';
import { noProgress, type Progress } from '../../base/index.ts';
import { readPictureHeader, toGray } from '../../imaging/index.ts';
import type { Release, ReleaseImage } from '../../release/index.ts';
import type { TrackImage } from '../../splits/index.ts';
import type { Prediction } from '../predictions/index.ts';
import { hashesOf, nearestScore, type HashedPicture, type PictureHashes } from './nearest.ts';

/** The control that looks up the nearest training picture. */
const nearest = { name: 'nearest-duplicate', title: 'The label of the training picture that looks most like it, by two hashes of 64 bits' } as const;

/** Names of the controls that need no network. */
export const featureControlNames = ['header', 'border', 'colour', 'marks', nearest.name] as const satisfies readonly (Control['name'] | typeof nearest.name)[];

/** A control's scores of a test set. */
export interface ControlScores {
  readonly name: (typeof featureControlNames)[number];
  /** One line: what it sees. */
  readonly title: string;
  readonly predictions: readonly Prediction[];
}

/** What a control is trained on and what it scores. */
export interface ControlTask {
  readonly train: readonly TrackImage[];
  readonly test: readonly TrackImage[];
}

/** What the controls see of an image. */
interface Measured {
  readonly features: ReadonlyMap<string, number[]>;
  readonly hashes: PictureHashes;
}

/** What every control sees of every readable image: measured once, however many folds ask. */
async function measure(release: Release, images: readonly ReleaseImage[], progress: Progress, signal: AbortSignal | undefined): Promise<Map<string, Measured>> {
  const measured = new Map<string, Measured>();
  for (const [done, image] of images.entries()) {
    signal?.throwIfAborted();
    progress({ label: 'Measuring what controls see', done, total: images.length });
    const picture = await release.picture(image).catch(() => undefined);
    if (picture === undefined) continue;
    const input = { header: readPictureHeader(await release.bytes(image)), picture, gray: toGray(picture) };
    measured.set(image.id, { features: new Map(controls.map((control) => [control.name, control.extract(input)])), hashes: hashesOf(input.gray) });
  }
  progress({ label: 'Measuring what controls see', done: images.length, total: images.length });
  return measured;
}

/**
 * The controls that need no network, on the parts of a track: the audit's small models that never see a lung (file header, border, colour, marks),
 * trained on some images and scoring others, and the label of the nearest training picture. An image that cannot be decoded is not trained on, and has the score 0.5.
 * @param tasks one, or one a fold, whose test images are put together
 * @param options `seed`: of the forests; the audit uses 1
 * @returns one a control, over the test images of all tasks in their order
 */
export async function featureControls(
  release: Release,
  tasks: readonly ControlTask[],
  options: { readonly seed?: number; readonly progress?: Progress; readonly signal?: AbortSignal } = {},
): Promise<ControlScores[]> {
  const { seed = 1, progress = noProgress, signal } = options;
  const wanted = new Map(tasks.flatMap(({ train, test }) => [...train, ...test]).map(({ image }) => [image.id, image]));
  const measured = await measure(release, [...wanted.values()], progress, signal);
  const [positive] = release.labels;
  const forests = controls.map(({ name, title }): ControlScores => ({
    name,
    title,
    predictions: tasks.flatMap(({ train, test }) => {
      const seen = (entries: readonly TrackImage[]) => entries.flatMap((entry) => {
        const features = measured.get(entry.image.id)?.features.get(name);
        return features === undefined ? [] : [{ entry, features }];
      });
      const model = trainControl(seen(train).map(({ entry, features }) => ({ features, positive: entry.label === positive })), seed);
      const readable = seen(test);
      const scores = new Map(model.score(readable.map(({ features }) => features)).map((score, i): [string, number] => [readable[i]?.entry.image.id ?? '', score]));
      // A forest's mean can leave [0, 1] by the millionth of noise that it is trained with.
      return test.map((entry) => ({ entry, score: Math.min(1, Math.max(0, scores.get(entry.image.id) ?? 0.5)) }));
    }),
  }));
  const looked = tasks.flatMap(({ train, test }) => {
    const known = train.flatMap(({ image, label }): HashedPicture[] => {
      const hashes = measured.get(image.id)?.hashes;
      return hashes === undefined ? [] : [{ hashes, positive: label === positive }];
    });
    return test.map((entry): Prediction => {
      const hashes = measured.get(entry.image.id)?.hashes;
      return { entry, score: hashes === undefined ? 0.5 : nearestScore(hashes, known) };
    });
  });
  return [...forests, { ...nearest, predictions: looked }];
}
