import { toGray } from './colour.ts';
import type { Picture } from './picture.ts';
import { resize } from './resize.ts';

/** Cells along each side of what is compared. */
const cells = 16;
/** Numbers in a description. */
export const looksLength = cells * cells;

/**
 * What a picture looks like from afar: 16 × 16 means of gray, without their common brightness, scaled to ±127. Made for
 * "show me pictures like this one", where duplicates are searched by `covid-ct audit`, which compares pixels.
 */
export function describeLooks(picture: Picture): Int8Array {
  const { data } = resize(toGray(picture), cells, cells, 'box');
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const most = data.reduce((largest, value) => Math.max(largest, Math.abs(value - mean)), 0);
  return Int8Array.from(data, (value) => (most === 0 ? 0 : Math.round(((value - mean) * 127) / most)));
}

/** How alike two pictures look: the cosine of their descriptions, 1 for the same, 0 for nothing in common. */
export function likeness(a: Int8Array, b: Int8Array): number {
  let [dot, left, right] = [0, 0, 0];
  for (let i = 0; i < looksLength; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    left += x * x;
    right += y * y;
  }
  return left === 0 || right === 0 ? 0 : dot / Math.sqrt(left * right);
}

/** A picture and how alike it looks. */
export interface LooksMatch {
  readonly index: number;
  readonly likeness: number;
}

/** The pictures of a list that look most like one, the nearest first. @param all descriptions one after the other */
export function nearestLooks(wanted: Int8Array, all: Int8Array, count: number, allowed: (index: number) => boolean = () => true): readonly LooksMatch[] {
  const matches: LooksMatch[] = [];
  for (let index = 0; index < all.length / looksLength; index++) {
    if (allowed(index)) matches.push({ index, likeness: likeness(wanted, all.subarray(index * looksLength, (index + 1) * looksLength)) });
  }
  return matches.toSorted((a, b) => b.likeness - a.likeness).slice(0, count);
}
