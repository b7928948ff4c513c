import { decodePicture } from '../decode.ts';
import { encodeJpeg } from '../encode.ts';
import type { Degradation } from './types.ts';

const qualityOf = (strength: number): number => Math.round(100 - 90 * strength);

/** Recompression as baseline JPEG with 4:2:0 chroma, quality 95 down to 10, on libjpeg's scale; alpha is lost. Needs Node, for sharp. */
export const jpeg: Degradation = {
  name: 'jpeg',
  title: 'Recompressed as JPEG, quality 95 down to 10',
  strengths: [0, 1 / 18, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6, 1],
  setting: (strength) => (strength === 0 ? 'as it is' : `quality ${qualityOf(strength)}`),
  apply: async (picture, strength) => decodePicture(await encodeJpeg(picture, qualityOf(strength))),
};
