import { toGray } from '../colour.ts';
import { crop } from '../geometry.ts';
import type { Picture } from '../picture.ts';
import { resize } from '../resize.ts';
import { sortAir } from './air.ts';
import { areaOf, close, componentsOf, fillHoles, maskFrom, maskOf, type Mask } from './binary.ts';
import { fillTowardsWall, solidityOf } from './convexity.ts';
import { blur, thresholdsOf, withoutFrame } from './levels.ts';

/** Why no lungs are given, in words; the mask abstains rather than guess. */
export const lungAbstentions = {
  'no-contrast': 'the picture has no two levels of gray that could be air and tissue',
  'no-air': 'nothing dark is enclosed by tissue',
  'too-small': 'what is dark is too small for lungs',
  'too-large': 'what is dark is too large for lungs',
  'one-sided': 'what is dark lies on one side of the body alone',
  'no-shape': 'what is dark has not the shape of lungs',
} as const;
/** One of {@link lungAbstentions}. */
export type LungAbstention = keyof typeof lungAbstentions;

/** The lungs of a picture, or why there is no saying. */
export type Lungs =
  | {
      readonly found: true;
      /** As large as the picture. */
      readonly mask: Mask;
      /** Share of the picture, 0 to 1. */
      readonly share: number;
    }
  | { readonly found: false; readonly reason: LungAbstention };

/** The longer side at which lungs are sought, in pixels: finer borders are not to be had from pictures cut from papers. */
const workingSize = 192;
/** Holes in a lung up to this share of it are vessels and opacities; larger ones are the diaphragm's dome or the heart. */
const largestHole = 0.06;

interface Attempt {
  readonly mask: Mask;
  /** Larger for more lung in a lung's shape on both sides, whose border shows. */
  readonly score: number;
}

/** Mean difference of gray across a mask's border, two pixels outside against two inside, along each axis: 0…255 where tissue is brighter. */
function borderContrast({ width, height, data }: Mask, gray: Float32Array): number {
  let [sum, count] = [0, 0];
  const across = (inside: number, outside: number, step: number): void => {
    if (data[inside] !== 1 || data[outside] !== 0) return;
    sum += (gray[outside + step] as number) - (gray[inside - step] as number);
    count += 1;
  };
  for (let y = 2; y < height - 2; y++) {
    for (let x = 2; x < width - 2; x++) {
      const at = y * width + x;
      for (const step of [1, -1, width, -width]) across(at, at + step, step);
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** Lungs at one threshold. */
function attempt(gray: Float32Array, width: number, height: number, threshold: number): Attempt | LungAbstention {
  const size = Math.max(width, height);
  const air = sortAir(gray, width, height, threshold);
  if (typeof air === 'string') return air;
  const found = maskFrom(air.lungs, width, height);
  const united = fillHoles(close(found, 0.012 * size), largestHole * areaOf(found));

  // Lungs that touch at the front are one component, and are cut at the body's middle.
  const isRight = new Uint8Array(width * height);
  for (const part of componentsOf(united)) {
    const margin = 0.15 * (part.right - part.left);
    const spans = part.left < air.middle - margin && part.right > air.middle + margin;
    for (const at of part.pixels) isRight[at] = (spans ? at % width : part.x) < air.middle ? 0 : 1;
  }
  const sides = [0, 1].map((side) => {
    const part = maskOf(width, height, (at) => united.data[at] === 1 && isRight[at] === side);
    const whole = fillTowardsWall(close(part, 0.02 * size), [side === 0 ? 1 : -1, 0], (at) => air.outside.data[at] === 1);
    return fillHoles(whole, largestHole * areaOf(whole));
  });
  const mask = maskOf(width, height, (at) => sides.some((side) => side.data[at] === 1));
  const areas = sides.map(areaOf);
  const area = areas.reduce((sum, value) => sum + value, 0);
  const share = area / (width * height);
  if (share < 0.03 || area < 0.1 * air.body) return 'too-small';
  // Around a body that is seen whole there is room that no lung takes.
  const isWhole = air.body < 0.95 * width * height;
  if (share > 0.8 || (isWhole && area > 0.62 * air.body)) return 'too-large';
  const balance = Math.min(...areas) / Math.max(...areas);
  if (balance < 0.08) return 'one-sided';
  const solidity = sides.reduce((sum, side, i) => sum + solidityOf(side) * ((areas[i] ?? 0) / area), 0);
  if (solidity < 0.55) return 'no-shape';
  return { mask, score: share * solidity ** 3 * Math.sqrt(balance) * Math.max(1, borderContrast(mask, gray)) };
}

/**
 * Finds both lungs by classical means: air enclosed by tissue at the threshold that gives the best shape, vessels and opacities
 * within filled, dents towards the chest wall filled, airways, air around the body and what is no lung's shape left out. A lobe that is
 * consolidated throughout is as bright as tissue, and is missed. How well it does stands in docs/LUNG-MASK.md.
 */
export function findLungs(picture: Picture): Lungs {
  const whole = toGray(picture);
  const frame = withoutFrame(whole);
  const scale = workingSize / Math.max(frame.width, frame.height);
  const width = Math.max(8, Math.round(frame.width * scale));
  const height = Math.max(8, Math.round(frame.height * scale));
  const gray = blur(resize(crop(whole, frame), width, height, 'bilinear'));
  let best: Attempt | undefined;
  let reason: LungAbstention = 'no-contrast';
  for (const threshold of thresholdsOf(gray)) {
    const tried = attempt(gray, width, height, threshold);
    if (typeof tried === 'string') reason = tried;
    else if (best === undefined || tried.score > best.score) best = tried;
  }
  if (best === undefined) return { found: false, reason };
  const small = best.mask.data;
  const mask = maskOf(whole.width, whole.height, (at) => {
    const x = Math.floor((((at % whole.width) - frame.x + 0.5) * width) / frame.width);
    const y = Math.floor(((Math.floor(at / whole.width) - frame.y + 0.5) * height) / frame.height);
    return x >= 0 && y >= 0 && x < width && y < height && small[y * width + x] === 1;
  });
  return { found: true, mask, share: areaOf(mask) / mask.data.length };
}
