import type { Rectangle } from '../../imaging/index.ts';
import { bandsOf, isLettering, joinOverLettering, letteringIn } from './bands.ts';
import { linePart, rangesOf, type Evidence } from './evidence.ts';
import { leastPanel } from './seams.ts';
import type { Axis } from './types.ts';

/** From such a share of steps on, the inner edge of a margin is straight: a picture begins there. */
const straight = 0.4;

/** Where a region's content begins and ends along an axis. */
function contentRange(evidence: Evidence, region: Rectangle, axis: Axis, isCanvas: boolean): readonly [number, number] {
  const { first, last, from, to } = rangesOf(axis, region);
  const lettering = letteringIn(region);
  let [start, end] = [first, last];
  for (const band of joinOverLettering(evidence, region, axis, bandsOf(evidence, region, axis))) {
    const isEdge = (line: number): boolean => linePart(evidence[axis], line, from, to).steps >= straight * (to - from);
    const reaches = (low: number, high: number): boolean => high <= low || (band.level === 'white' && high - low <= lettering && isLettering(evidence, region, axis, low, high));
    const mayGo = (line: number): boolean => band.level === 'white' && (isCanvas || isEdge(line));
    if (reaches(first, band.start) && band.end < last - leastPanel && mayGo(band.end)) start = Math.max(start, band.end);
    if (reaches(band.end, last) && band.start > first + leastPanel && mayGo(band.start)) end = Math.min(end, band.start);
  }
  return end - start >= leastPanel ? [start, end] : [first, last];
}

/**
 * Takes margins away: white bands at a region's border, with the lettering in them. Dark ones stay, since CTs have dark margins
 * of their own.
 * @param isCanvas whether the figure's ground is white; else white goes only where its inner edge is straight, since CTs have saturated margins, too
 */
export function trim(evidence: Evidence, region: Rectangle, isCanvas: boolean): Rectangle {
  let trimmed = region;
  for (let again = 0; again < 3; again++) {
    const before = trimmed;
    const [top, bottom] = contentRange(evidence, trimmed, 'y', isCanvas);
    trimmed = { ...trimmed, y: top, height: bottom - top };
    const [left, right] = contentRange(evidence, trimmed, 'x', isCanvas);
    trimmed = { ...trimmed, x: left, width: right - left };
    if (trimmed.width === before.width && trimmed.height === before.height) break;
  }
  return trimmed;
}

/** From such a share of white on, there is nothing in a region. */
const blank = 0.995;

/** Whether a region is white all over, or black without any exception. */
export function isBlank(evidence: Evidence, region: Rectangle): boolean {
  const { first, last, from, to } = rangesOf('y', region);
  let [white, black] = [0, 0];
  for (let line = first; line < last; line++) {
    const part = linePart(evidence.y, line, from, to);
    white += part.white;
    black += part.black;
  }
  const pixels = region.width * region.height;
  return white >= blank * pixels || black === pixels;
}
