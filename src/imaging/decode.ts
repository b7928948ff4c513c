import sharp from 'sharp';
import { CovidCtError } from '../base/index.ts';
import { readPictureHeader } from './header.ts';
import type { Picture, PictureHeader } from './picture.ts';

/** How much a picture may ask for before it is refused. */
export interface DecodeLimits {
  /** Pixels of the picture: width × height. */
  readonly pixels: number;
}

/** 100 megapixels: 400 MB decoded at the most, and far above any figure of a paper. */
export const defaultDecodeLimits: DecodeLimits = { pixels: 100_000_000 };

// libvips keeps decoded pictures for reuse; here each is decoded once, so that only memory would be lost.
sharp.cache(false);

function refuse(header: PictureHeader, limits: DecodeLimits): void {
  if (header.format === 'unknown') {
    throw new CovidCtError('BAD_IMAGE', 'The file is no picture: its first bytes are of no known format.', {
      hint: 'PNG, JPEG, GIF, TIFF and WebP are read.',
    });
  }
  if (header.format === 'bmp') {
    throw new CovidCtError('BAD_IMAGE', 'BMP pictures are recognised, but not decoded.', { hint: 'Convert it to PNG.' });
  }
  if (header.bitDepth > 16) {
    throw new CovidCtError('BAD_IMAGE', `A picture of ${header.bitDepth} bits a sample is not decoded.`, { hint: 'Convert it to 8 or 16 bits.' });
  }
  if (header.width * header.height > limits.pixels) {
    throw new CovidCtError(
      'LIMIT_EXCEEDED',
      `The picture says that it is ${header.width}×${header.height} pixels, above the limit of ${limits.pixels.toLocaleString('en')}.`,
      { hint: 'If the file is to be trusted, raise the limit or scale it down first.' },
    );
  }
}

/** Naive CMYK → RGB, as Pillow's `cmyk2rgb` in Convert.c: `255 − k`, times `255 − c`, divided by 255 and rounded. */
function fromCmyk(data: Uint8Array, pixels: number): Uint8Array {
  const rgb = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const white = 255 - (data[4 * i + 3] as number);
    for (let c = 0; c < 3; c++) {
      const product = (data[4 * i + c] as number) * white + 128;
      const value = white - (((product >> 8) + product) >> 8);
      rgb[3 * i + c] = value < 0 ? 0 : value;
    }
  }
  return rgb;
}

/**
 * Decodes a picture (PNG, JPEG, GIF, TIFF, WebP by magic bytes; of several frames the first), EXIF orientation applied.
 *
 * The samples are those in the file: ICC profiles and gamma are not applied, as Pillow does not on opening.
 * Gray stays one channel; palettes become RGB, or RGBA where they are transparent; gray with alpha becomes RGBA; CMYK becomes
 * RGB by Pillow's rule without a profile. Of 16 bits the high byte is kept, as Pillow does on opening RGB of 16 bits; on
 * `convert('L')` of gray of 16 bits Pillow 13 clips at 255 instead, which turns nearly every such picture white.
 *
 * @param limits checked against the header, before anything is decoded
 * @throws CovidCtError LIMIT_EXCEEDED for a header above the limits; BAD_IMAGE for what is corrupt, cut short or no picture
 */
export async function decodePicture(bytes: Uint8Array, limits: DecodeLimits = defaultDecodeLimits): Promise<Picture> {
  const header = readPictureHeader(bytes);
  refuse(header, limits);
  const cmyk = header.mode === 'CMYK';
  // Gray with alpha is decoded as RGBA, since a Picture has one, three or four channels.
  const gray = ['1', 'L', 'I;16'].includes(header.mode);
  const deep = header.bitDepth === 16;
  try {
    let pipeline = sharp(bytes, { failOn: 'warning', limitInputPixels: limits.pixels, ignoreIcc: true, autoOrient: true });
    if (cmyk) pipeline = pipeline.pipelineColourspace('cmyk').toColourspace('cmyk');
    else if (deep) pipeline = pipeline.pipelineColourspace(gray ? 'grey16' : 'rgb16').toColourspace(gray ? 'grey16' : 'rgb16');
    else pipeline = pipeline.toColourspace(gray ? 'b-w' : 'srgb');
    const { data: raw, info } = await pipeline.raw(deep ? { depth: 'ushort' } : {}).toBuffer({ resolveWithObject: true });
    const pixels = info.width * info.height;
    const samples = pixels * info.channels;
    const data = deep
      ? Uint8Array.from(new Uint16Array(raw.buffer, raw.byteOffset, samples), (value) => value >> 8)
      : new Uint8Array(raw.buffer, raw.byteOffset, samples);
    const size = { width: info.width, height: info.height };
    if (cmyk) return { ...size, channels: 3, data: fromCmyk(data, pixels) };
    if (info.channels === 1 || info.channels === 3 || info.channels === 4) return { ...size, channels: info.channels, data };
    throw new Error(`${String(info.channels)} channels`);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new CovidCtError('BAD_IMAGE', `The ${header.format} picture of ${header.width}×${header.height} cannot be decoded: ${reason}.`, {
      hint: 'The file is corrupt or cut short: fetch it again.',
      cause: error,
    });
  }
}
