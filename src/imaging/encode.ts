import sharp, { type Sharp } from 'sharp';
import { toRgb } from './colour.ts';
import { modeOf, type Picture } from './picture.ts';

function pipelineOf(picture: Picture): Sharp {
  const pipeline = sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: picture.channels } });
  return modeOf(picture) === 'gray' ? pipeline.toColourspace('b-w') : pipeline;
}

/** A PNG of the very pixels: gray, RGB or RGBA of 8 bits. The same pixels give the same bytes. */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  return pipelineOf(picture).png({ compressionLevel: 6 }).toBuffer();
}

/** A baseline JPEG with 4:2:0 chroma; alpha is dropped. @param quality 1 to 100, on libjpeg's scale, as in Pillow */
export async function encodeJpeg(picture: Picture, quality: number): Promise<Uint8Array> {
  const opaque = picture.channels === 4 ? toRgb(picture) : picture;
  return pipelineOf(opaque).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
}
