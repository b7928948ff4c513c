import { CovidCtError } from '../base/index.ts';
import type { Picture } from '../imaging/index.ts';
import type { Release, ReleaseImage } from '../release/index.ts';

/** Pixels in the fewest channels that lose nothing: most CTs of a release are gray pictures stored as RGB or RGBA. */
interface PackedPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: Picture['channels'];
  /** Channels in `data`: 1 when all colour channels are equal and alpha, if any, is 255 everywhere. */
  readonly packedChannels: number;
  readonly data: Uint8Array;
}

/** Keeps one channel where the others add nothing. */
export function packPicture(picture: Picture): PackedPicture {
  const { width, height, channels, data } = picture;
  const whole = { width, height, channels, packedChannels: channels, data };
  if (channels === 1) return whole;
  const gray = new Uint8Array(width * height);
  for (let pixel = 0, at = 0; pixel < gray.length; pixel++, at += channels) {
    const value = data[at] ?? 0;
    if (data[at + 1] !== value || data[at + 2] !== value || (channels === 4 && data[at + 3] !== 255)) return whole;
    gray[pixel] = value;
  }
  return { width, height, channels, packedChannels: 1, data: gray };
}

/** The picture as it was decoded. */
export function unpackPicture(packed: PackedPicture): Picture {
  const { width, height, channels, packedChannels } = packed;
  if (packedChannels === channels) return { width, height, channels, data: packed.data };
  const data = new Uint8Array(width * height * channels);
  for (let pixel = 0, at = 0; pixel < packed.data.length; pixel++, at += channels) {
    const value = packed.data[pixel] ?? 0;
    data[at] = value;
    data[at + 1] = value;
    data[at + 2] = value;
    if (channels === 4) data[at + 3] = 255;
  }
  return { width, height, channels, data };
}

/** The pictures of a release, each decoded once as long as they fit, shared by all checks. */
export interface PictureCache {
  /** The decoded pixels, or the error that says why there are none. Faults of the disk and of archives are thrown. */
  read(image: ReleaseImage): Promise<Picture | CovidCtError>;
}

/**
 * Decodes on demand and keeps what it decoded, packed, up to a budget. What is beyond the budget is decoded again when
 * it is asked for: the checks walk the images in order, so that dropping the oldest would keep nothing useful.
 * @param budget bytes of packed pixels to keep; the whole of COVID-CT-Dataset takes about 130 MB
 */
export function createPictureCache(release: Release, budget = 400_000_000): PictureCache {
  const kept = new Map<string, PackedPicture | CovidCtError>();
  let used = 0;
  return {
    async read(image) {
      const known = kept.get(image.id);
      if (known instanceof CovidCtError) return known;
      if (known !== undefined) return unpackPicture(known);
      try {
        const picture = await release.picture(image);
        const packed = packPicture(picture);
        if (used + packed.data.length <= budget) {
          used += packed.data.length;
          kept.set(image.id, packed);
        }
        return picture;
      } catch (error) {
        if (!(error instanceof CovidCtError) || !['BAD_IMAGE', 'LIMIT_EXCEEDED', 'BAD_ARCHIVE'].includes(error.code)) throw error;
        kept.set(image.id, error);
        return error;
      }
    },
  };
}
