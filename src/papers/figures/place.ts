import type { PdfPage } from '../pdf/index.ts';
import { asShown, isUniform } from './flatten.ts';
import { stitch, type PlacedPicture } from './stitch.ts';

/** Sides below which a picture is an ornament: in points and in pixels. */
const smallest = { points: 24, pixels: 40 };
/** Longer than so many times its thickness: a rule or a bar. */
const longest = 12;
/** A picture over so much of its page is the page itself, scanned, or its background. */
const pageShare = 0.85;

/** The pictures of a page, those that are no figures left out. */
export interface PlacedPage {
  readonly pictures: readonly PlacedPicture[];
  /** A picture as large as the page: a scan. */
  readonly scan: PlacedPicture | undefined;
}

/**
 * The pictures of a page as they are seen: on white, strips put together; stencils, ornaments, blanks and what is painted
 * on many pages dropped.
 * @param repeated numbers of objects that stand on many pages
 */
export function placePictures(page: PdfPage, repeated: ReadonlySet<number>): PlacedPage {
  const placed = page.pictures.flatMap((picture): PlacedPicture[] => {
    const pixels = picture.kind === 'stencil' ? undefined : asShown(picture);
    if (pixels === undefined || (picture.object !== undefined && repeated.has(picture.object))) return [];
    return [{ page: page.number, box: picture.box, pixels, objects: picture.object === undefined ? [] : [picture.object], source: 'embedded' }];
  });
  // The same picture painted twice on one spot, as shadows and print layers are, is one.
  const single = placed.filter((picture, i) => !placed.slice(0, i).some((other) => other.objects[0] === picture.objects[0] && other.box.x === picture.box.x && other.box.y === picture.box.y));
  const isPage = ({ box }: PlacedPicture): boolean => box.width * box.height > pageShare * page.width * page.height;
  const pictures = stitch(single);
  return { pictures: pictures.filter((picture) => !isPage(picture) && !isOrnament(picture)), scan: pictures.find(isPage) };
}

function isOrnament({ box, pixels }: PlacedPicture): boolean {
  const [long, short] = [Math.max(box.width, box.height), Math.min(box.width, box.height)];
  return short < smallest.points || Math.min(pixels.width, pixels.height) < smallest.pixels || long > longest * short || isUniform(pixels);
}
