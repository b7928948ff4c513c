import type { Box } from '../pdf/index.ts';

/** The smallest box around all. @throws RangeError where there is none */
export function union(boxes: readonly Box[]): Box {
  if (boxes.length === 0) throw new RangeError('there is no box around nothing');
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return { x, y, width: Math.max(...boxes.map((box) => box.x + box.width)) - x, height: Math.max(...boxes.map((box) => box.y + box.height)) - y };
}

/** How far two stretches of a line overlap; negative: the gap between them. */
export function overlap(from: number, length: number, from2: number, length2: number): number {
  return Math.min(from + length, from2 + length2) - Math.max(from, from2);
}

/** How far two boxes overlap from left to right; negative: the gap. */
export const overlapX = (a: Box, b: Box): number => overlap(a.x, a.width, b.x, b.width);

/** How far two boxes overlap from top to bottom; negative: the gap. */
export const overlapY = (a: Box, b: Box): number => overlap(a.y, a.height, b.y, b.height);

/** The area that two boxes share. */
export function sharedArea(a: Box, b: Box): number {
  return Math.max(0, overlapX(a, b)) * Math.max(0, overlapY(a, b));
}

/** Intersection over union, 0 to 1. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const shared = sharedArea(a, b);
  const all = a.width * a.height + b.width * b.height - shared;
  return all > 0 ? shared / all : 0;
}

/** Whether a box lies in another, up to a margin in points. */
export function isWithin(inner: Box, outer: Box, margin = 0): boolean {
  return inner.x >= outer.x - margin && inner.y >= outer.y - margin && inner.x + inner.width <= outer.x + outer.width + margin && inner.y + inner.height <= outer.y + outer.height + margin;
}
