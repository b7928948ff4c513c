import type { Rectangle } from '../../imaging/index.ts';
import { lineOf, linePart, rangesOf, type Evidence } from './evidence.ts';
import { endsAt } from './lossless.ts';
import type { Axis } from './types.ts';

/** Edges are the same where they lie no further apart, in pixels. */
const same = 2;
/** How far a margin of its own may have moved a panel's edge inwards, in parts of its extent. */
const reach = { amongAll: 0.35, amongMany: 0.14, amongTwo: 0.06 } as const;
/** So many neighbours, of which such a share agrees, are all: what lies between may then be a little of a CT in saturated white, too. */
const all = { least: 3, share: 0.75, white: 0.75 } as const;

type Side = 'low' | 'high';

const span = (axis: Axis, box: Rectangle): { readonly low: number; readonly high: number } => (axis === 'x' ? { low: box.x, high: box.x + box.width } : { low: box.y, high: box.y + box.height });

/** Boxes that lie beside a box across an axis: its row for `y`, its column for `x`. */
function peersOf(axis: Axis, box: Rectangle, boxes: readonly Rectangle[]): Rectangle[] {
  const own = span(axis, box);
  return boxes.filter((other) => {
    const theirs = span(axis, other);
    return other !== box && Math.min(own.high, theirs.high) - Math.max(own.low, theirs.low) >= 0.6 * Math.min(own.high - own.low, theirs.high - theirs.low);
  });
}

function isWhiteBetween(evidence: Evidence, axis: Axis, box: Rectangle, low: number, high: number): boolean {
  const { from, to } = rangesOf(axis, box);
  for (let line = low; line < high; line++) if (linePart(evidence[axis], line, from, to).white < 0.97 * (to - from)) return false;
  return true;
}

function isMostlyWhite(evidence: Evidence, axis: Axis, box: Rectangle, low: number, high: number): boolean {
  const { from, to } = rangesOf(axis, box);
  let white = 0;
  for (let line = low; line < high; line++) white += linePart(evidence[axis], line, from, to).white;
  return white >= all.white * (high - low) * (to - from);
}

/** Share of an edge at which levels jump, from which on a panel may well end there, whatever its neighbours do. */
const outlined = 0.5;

function isOutlined(evidence: Evidence, axis: Axis, box: Rectangle, edge: number): boolean {
  const { first, last, from, to } = rangesOf(axis, box);
  if (evidence.isExact) return endsAt(evidence.gray, lineOf(evidence, axis, edge === first ? first : last - 1, from, to));
  const near = [edge - 1, edge, edge + 1].filter((line) => line > 0 && line < evidence[axis].lines && line >= first - 1 && line <= last + 1);
  return near.some((line) => linePart(evidence[axis], line, from, to).steps >= outlined * (to - from));
}

/** Where an edge ought to be: where most of the row, or the column, have it, if that lies a little further out. */
function agreed(evidence: Evidence, axis: Axis, side: Side, box: Rectangle, boxes: readonly Rectangle[], sharp: boolean): number {
  const own = span(axis, box);
  const peers = peersOf(axis, box, boxes).map((other) => span(axis, other)[side]);
  const outward = side === 'low' ? own.low : own.high;
  // One neighbour is weak evidence; and a margin that was kept without loss can mostly be told from the ground.
  if (evidence.isExact && peers.length === 1) return outward;
  if ((sharp || evidence.isExact || peers.length === 1) && isOutlined(evidence, axis, box, outward)) return outward;
  for (const edge of peers) {
    const by = side === 'low' ? outward - edge : edge - outward;
    const share = peers.filter((other) => Math.abs(other - edge) <= same).length / peers.length;
    if (by <= same || share < 0.6) continue;
    const isAll = peers.length >= all.least && share >= all.share;
    const mayMove = isAll ? reach.amongAll : peers.length === 1 ? reach.amongTwo : reach.amongMany;
    const between = [Math.min(edge, outward), Math.max(edge, outward)] as const;
    if (by <= mayMove * (own.high - own.low) && (isAll ? isMostlyWhite(evidence, axis, box, ...between) : isWhiteBetween(evidence, axis, box, ...between))) return edge;
  }
  return outward;
}

/**
 * Gives panels back what their own white borders lost to the gutter: an edge moves out to where most of the panels in its
 * row or column have it, over white alone. Where the figure was kept without loss, or there is one neighbour alone, an edge that is seen stays.
 * @param sharp whether it was kept without loss (`isSharp`)
 */
export function alignEdges(evidence: Evidence, boxes: readonly Rectangle[], sharp: boolean): Rectangle[] {
  return boxes.map((box) => {
    const [left, right] = [agreed(evidence, 'x', 'low', box, boxes, sharp), agreed(evidence, 'x', 'high', box, boxes, sharp)];
    const [top, bottom] = [agreed(evidence, 'y', 'low', box, boxes, sharp), agreed(evidence, 'y', 'high', box, boxes, sharp)];
    return { x: left, y: top, width: right - left, height: bottom - top };
  });
}
