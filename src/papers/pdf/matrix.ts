import type { Box, Orientation } from './types.ts';

/** An affine map `[a, b, c, d, e, f]`: x' = a·x + c·y + e, y' = b·x + d·y + f (ISO 32000-1, 8.3.4). */
export type Matrix = readonly [number, number, number, number, number, number];

export const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** The map that applies `inner` first, then `outer`. */
export function compose(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer;
  const [p, q, r, s, t, u] = inner;
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f];
}

/** The upright box around the image of a rectangle with the corners (x0, y0) and (x1, y1). */
export function mapBox([a, b, c, d, e, f]: Matrix, x0: number, y0: number, x1: number, y1: number): Box {
  const xs = [a * x0 + c * y0, a * x1 + c * y0, a * x0 + c * y1, a * x1 + c * y1];
  const ys = [b * x0 + d * y0, b * x1 + d * y0, b * x0 + d * y1, b * x1 + d * y1];
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x: x + e, y: y + f, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** What two boxes share; `undefined` where they do not meet. */
export function intersect(a: Box, b: Box): Box | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width < 0 || height < 0 ? undefined : { x, y, width, height };
}

/** A matrix out of six numbers of any list. @throws RangeError where it is none */
export function asMatrix(numbers: ArrayLike<number>): Matrix {
  const [a, b, c, d, e, f] = Array.from(numbers);
  if (a === undefined || b === undefined || c === undefined || d === undefined || e === undefined || f === undefined) {
    throw new RangeError(`a matrix has six numbers, not ${numbers.length}`);
  }
  return [a, b, c, d, e, f];
}

/**
 * How a picture lies on a page. @param placement maps the unit square, whose top row is at y = 1 (ISO 32000-1, 8.9.5), to
 * the page as shown, whose y grows downwards
 */
export function orientationOf([a, b, c, d]: Matrix): Orientation {
  // Along the picture's row and down its columns, on the page.
  const right = [a, b] as const;
  const down = [-c, -d] as const;
  const mirrored = right[0] * down[1] - right[1] * down[0] < 0;
  const along = mirrored ? ([-right[0], -right[1]] as const) : right;
  const long = Math.hypot(...along);
  const near = (value: number): boolean => Math.abs(value) <= 0.02 * long;
  if (long === 0 || !(near(along[0]) || near(along[1])) || Math.abs(right[0] * down[0] + right[1] * down[1]) > 0.02 * long * Math.hypot(...down)) {
    return { mirrored, quarterTurns: undefined };
  }
  if (near(along[1])) return { mirrored, quarterTurns: along[0] > 0 ? 0 : 2 };
  return { mirrored, quarterTurns: along[1] > 0 ? 1 : 3 };
}
