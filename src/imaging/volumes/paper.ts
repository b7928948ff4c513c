import type { Random } from '../../base/index.ts';
import { decodePicture } from '../decode.ts';
import { phonePhoto } from '../degradations/phone-photo.ts';
import { encodeJpeg } from '../encode.ts';
import type { Picture } from '../picture.ts';
import { resizeShorterSide } from '../resize.ts';
import { lungWindow, type Window } from '../window.ts';
import { windowSlice, type Volume } from './volume.ts';

/**
 * How a slice becomes a picture in a paper, in this order; each loss is left out where its setting is absent. What the window does not show and
 * the other slices are lost to every paper picture.
 */
export interface PaperOptions {
  /** Burnt into 8 bits; {@link lungWindow} where absent. */
  readonly window?: Window;
  /** Pixels of the shorter side, to which the picture is scaled down (antialiased); one that is smaller stays as it is. */
  readonly side?: number;
  /** JPEG quality on libjpeg's scale. */
  readonly quality?: number;
  /** Strength of a simulated phone photo of a screen, 0 to 1. */
  readonly photo?: number;
}

/** What a paper would print of one slice: window → 8 bits → fewer pixels → JPEG → a photo of a screen. Needs Node, for JPEG. */
export async function makePaperPicture(volume: Volume, slice: number, options: PaperOptions, random: Random): Promise<Picture> {
  const { window = lungWindow, side, quality, photo } = options;
  let picture = windowSlice(volume, slice, window);
  if (side !== undefined && Math.min(picture.width, picture.height) > side) picture = resizeShorterSide(picture, side, 'bicubic');
  if (quality !== undefined) picture = await decodePicture(await encodeJpeg(picture, quality));
  if (photo !== undefined && photo > 0) picture = await phonePhoto.apply(picture, photo, random);
  return picture;
}
