import type { Picture } from '../../imaging/index.ts';
import { hasJpegTraces } from './jpeg-traces.ts';

/** The level of ground that was kept without loss. */
const ground = 255;
/** A panel's edge beside the ground is at least so long, in pixels, and so much of it is not of the ground's level: contours begin with less. */
const edge = { length: 40, density: 0.8 } as const;
/** So many pixels of ground in a row end an edge. */
const widestHole = 4;
/** Lines of ground between panels; fewer may be a CT's own. */
const leastLines = 2;
/** Where a line of a figure begins, how far its pixels are apart, and how many they are. */
export interface Line {
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** Whether a line is of the ground's level from end to end. */
function isGround(data: Uint8Array, { start, step, length }: Line): boolean {
  for (let i = 0; i < length; i++) if (data[start + i * step] !== ground) return false;
  return true;
}

/** Whether a panel has a straight edge on a line next to a ground of exactly 255, or of at least another level. */
export function hasEdgeOn(data: Uint8Array, { start, step, length }: Line, from = ground): boolean {
  let [first, last, inRun] = [0, -1, 0];
  const isEdge = (): boolean => last - first + 1 >= edge.length && inRun >= edge.density * (last - first + 1);
  for (let i = 0; i < length; i++) {
    if ((data[start + i * step] as number) >= from) continue;
    if (i - last > widestHole) {
      if (isEdge()) return true;
      [first, inRun] = [i, 0];
    }
    last = i;
    inRun += 1;
  }
  return isEdge();
}

/**
 * Whether a figure in gray on white was kept without loss: lines of exactly 255 run through it from side to side, a panel begins right beside
 * them, and no trace of JPEG is seen. A figure without such lines does not tell.
 */
export function isLossless(figure: Picture): boolean {
  const { width, height, data } = figure;
  let isBeside = false;
  for (const [lines, across, step, length] of [[height, width, 1, width], [width, 1, width, height]] as const) {
    const line = (at: number): Line => ({ start: at * across, step, length });
    for (let at = 0; at < lines && !isBeside; at++) {
      if (!isGround(data, line(at))) continue;
      const first = at;
      while (at + 1 < lines && isGround(data, line(at + 1))) at += 1;
      isBeside = at + 1 - first >= leastLines && [first - 1, at + 1].some((beside) => beside >= 0 && beside < lines && hasEdgeOn(data, line(beside)));
    }
  }
  return isBeside && !hasJpegTraces(figure);
}

/** Of a line: least share that is not ground, and least share of its length over which most of that (8 of 10) is spread, where a panel ends at it. */
const grain = { share: 0.05, spread: 0.25 } as const;

/** Whether a panel ends at a line: it has a straight edge there, or grain all over; a contour touches the line in one place. */
export function endsAt(data: Uint8Array, line: Line): boolean {
  if (hasEdgeOn(data, line)) return true;
  const { start, step, length } = line;
  const places: number[] = [];
  for (let i = 0; i < length; i++) if (data[start + i * step] !== ground) places.push(i);
  const at = (share: number): number => places[Math.floor(share * (places.length - 1))] ?? 0;
  return places.length >= grain.share * length && at(0.9) - at(0.1) >= grain.spread * length;
}
