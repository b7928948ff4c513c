import type { Point } from '../drawing.ts';
import { areaOf, componentsOf, type Mask } from './binary.ts';
import { fillHull, hullOf } from './hull.ts';

/** A part of a lung's hull that is not lung, and where it opens. */
interface Pocket {
  readonly pixels: Int32Array;
  /** Mean outward normal of the hull's edges that close the pocket, of length at most 1. */
  readonly normal: Point;
}

/** Outward unit normals of a hull's edges, clockwise as one sees it. */
function normalsOf(hull: readonly Point[]): Point[] {
  return hull.map(([x0, y0], i) => {
    const [x1, y1] = hull[(i + 1) % hull.length] as Point;
    const length = Math.hypot(x1 - x0, y1 - y0);
    return [(y1 - y0) / length, -(x1 - x0) / length];
  });
}

function pocketsOf(lung: Mask, hull: readonly Point[], filled: Uint8Array): Pocket[] {
  const { width, height } = lung;
  const normals = normalsOf(hull);
  const nearest = (x: number, y: number): Point => {
    let best = Infinity;
    let normal: Point = [0, 0];
    hull.forEach(([x0, y0], i) => {
      const n = normals[i] as Point;
      const depth = Math.abs((x - x0) * n[0] + (y - y0) * n[1]);
      if (depth < best) {
        best = depth;
        normal = n;
      }
    });
    return normal;
  };
  const rest: Mask = { width, height, data: filled.map((value, at) => (value === 1 && lung.data[at] === 0 ? 1 : 0)) };
  return componentsOf(rest).map(({ pixels }) => {
    let [nx, ny, mouth] = [0, 0, 0];
    for (const at of pixels) {
      const x = at % width;
      const y = (at - x) / width;
      const inner = x > 0 && x + 1 < width && y > 0 && y + 1 < height;
      if (inner && filled[at - 1] === 1 && filled[at + 1] === 1 && filled[at - width] === 1 && filled[at + width] === 1) continue;
      const n = nearest(x, y);
      nx += n[0];
      ny += n[1];
      mouth += 1;
    }
    return { pixels, normal: mouth === 0 ? [0, 0] : [nx / mouth, ny / mouth] };
  });
}

/** How far a mouth may look towards the other lung and its pocket still be filled: the cosine of the angle between them. */
const mostMedial = 0.35;
/** Pockets up to this share of the lung are filled; those that open to the front up to the second: the liver's dome lies behind those. */
const largestPocket = 0.2;
const largestFrontPocket = 0.08;

/**
 * Fills the dents of one lung that open towards the chest wall, front or back, since the wall is convex there: consolidations and
 * vessels that reach it; large dents stay, since no one can tell what is in them. Dents that open towards the other lung are heart, mediastinum and diaphragm, and stay.
 * @param medial unit vector from this lung towards the other
 * @param isBarred places that are never lung: air around the body
 */
export function fillTowardsWall(lung: Mask, medial: Point, isBarred: (at: number) => boolean): Mask {
  const hull = hullOf(lung);
  if (hull.length < 3) return lung;
  const filled = fillHull(hull, lung.width, lung.height);
  const data = lung.data.slice();
  const area = areaOf(lung);
  for (const { pixels, normal } of pocketsOf(lung, hull, filled)) {
    if (normal[0] * medial[0] + normal[1] * medial[1] > mostMedial) continue;
    if (pixels.length > (normal[1] < -0.5 ? largestFrontPocket : largestPocket) * area) continue;
    for (const at of pixels) if (!isBarred(at)) data[at] = 1;
  }
  return { ...lung, data };
}

/** Area over that of the convex hull, 0 to 1; 0 for an empty mask. */
export function solidityOf(mask: Mask): number {
  const hull = hullOf(mask);
  const whole = fillHull(hull, mask.width, mask.height).reduce((sum, value) => sum + value, 0);
  return whole === 0 ? 0 : areaOf(mask) / whole;
}
