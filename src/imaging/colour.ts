import type { Picture } from './picture.ts';

/** Copies the samples of each pixel through a rule; `to` channels out. */
function mapPixels(picture: Picture, to: 1 | 3, rule: (source: Uint8Array, at: number, target: Uint8Array, into: number) => void): Picture {
  const pixels = picture.width * picture.height;
  const data = new Uint8Array(pixels * to);
  for (let i = 0; i < pixels; i++) rule(picture.data, i * picture.channels, data, i * to);
  return { width: picture.width, height: picture.height, channels: to, data };
}

/** ITU-R 601-2 luma in 16-bit fixed point, as Pillow's `L24` in Convert.c. */
export function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

/** Gray, equal to Pillow's `convert('L')`: ITU-R 601-2 luma in fixed point; alpha is dropped, not blended. Gray is given back as it is. */
export function toGray(picture: Picture): Picture {
  if (picture.channels === 1) return picture;
  return mapPixels(picture, 1, (source, at, target, into) => {
    target[into] = luma(source[at] as number, source[at + 1] as number, source[at + 2] as number);
  });
}

/** Three channels, equal to Pillow's `convert('RGB')`: gray is repeated, alpha is dropped, not blended. RGB is given back as it is. */
export function toRgb(picture: Picture): Picture {
  if (picture.channels === 3) return picture;
  const step = picture.channels === 1 ? 0 : 1;
  return mapPixels(picture, 3, (source, at, target, into) => {
    target[into] = source[at] as number;
    target[into + 1] = source[at + step] as number;
    target[into + 2] = source[at + 2 * step] as number;
  });
}
