import type { Flip } from './patches.ts';

/** A width and a height, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * How picture A lies on picture B, both as working planes: A is mirrored in its own frame, then
 * `xB = scaleX * xA + shiftX`, `yB = scaleY * yA + shiftY`. No rotation: figures are not rotated by a few degrees.
 */
export interface Alignment {
  readonly flip: Flip;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

/** One axis of the way back: from B, mirrored in its own frame, to A. */
function invertAxis(scale: number, shift: number, mirrored: boolean, lengthA: number, lengthB: number): readonly [number, number] {
  if (!mirrored) return [1 / scale, -shift / scale];
  return [1 / scale, lengthA - 1 - (lengthB - 1 - shift) / scale];
}

/** How B lies on A. */
export function invertAlignment(alignment: Alignment, a: Size, b: Size): Alignment {
  const [scaleX, shiftX] = invertAxis(alignment.scaleX, alignment.shiftX, (alignment.flip & 1) !== 0, a.width, b.width);
  const [scaleY, shiftY] = invertAxis(alignment.scaleY, alignment.shiftY, (alignment.flip & 2) !== 0, a.height, b.height);
  return { flip: alignment.flip, scaleX, scaleY, shiftX, shiftY };
}

/** The part of A (mirrored) that lies on B, in pixels of A, last ones included; `undefined` where they do not meet. */
export function overlapInA(alignment: Alignment, a: Size, b: Size): { left: number; top: number; right: number; bottom: number } | undefined {
  const left = Math.max(0, Math.ceil(-alignment.shiftX / alignment.scaleX));
  const top = Math.max(0, Math.ceil(-alignment.shiftY / alignment.scaleY));
  const right = Math.min(a.width - 1, Math.floor((b.width - 1 - alignment.shiftX) / alignment.scaleX));
  const bottom = Math.min(a.height - 1, Math.floor((b.height - 1 - alignment.shiftY) / alignment.scaleY));
  return right > left && bottom > top ? { left, top, right, bottom } : undefined;
}
