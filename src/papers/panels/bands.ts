import type { Rectangle } from '../../imaging/index.ts';
import { lineOf, linePart, rangesOf, type Evidence } from './evidence.ts';
import { hasEdgeOn } from './lossless.ts';
import type { Axis } from './types.ts';

/** Lines of one colour from side to side of a region: a gutter, a margin, or what looks like one. */
export interface Band {
  readonly start: number;
  readonly end: number;
  readonly level: 'white' | 'black' | 'even';
}

/** Share of a line's pixels that must be of the gutter's colour; lettering that reaches in and noise are allowed. */
const pure = 0.985;
/** Share of pixels that must be as the one beside them, for gutters of another gray. */
const smooth = 0.99;

/** Lines of one colour in a region, run by run. */
export function bandsOf(evidence: Evidence, region: Rectangle, axis: Axis): Band[] {
  const { first, last, from, to } = rangesOf(axis, region);
  const length = to - from;
  const ofGround = evidence.isExact ? length : pure * length;
  const bands: { start: number; end: number; level: Band['level'] }[] = [];
  for (let line = first; line < last; line++) {
    const part = linePart(evidence[axis], line, from, to);
    const level = part.white >= ofGround ? 'white' : part.black >= pure * length ? 'black' : part.even >= smooth * length - 1 ? 'even' : undefined;
    if (level === undefined) continue;
    const previous = bands.at(-1);
    if (previous?.end === line && previous.level === level) previous.end += 1;
    else bands.push({ start: line, end: line + 1, level });
  }
  return bands;
}

/** Share of white pixels in lettering on white. */
const mostlyWhite = 0.75;

/** So many lines are looked at for the edges of a panel among lettering. */
const looks = 12;

/** Whether what stands between two lines is so white that it may be lettering; where ground was kept without loss, lettering has no lines that are full for long. */
export function isLettering(evidence: Evidence, region: Rectangle, axis: Axis, start: number, end: number): boolean {
  const { from, to } = rangesOf(axis, region);
  let white = 0;
  for (let line = start; line < end; line++) white += linePart(evidence[axis], line, from, to).white;
  if (white < mostlyWhite * (end - start) * (to - from)) return false;
  if (!evidence.isExact) return true;
  for (let i = 0; i < looks; i++) if (hasEdgeOn(evidence.gray, lineOf(evidence, axis, start + Math.floor((i * (end - start)) / looks), from, to))) return false;
  return true;
}

/** How thick lettering beside or between panels may be, in pixels. */
export function letteringIn({ width, height }: Rectangle): number {
  return Math.max(24, 0.16 * Math.min(width, height));
}

/** Joins white bands that only lettering parts: a name under a tile, a row of letters between two rows of tiles. */
export function joinOverLettering(evidence: Evidence, region: Rectangle, axis: Axis, bands: readonly Band[]): Band[] {
  const lettering = letteringIn(region);
  const joined: Band[] = [];
  for (const band of bands) {
    const previous = joined.at(-1);
    const isJoined = previous !== undefined && previous.level === 'white' && band.level === 'white' && band.start - previous.end <= lettering && isLettering(evidence, region, axis, previous.end, band.start);
    if (isJoined) joined[joined.length - 1] = { ...previous, end: band.end };
    else joined.push(band);
  }
  return joined;
}
