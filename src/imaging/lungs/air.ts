import { componentsOf, invert, maskFrom, maskOf, openByCross, squaredDistance, type Component, type Mask } from './binary.ts';

/** What is dark in a picture, sorted: lungs, and air around the body. */
export interface Air {
  /** Parts that are taken for lung, before anything is filled. Not empty. */
  readonly lungs: readonly Component[];
  /** Air around the body, the table's included. */
  readonly outside: Mask;
  /** Pixels that are not air around the body. */
  readonly body: number;
  /** Column of the body's middle. */
  readonly middle: number;
}

/** Why {@link sortAir} finds no lungs. */
export type AirFault = 'no-air' | 'too-small';

/** Radius of the largest disc within a component, in pixels. */
function thickness({ pixels }: Component, squared: Float64Array): number {
  let most = 0;
  for (const at of pixels) most = Math.max(most, squared[at] as number);
  return Math.sqrt(most);
}

/**
 * Sorts what is darker than a threshold. Around the body: what reaches a corner or both sides of the picture, what lies along the edge for longer
 * than its own size, and what is wide and flat in the lower part (between back and table). A lung may be cut by one edge. Of
 * the rest, the large parts are lung; small ones too, where they lie in the lungs' box away from the middle, where the airways are.
 * @param gray `[height * width]`, 0…255, blurred
 */
export function sortAir(gray: Float32Array, width: number, height: number, threshold: number): Air | AirFault {
  const size = Math.max(width, height);
  const pixels = width * height;
  const dark = openByCross(maskOf(width, height, (at) => (gray[at] as number) < threshold));
  const squared = squaredDistance(invert(dark));
  const isOutside = (part: Component, thick: number): boolean => {
    const wide = part.right - part.left;
    const isFlat = wide > 0.3 * width && part.y > 0.6 * height && (thick < 0.12 * wide || part.bottom - part.top < 0.25 * wide);
    return part.corners > 0 || wide === width || part.edge > 1.3 * Math.sqrt(part.pixels.length) || isFlat;
  };
  const parts = componentsOf(dark).map((part) => {
    const thick = thickness(part, squared);
    return { part, thick, isOutside: isOutside(part, thick) };
  });
  const outside = maskFrom(
    parts.filter((one) => one.isOutside).map((one) => one.part),
    width,
    height,
  );
  const inside = parts.filter(({ part, thick, isOutside }) => !isOutside && part.pixels.length > 0.002 * pixels && thick > 0.012 * size);
  if (inside.length === 0) return 'no-air';
  const largest = Math.max(...inside.map(({ part }) => part.pixels.length));
  if (largest < 0.02 * pixels) return 'too-small';

  let [sum, body] = [0, 0];
  for (let at = 0; at < pixels; at++) {
    if (outside.data[at] === 1) continue;
    sum += at % width;
    body += 1;
  }
  const middle = sum / body;
  const isLarge = (part: Component): boolean => part.pixels.length >= 0.2 * largest;
  const large = inside.flatMap(({ part }) => (isLarge(part) ? [part] : []));
  const reach = Math.max(...large.map((part) => Math.max(middle - part.left, part.right - middle)));
  const top = Math.min(...large.map((part) => part.top));
  const bottom = Math.max(...large.map((part) => part.bottom));
  const lungs = inside.flatMap(({ part, thick }) => {
    const aside = Math.abs(part.x - middle) / reach;
    const isLung = isLarge(part) ? thick > 0.03 * size : part.y > top && part.y < bottom + 0.3 * (bottom - top) && aside < 1 && aside > 0.3;
    return isLung ? [part] : [];
  });
  return lungs.length === 0 ? 'too-small' : { lungs, outside, body, middle };
}
