import { findMarks } from '../../audit/index.ts';
import { dilateMask, findLungs, scaleAndCrop, toGray, type LungAbstention, type Lungs, type Patch, type Picture, type PreprocessPlan } from '../../imaging/index.ts';

/** Where lungs and burned-in marks are, in the frame that the network sees. */
export interface Regions {
  /** 1 where lung; or why no lungs were found. */
  readonly lungs: Uint8Array | LungAbstention;
  /** 1 where a mark is, with a margin; undefined where none was found. */
  readonly marks: Uint8Array | undefined;
}

/** Marks have this share of the shorter side around them, as the network sees their surroundings with them. */
const margin = 0.02;

/** A mask of the whole picture as the plan scales and cuts it; a pixel that is half covered is marked. */
function seen(mask: Picture, plan: PreprocessPlan): Uint8Array {
  return scaleAndCrop(mask, { ...plan, channels: 1 }).data.map((value) => Number(value >= 128));
}

/** Whether a white patch is what no body is: on dark ground all around, and outside the lungs, whose vessels are as white and as small. */
function isOnDarkGround({ left, top, right, bottom }: Patch, { width, height, data }: Picture, lungs: Lungs): boolean {
  const reach = Math.max(3, Math.round(0.015 * Math.min(width, height)));
  let [dark, around, lung] = [0, 0, 0];
  for (let y = Math.max(0, top - reach); y < Math.min(height, bottom + reach); y++) {
    for (let x = Math.max(0, left - reach); x < Math.min(width, right + reach); x++) {
      const at = y * width + x;
      if (y >= top && y < bottom && x >= left && x < right) lung += lungs.found ? (lungs.mask.data[at] as number) : 0;
      // The next pixel to a letter is half white where the picture was resampled.
      if (y >= top - 1 && y <= bottom && x >= left - 1 && x <= right) continue;
      around += 1;
      dark += Number((data[at] as number) < 80);
    }
  }
  return dark > 0.85 * around && lung < 0.05 * (right - left) * (bottom - top);
}

/**
 * Finds lungs and marks in a picture, and takes them to what a network sees of it. Marks are coloured drawing, and white letters
 * on the dark ground around the body; pieces of the scanner's table are among them, white arrows within lungs are not, since
 * they cannot be told from vessels.
 */
export function regionsOf(picture: Picture, plan: PreprocessPlan): Regions {
  const { width, height } = picture;
  const lungs = findLungs(picture);
  const gray = toGray(picture);
  const { white, coloured } = findMarks({ picture, gray });
  const around = margin * Math.min(width, height);
  const boxes = new Uint8Array(width * height);
  for (const { left, top, right, bottom } of [...coloured, ...white.filter((patch) => isOnDarkGround(patch, gray, lungs))]) {
    for (let y = Math.max(0, Math.floor(top - around)); y < Math.min(height, bottom + around); y++) {
      boxes.fill(255, y * width + Math.max(0, Math.floor(left - around)), y * width + Math.min(width, Math.ceil(right + around)));
    }
  }
  const marks = seen({ width, height, channels: 1, data: boxes }, plan);
  return {
    lungs: lungs.found ? seen({ width, height, channels: 1, data: Uint8Array.from(lungs.mask.data, (value) => 255 * value) }, plan) : lungs.reason,
    // Marks outside what the network sees are none to it.
    marks: marks.includes(1) ? marks : undefined,
  };
}

/**
 * Where two pictures of one size differ, with the same margin, in the frame that the network sees: marks that were burned in for
 * the purpose. Undefined where nothing of them is seen.
 */
export function differenceOf(picture: Picture, marked: Picture, plan: PreprocessPlan): Uint8Array | undefined {
  const { width, height } = picture;
  const [before, after] = [toGray(picture).data, toGray(marked).data];
  const { data } = dilateMask({ width, height, data: before.map((value, i) => Number(value !== after[i])) }, margin * Math.min(width, height));
  const mask = seen({ width, height, channels: 1, data: data.map((value) => 255 * value) }, plan);
  return mask.includes(1) ? mask : undefined;
}
