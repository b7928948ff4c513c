import type { Random } from '../base/pure.ts';
import { crop, flipHorizontal, type Rectangle } from './geometry.ts';
import { adjustBrightness, adjustContrast } from './jitter.ts';
import type { Picture } from './picture.ts';
import { resize } from './resize.ts';

/** How training pictures are changed by chance, in torchvision's terms. */
export interface AugmentationPlan {
  /** Pixels of the square that comes out. */
  readonly size: number;
  /** `RandomResizedCrop`: the crop's share of the area, and its width to height. */
  readonly crop: { readonly scale: readonly [number, number]; readonly ratio: readonly [number, number] };
  /** Probability of mirroring left and right. */
  readonly flip: number;
  /** `ColorJitter`: factors from 1 − b to 1 + b. */
  readonly brightness: number;
  readonly contrast: number;
}

/** One draw of a plan for a picture: what is done to it. */
export interface Augmentation {
  readonly box: Rectangle;
  readonly size: number;
  readonly flip: boolean;
  /** In the order in which they are applied. */
  readonly jitter: readonly { readonly kind: 'brightness' | 'contrast'; readonly factor: number }[];
}

function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/**
 * The box of torchvision's `RandomResizedCrop.get_params`: ten tries at an area and a log-uniform ratio that fit, else the
 * largest box in the middle whose ratio is allowed.
 */
export function drawCropBox(width: number, height: number, { scale, ratio }: AugmentationPlan['crop'], random: Random): Rectangle {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = width * height * between(random, scale[0], scale[1]);
    const aspect = Math.exp(between(random, Math.log(ratio[0]), Math.log(ratio[1])));
    const w = Math.round(Math.sqrt(area * aspect));
    const h = Math.round(Math.sqrt(area / aspect));
    if (w >= 1 && w <= width && h >= 1 && h <= height) {
      const y = random.integer(0, height - h);
      return { x: random.integer(0, width - w), y, width: w, height: h };
    }
  }
  const aspect = width / height;
  const w = aspect > ratio[1] ? Math.max(1, Math.round(height * ratio[1])) : width;
  const h = aspect < ratio[0] ? Math.max(1, Math.round(width / ratio[0])) : height;
  return { x: (width - w) >> 1, y: (height - h) >> 1, width: w, height: h };
}

/** Draws what a plan does to a picture of a size. The same random stream gives the same draw. */
export function drawAugmentation(plan: AugmentationPlan, width: number, height: number, random: Random): Augmentation {
  const box = drawCropBox(width, height, plan.crop, random);
  const flip = random.uniform() < plan.flip;
  const jitter = (['brightness', 'contrast'] as const).flatMap((kind) =>
    plan[kind] === 0 ? [] : [{ kind, factor: between(random, Math.max(0, 1 - plan[kind]), 1 + plan[kind]) }],
  );
  return { box, size: plan.size, flip, jitter: random.shuffle(jitter) };
}

/** Applies a draw to a picture of one or three channels: crop, resize (Pillow's bilinear), mirror, brightness and contrast. */
export function augment(picture: Picture, augmentation: Augmentation): Picture {
  const { box, size } = augmentation;
  let result = resize(crop(picture, box), size, size, 'bilinear');
  if (augmentation.flip) result = flipHorizontal(result);
  for (const { kind, factor } of augmentation.jitter) result = kind === 'brightness' ? adjustBrightness(result, factor) : adjustContrast(result, factor);
  return result;
}
