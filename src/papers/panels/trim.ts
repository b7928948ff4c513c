import type { Rectangle } from '../../imaging/index.ts';
import { bandsOf, joinOverLettering } from './bands.ts';
import { linePart, rangesOf, type Evidence } from './evidence.ts';
import { leastPanel } from './seams.ts';
import type { Axis } from './types.ts';

/** From such a share of steps on, the inner edge of a margin is straight: a picture begins there. */
const straight = 0.4;

/** Where a region's content begins and ends along an axis. */
function contentRange(evidence: Evidence, region: Rectangle, axis: Axis, isCanvas: boolean): readonly [number, number] {
  const { first, last, from, to } = rangesOf(axis, region);
  const lettering = 0.14 * Math.min(last - first, to - from);
  let [start, end] = [first, last];
  for (const band of joinOverLettering(bandsOf(evidence, region, axis), lettering)) {
    const isEdge = (line: number): boolean => linePart(evidence[axis], line, from, to).steps >= straight * (to - from);
    const reach = band.level === 'white' ? lettering : 0;
    const mayGo = (line: number): boolean => (band.level === 'white' && isCanvas) || isEdge(line);
    if (band.start - first <= reach && band.end < last - leastPanel && mayGo(band.end)) start = Math.max(start, band.end);
    if (last - band.end <= reach && band.start > first + leastPanel && mayGo(band.start)) end = Math.min(end, band.start);
  }
  return end - start >= leastPanel ? [start, end] : [first, last];
}

/**
 * Takes margins away: bands of one colour at a region's border, with the lettering in them. White ones go where the figure's
 * ground is white; others only where their inner edge is straight, since CTs have black and saturated margins of their own.
 * @param isCanvas whether the figure's ground is white
 */
export function trim(evidence: Evidence, region: Rectangle, isCanvas: boolean): Rectangle {
  let trimmed = region;
  for (let again = 0; again < 3; again++) {
    const [top, bottom] = contentRange(evidence, trimmed, 'y', isCanvas);
    trimmed = { ...trimmed, y: top, height: bottom - top };
    const [left, right] = contentRange(evidence, trimmed, 'x', isCanvas);
    if (top === trimmed.y && left === trimmed.x && right - left === trimmed.width && again > 0) break;
    trimmed = { ...trimmed, x: left, width: right - left };
  }
  return trimmed;
}
