import type { Point } from '../drawing.ts';
import type { Mask } from './binary.ts';

/** Twice the area of a triangle, with a sign: above 0 where `c` lies right of the way from `a` to `b`, as pixels' y goes down. */
function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** The convex hull of a mask's pixel centres, clockwise as one sees it (Andrew's monotone chain). Empty for an empty mask. */
export function hullOf({ width, height, data }: Mask): Point[] {
  const points: Point[] = [];
  for (let x = 0; x < width; x++) {
    let first = -1;
    let last = -1;
    for (let y = 0; y < height; y++) {
      if (data[y * width + x] === 0) continue;
      if (first < 0) first = y;
      last = y;
    }
    if (first >= 0) points.push([x, first]);
    if (last > first) points.push([x, last]);
  }
  if (points.length < 3) return points;
  const chain = (ordered: readonly Point[]): Point[] => {
    const kept: Point[] = [];
    for (const point of ordered) {
      while (kept.length >= 2 && turn(kept[kept.length - 2] as Point, kept[kept.length - 1] as Point, point) <= 0) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return [...chain(points), ...chain(points.toReversed())];
}

/** Pixels of a convex polygon, its border included. */
export function fillHull(hull: readonly Point[], width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    let low = Infinity;
    let high = -Infinity;
    hull.forEach(([x0, y0], i) => {
      const [x1, y1] = hull[(i + 1) % hull.length] as Point;
      if (Math.min(y0, y1) > y || Math.max(y0, y1) < y) return;
      const ends = y0 === y1 ? [x0, x1] : [x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)];
      low = Math.min(low, ...ends);
      high = Math.max(high, ...ends);
    });
    for (let x = Math.max(0, Math.ceil(low - 1e-9)); x <= Math.min(width - 1, Math.floor(high + 1e-9)); x++) data[y * width + x] = 1;
  }
  return data;
}
