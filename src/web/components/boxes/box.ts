/** `[x, y, width, height]` in pixels of a picture. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** Which borders a handle moves: -1 the left or upper one, 1 the right or lower one, 0 none. */
export interface Handle {
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
}

/** The eight handles of a box, clockwise from the upper left one. */
export const handles: readonly Handle[] = [{ x: -1, y: -1 }, { x: 0, y: -1 }, { x: 1, y: -1 }, { x: 1, y: 0 }, { x: 1, y: 1 }, { x: 0, y: 1 }, { x: -1, y: 1 }, { x: -1, y: 0 }];

/** Least side of a box, in pixels. */
export const leastSide = 8;

const between = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high));

/** Moves a box by whole pixels, within a picture. */
export function moveBox([x, y, width, height]: Box, dx: number, dy: number, picture: { readonly width: number; readonly height: number }): Box {
  return [between(Math.round(x + dx), 0, picture.width - width), between(Math.round(y + dy), 0, picture.height - height), width, height];
}

/** Moves borders of a box by whole pixels, within a picture; none passes the other. */
export function resizeBox([x, y, width, height]: Box, handle: Handle, dx: number, dy: number, picture: { readonly width: number; readonly height: number }): Box {
  let [left, top, right, bottom] = [x, y, x + width, y + height];
  if (handle.x < 0) left = between(Math.round(left + dx), 0, right - leastSide);
  if (handle.x > 0) right = between(Math.round(right + dx), left + leastSide, picture.width);
  if (handle.y < 0) top = between(Math.round(top + dy), 0, bottom - leastSide);
  if (handle.y > 0) bottom = between(Math.round(bottom + dy), top + leastSide, picture.height);
  return [left, top, right - left, bottom - top];
}

/** The box between two points, in whole pixels within a picture; undefined where it is too small to be meant. */
export function boxBetween(from: { readonly x: number; readonly y: number }, to: { readonly x: number; readonly y: number }, picture: { readonly width: number; readonly height: number }): Box | undefined {
  const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)].map((value) => between(Math.round(value), 0, picture.width)) as [number, number];
  const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)].map((value) => between(Math.round(value), 0, picture.height)) as [number, number];
  return right - left < leastSide || bottom - top < leastSide ? undefined : [left, top, right - left, bottom - top];
}
