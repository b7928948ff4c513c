import { dilateMask, findLungs, type Picture } from '../../imaging/index.ts';
import { borderShare } from './border.ts';

/** A picture with what matters blacked out. */
export interface ControlView {
  readonly picture: Picture;
  /** Whether no lungs were found, so that all but the border was blacked out instead. */
  readonly abstained: boolean;
}

/** A copy in which the samples of some pixels are 0; alpha stays. */
function blackOut(picture: Picture, isOut: (at: number) => boolean): Picture {
  const { channels } = picture;
  const data = picture.data.slice();
  for (let pixel = 0; pixel < picture.width * picture.height; pixel++) {
    if (isOut(pixel)) data.fill(0, pixel * channels, pixel * channels + Math.min(3, channels));
  }
  return { ...picture, data };
}

/** The border alone, the outer tenth of each side, with the centre blacked out: what the border control sees too. */
export function borderOnly(picture: Picture): ControlView {
  const { width, height } = picture;
  const depthX = Math.max(1, Math.round(width * borderShare));
  const depthY = Math.max(1, Math.round(height * borderShare));
  const isCentre = (at: number): boolean => {
    const x = at % width;
    const y = Math.floor(at / width);
    return x >= depthX && x < width - depthX && y >= depthY && y < height - depthY;
  };
  return { picture: blackOut(picture, isCentre), abstained: false };
}

/** The lungs are blacked out with a margin of this share of the longer side, so that their rim goes too. */
const margin = 0.02;

/**
 * Everything but the lungs: they are blacked out, with a margin. Where the lung mask abstains all but the border goes, so
 * that no lung is left in sight; a lobe that the mask misses stays (docs/LUNG-MASK.md).
 */
export function lungsOut(picture: Picture): ControlView {
  const lungs = findLungs(picture);
  if (!lungs.found) return { ...borderOnly(picture), abstained: true };
  const { data } = dilateMask(lungs.mask, margin * Math.max(picture.width, picture.height));
  return { picture: blackOut(picture, (at) => data[at] === 1), abstained: false };
}
