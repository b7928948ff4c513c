import { CovidCtError, type Progress } from '../../base/index.ts';
import { resizeShorterSide, scaleAndCrop, toRgb, type Picture, type PreprocessPlan } from '../../imaging/index.ts';
import type { Release, ReleaseImage } from '../../release/index.ts';

/** Pictures as kept for training: one or three channels of 8 bits, in memory that threads share. */
export interface PictureSet {
  readonly memory: SharedArrayBuffer;
  readonly places: readonly { readonly offset: number; readonly width: number; readonly height: number; readonly channels: 1 | 3 }[];
}

/** Alpha dropped, as Pillow's `convert('RGB')`; three channels that are all the same become one, which costs a third and gives the same tensor. */
export function plainPicture(picture: Picture): Picture & { readonly channels: 1 | 3 } {
  if (picture.channels === 1) return { ...picture, channels: 1 };
  const { width, height, data } = toRgb(picture);
  const pixels = width * height;
  for (let i = 0; i < pixels; i++) {
    if (data[3 * i] !== data[3 * i + 1] || data[3 * i] !== data[3 * i + 2]) return { width, height, channels: 3, data };
  }
  return { width, height, channels: 1, data: Uint8Array.from({ length: pixels }, (_, i) => data[3 * i] as number) };
}

/** Packs pictures into shared memory. */
export function packPictures(pictures: readonly (Picture & { readonly channels: 1 | 3 })[]): PictureSet {
  let size = 0;
  const places = pictures.map(({ width, height, channels, data }) => {
    const offset = size;
    size += data.length;
    return { offset, width, height, channels };
  });
  const memory = new SharedArrayBuffer(size);
  const bytes = new Uint8Array(memory);
  pictures.forEach(({ data }, i) => bytes.set(data, places[i]?.offset ?? 0));
  return { memory, places };
}

/** A picture of a set; its samples are a view, not a copy. @throws RangeError when there is none of that number */
export function pictureAt({ memory, places }: PictureSet, index: number): Picture {
  const place = places[index];
  if (place === undefined) throw new RangeError(`There is no picture ${index} among ${places.length}.`);
  const { offset, width, height, channels } = place;
  return { width, height, channels, data: new Uint8Array(memory, offset, width * height * channels) };
}

/** A picture that can be read. */
export interface PictureFile {
  /** For messages. */
  readonly name: string;
  /** @throws CovidCtError BAD_IMAGE, or as what it is read from does */
  read(): Promise<Picture>;
}

/** Images of a release, as files to read. */
export function imageFiles(release: Release, images: readonly ReleaseImage[]): readonly PictureFile[] {
  return images.map((image) => ({
    name: image.id,
    async read() {
      try {
        return await release.picture(image);
      } catch (error) {
        if (!(error instanceof CovidCtError) || error.code !== 'BAD_IMAGE') throw error;
        throw new CovidCtError('BAD_IMAGE', `${image.id}: ${error.message}`, { hint: 'The clean track leaves out what cannot be read: --track clean.', cause: error });
      }
    },
  }));
}

/** How many pictures are decoded at once; sharp has threads of its own. */
const atOnce = 4;

/**
 * Decodes each picture once and keeps it small.
 * @param shrink what is kept of a decoded picture, with alpha dropped
 * @throws CovidCtError CANCELLED, or as reading does
 */
export async function loadPictures(
  files: readonly PictureFile[],
  shrink: (picture: Picture) => Picture,
  options: { readonly label: string; readonly progress: Progress; readonly signal: AbortSignal },
): Promise<PictureSet> {
  const kept: (Picture & { readonly channels: 1 | 3 })[] = [];
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < files.length) {
      const index = next++;
      const file = files[index];
      if (file === undefined) return;
      if (options.signal.aborted) throw new CovidCtError('CANCELLED', 'Stopped while pictures were read; nothing was trained.');
      kept[index] = plainPicture(shrink(plainPicture(await file.read())));
      done += 1;
      options.progress({ label: options.label, done, total: files.length });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return packPictures(kept);
}

/** For training: the shorter side at `from` pixels, as `Resize(from)`. */
export const shrinkForTraining = (from: number) => (picture: Picture): Picture => resizeShorterSide(picture, from, 'bilinear');

/** For judging: as the plan scales and cuts it. */
export const shrinkForEvaluation = (plan: PreprocessPlan) => (picture: Picture): Picture => scaleAndCrop(picture, plan);
