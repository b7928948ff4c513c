import { flipHorizontal, turn, type Picture } from '../../imaging/index.ts';
import type { EmbeddedPicture } from '../pdf/index.ts';

/** Lays a picture with alpha onto white; one without is given back as it is. */
export function flatten(picture: Picture): Picture {
  if (picture.channels !== 4) return picture;
  const pixels = picture.width * picture.height;
  const data = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const alpha = (picture.data[i * 4 + 3] as number) / 255;
    for (let c = 0; c < 3; c++) data[i * 3 + c] = Math.round((picture.data[i * 4 + c] as number) * alpha + 255 * (1 - alpha));
  }
  return { width: picture.width, height: picture.height, channels: 3, data };
}

/** Pixels as the page shows them: on white, mirrored and turned by quarters as they are painted; never resampled. */
export function asShown({ pixels, orientation }: EmbeddedPicture): Picture | undefined {
  if (pixels === undefined) return undefined;
  const flat = flatten(pixels);
  const mirrored = orientation.mirrored ? flipHorizontal(flat) : flat;
  return turn(mirrored, orientation.quarterTurns ?? 0);
}

/** Whether all samples are alike, up to a few levels: a blank, a bar, a background. */
export function isUniform({ data, channels }: Picture, levels = 3): boolean {
  for (let c = 0; c < channels; c++) {
    const first = data[c] as number;
    for (let i = c; i < data.length; i += channels) if (Math.abs((data[i] as number) - first) > levels) return false;
  }
  return true;
}
