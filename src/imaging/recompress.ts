import type { Random } from '../base/index.ts';
import { alterPixels, type Altered, type AlterationName } from './alterations.ts';
import { decodePicture } from './decode.ts';
import { encodeJpeg } from './encode.ts';
import type { Picture } from './picture.ts';

/** Encodes as JPEG of quality 60 with 4:2:0 chroma and decodes again; alpha is lost. */
async function alterJpeg(picture: Picture): Promise<Altered> {
  return { name: 'jpeg', picture: await decodePicture(await encodeJpeg(picture, 60)), what: 'recompressed as JPEG of quality 60' };
}

/** Any of the alterations, `jpeg` included. The same picture, name and random stream give the same picture. */
export async function alterPicture(picture: Picture, name: AlterationName, random: Random): Promise<Altered> {
  return name === 'jpeg' ? alterJpeg(picture) : alterPixels(picture, name, random);
}
