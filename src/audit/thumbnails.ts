import { CovidCtError } from '../base/index.ts';
import { resize, toRgb, type Picture } from '../imaging/index.ts';
import { encodeJpeg } from '../imaging/node.ts';
import type { Release, ReleaseImage } from '../release/index.ts';
import { nameImages } from './audit.ts';
import type { PictureCache } from './picture-cache.ts';
import { picturesShown, type Thumbnail } from './report.ts';
import type { Defect } from './types.ts';

/** The longer side of a thumbnail, in pixels. */
const longest = 240;

function shrink(picture: Picture): Picture {
  const scale = longest / Math.max(picture.width, picture.height);
  if (scale >= 1) return picture;
  const opaque = picture.channels === 4 ? toRgb(picture) : picture;
  return resize(opaque, Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)), 'bilinear');
}

/**
 * Small JPEGs of the pictures that a report of these defects shows, by the names that the defects use. Pictures that
 * cannot be decoded have none.
 */
export async function makeThumbnails(release: Release, defects: readonly Defect[], pictures: PictureCache): Promise<ReadonlyMap<string, Thumbnail>> {
  const nameOf = nameImages(release.images);
  const byName = new Map<string, ReleaseImage>(release.images.map((image) => [nameOf(image), image]));
  const thumbnails = new Map<string, Thumbnail>();
  for (const name of defects.flatMap(picturesShown)) {
    const image = byName.get(name);
    if (image === undefined || thumbnails.has(name)) continue;
    const picture = await pictures.read(image);
    if (picture instanceof CovidCtError) continue;
    const small = shrink(picture);
    thumbnails.set(name, {
      label: image.label,
      splits: image.splits,
      patient: image.patient,
      size: `${picture.width} × ${picture.height}`,
      width: small.width,
      height: small.height,
      jpeg: await encodeJpeg(small, 75),
    });
  }
  return thumbnails;
}
