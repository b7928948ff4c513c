import sharp from 'sharp';
import { CovidCtError } from '../base/index.ts';
import { defaultDecodeLimits } from './decode.ts';
import { readPictureHeader } from './header.ts';

/**
 * A small WebP of a picture, for looking at: JPEG is decoded at a fraction of its size where that is enough.
 * @param side the longer side, in pixels; smaller pictures keep their size
 * @throws CovidCtError BAD_IMAGE for what cannot be decoded, LIMIT_EXCEEDED for a header above the limit
 */
export async function makeThumbnail(bytes: Uint8Array, side: number): Promise<Uint8Array> {
  const header = readPictureHeader(bytes);
  if (header.format === 'unknown' || header.format === 'bmp') throw new CovidCtError('BAD_IMAGE', 'The file is no picture that can be shown.', { hint: 'PNG, JPEG, GIF, TIFF and WebP are read.' });
  if (header.width * header.height > defaultDecodeLimits.pixels) throw new CovidCtError('LIMIT_EXCEEDED', `The picture says that it is ${header.width}×${header.height} pixels.`);
  try {
    return await sharp(bytes, { limitInputPixels: defaultDecodeLimits.pixels, autoOrient: true })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true, kernel: 'mitchell' })
      .webp({ quality: 82, effort: 2 })
      .toBuffer();
  } catch (error) {
    throw new CovidCtError('BAD_IMAGE', `The ${header.format} picture of ${header.width}×${header.height} cannot be decoded.`, { cause: error });
  }
}
