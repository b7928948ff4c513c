import type { Rectangle } from '../../imaging/index.ts';
import { rangesOf, type Evidence } from './evidence.ts';
import { leastPanel } from './seams.ts';
import type { Axis } from './types.ts';

/** How far outside of an edge the ground may begin, in pixels: what lies between is nearly of its colour, and was taken for it. */
const reach = 4;
/** Ends of a line that are not looked at: the edges across may be wrong by as much. */
const slack = 4;
/** Share of edges right beside which the ground begins, from which on the picture was kept without loss: JPEG rings beside edges. */
const sharp = 0.6;
/** Panels have black margins of their own, which nothing tells from a black ground: up to this level edges stay. */
const black = 17;
/** From this level on, margins have been taken away already (`trim`), or given back where neighbours have them (`alignEdges`). */
const white = 238;

/** An edge of a box. */
interface Side {
  readonly axis: Axis;
  /** Towards what is outside. */
  readonly outward: -1 | 1;
}

const sides: readonly Side[] = [
  { axis: 'x', outward: -1 },
  { axis: 'x', outward: 1 },
  { axis: 'y', outward: -1 },
  { axis: 'y', outward: 1 },
];

/** The level of all pixels of a box's line; `undefined` where they differ, or the line lies outside of the picture. */
function groundLevel({ gray, width, height }: Evidence, axis: Axis, line: number, box: Rectangle): number | undefined {
  if (line < 0 || line >= (axis === 'x' ? width : height)) return undefined;
  const { from, to } = rangesOf(axis, box);
  const [start, step] = axis === 'x' ? [line, width] : [line * width, 1];
  const level = gray[start + (from + slack) * step];
  for (let i = from + slack + 1; i < to - slack; i++) if (gray[start + i * step] !== level) return undefined;
  return level;
}

/** The first line outside of an edge that is of one level, as is the one after it: how far away, and its level. */
function groundBeside(evidence: Evidence, { axis, outward }: Side, box: Rectangle): { readonly distance: number; readonly level: number } | undefined {
  const { first, last } = rangesOf(axis, box);
  const outside = outward < 0 ? first - 1 : last;
  for (let distance = 0; distance <= reach; distance++) {
    const level = groundLevel(evidence, axis, outside + outward * distance, box);
    if (level !== undefined && level > black && groundLevel(evidence, axis, outside + outward * (distance + 1), box) === level) return { distance, level };
  }
  return undefined;
}

/** A box with one edge moved outwards, or inwards where less than 0. */
function moved(box: Rectangle, { axis, outward }: Side, by: number): Rectangle {
  if (axis === 'x') return outward < 0 ? { ...box, x: box.x - by, width: box.width + by } : { ...box, width: box.width + by };
  return outward < 0 ? { ...box, y: box.y - by, height: box.height + by } : { ...box, height: box.height + by };
}

/** Lines of a gray ground that are left within an edge. */
function groundWithin(evidence: Evidence, { axis, outward }: Side, box: Rectangle, level: number | undefined): number {
  // Its ground is white, and was taken away already.
  if (evidence.isExact) return 0;
  const { first, last } = rangesOf(axis, box);
  const inside = outward < 0 ? first : last - 1;
  const ground = level ?? groundLevel(evidence, axis, inside, box);
  if (ground === undefined || ground <= black || ground >= white) return 0;
  let lines = 0;
  while (lines < last - first - leastPanel && groundLevel(evidence, axis, inside - outward * lines, box) === ground) lines += 1;
  return lines;
}

/** Whether a figure was kept without loss, by its ground: right beside most edges it is of one level. JPEG rings there. */
export function isSharp(evidence: Evidence, boxes: readonly Rectangle[]): boolean {
  const found = boxes.flatMap((box) => sides.map((side) => groundBeside(evidence, side, box))).filter((ground) => ground !== undefined);
  return found.length > 0 && found.filter(({ distance }) => distance === 0).length >= sharp * found.length;
}

/**
 * Sets the edges of a figure that was kept without loss (`isSharp`) to the very pixel: where its ground, all of one level, begins.
 */
export function exactEdges(evidence: Evidence, boxes: readonly Rectangle[]): Rectangle[] {
  return boxes.map((box) => {
    let exact = box;
    for (const side of sides) {
      const ground = groundBeside(evidence, side, exact);
      exact = ground !== undefined && ground.distance > 0 ? moved(exact, side, ground.distance) : moved(exact, side, -groundWithin(evidence, side, exact, ground?.level));
    }
    return exact;
  });
}
