import { luma } from './colour.ts';
import type { Picture } from './picture.ts';

/**
 * Pillow's `Image.blend` (Blend.c) of one sample: `from` at strength 0, `to` at 1, beyond it on the same line; single
 * precision, cut to a whole number, clipped.
 */
function blend(from: number, to: number, strength: number): number {
  const alpha = Math.fround(strength);
  const value = Math.fround(from + Math.fround(alpha * (to - from)));
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
}

/** Each sample away from (or towards) one gray level; alpha, if any, is changed like the rest, so pass pictures without. */
function blendWithLevel(picture: Picture, level: number, strength: number): Picture {
  const table = Uint8Array.from({ length: 256 }, (_, value) => blend(level, value, strength));
  return { ...picture, data: picture.data.map((value) => table[value] as number) };
}

/** Mean gray level as Pillow's `ImageStat` has it of `convert('L')`, rounded as `ImageEnhance.Contrast` does. */
function meanLevel({ data, channels }: Picture): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += channels) {
    sum += channels === 1 ? (data[i] as number) : luma(data[i] as number, data[i + 1] as number, data[i + 2] as number);
  }
  return Math.trunc(sum / (data.length / channels) + 0.5);
}

/** Times a factor, clipped: Pillow's `ImageEnhance.Brightness`, torchvision's `adjust_brightness`. Factor 1 changes nothing. */
export function adjustBrightness(picture: Picture, factor: number): Picture {
  return factor === 1 ? picture : blendWithLevel(picture, 0, factor);
}

/** Away from the mean gray level: Pillow's `ImageEnhance.Contrast`, torchvision's `adjust_contrast`. Factor 1 changes nothing. */
export function adjustContrast(picture: Picture, factor: number): Picture {
  return factor === 1 ? picture : blendWithLevel(picture, meanLevel(picture), factor);
}
