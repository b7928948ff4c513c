import type { Rectangle } from '../../imaging/index.ts';
import { bandsOf, joinOverLettering } from './bands.ts';
import { lineOf, linePart, rangesOf, type Evidence } from './evidence.ts';
import { hasEdgeOn } from './lossless.ts';
import type { Axis, Seam } from './types.ts';

/** No panel is narrower: below, nothing of a CT can be read. */
export const leastPanel = 40;
/** A line is judged in so many pieces: a seam is seen, or cannot be seen, in each of them; a bone's edge in some. */
const pieces = 12;

/** Shares of an edge, and of what of it can be seen, from which on it is outlined. */
const seenSomewhere = 0.15;
const straightWhereSeen = 0.75;

/** Lines with the most steps that are looked at closely. */
const mostPeaks = 30;

/** The thickest black or gray gutter, in pixels. */
const thickestDark = 26;

/** How a line that may be a seam looks, as numbers around 0 to 1. */
export interface SeamLook {
  /** Share of the line's pixels with a step, on the side where it is more; on the other side of a gutter. */
  readonly steps: number;
  readonly otherSteps: number;
  /** Share of the line's pixels that say nothing, since nothing happens around them. */
  readonly silent: number;
  /** Shares of pieces that show the seam, and of those that show that there is none. */
  readonly seen: number;
  readonly contradicted: number;
  readonly whiteGutter: number;
  readonly blackGutter: number;
  readonly evenGutter: number;
  /** Of a gutter, in parts of the region's extent along the axis. */
  readonly thickness: number;
  /** The smaller part's extent, in parts of the region's. */
  readonly smaller: number;
  /** The region's extent along the axis by that across it, as logarithm; and the nearer part's. */
  readonly regionShape: number;
  readonly partShape: number;
  /** How near the place is to one that divides the region evenly (in 2, 3, 4, 5): 1 at it. */
  readonly regular: number;
  /** By how much its steps stand out from those of other lines in the region. */
  readonly outstanding: number;
  /** Whether, wherever a gutter's edges can be seen, they are straight, and they can be seen somewhere: 1 or 0. Not among the network's numbers. */
  readonly outlined: number;
}

/** Names of a look's numbers, in the order in which the network takes them. */
export const seamLookNames = ['steps', 'otherSteps', 'silent', 'seen', 'contradicted', 'whiteGutter', 'blackGutter', 'evenGutter', 'thickness', 'smaller', 'regionShape', 'partShape', 'regular', 'outstanding'] as const satisfies readonly (keyof SeamLook)[];

/** A look as a row of numbers. */
export const lookNumbers = (look: SeamLook): number[] => seamLookNames.map((name) => look[name]);

/** A place where a region may be cut. */
export interface SeamCandidate extends Seam {
  readonly look: SeamLook;
}

/** The two parts that a seam leaves of a region. */
export function partsOf(region: Rectangle, { axis, start, end }: Seam): readonly [Rectangle, Rectangle] {
  const { x, y, width, height } = region;
  if (axis === 'x') return [{ ...region, width: start - x }, { ...region, x: end, width: x + width - end }];
  return [{ ...region, height: start - y }, { ...region, y: end, height: y + height - end }];
}

interface EdgeLook {
  readonly steps: number;
  readonly silent: number;
  readonly seen: number;
  readonly contradicted: number;
}

function edgeLook(evidence: Evidence, axis: Axis, line: number, from: number, to: number): EdgeLook {
  const whole = linePart(evidence[axis], line, from, to);
  const length = to - from;
  let [seen, contradicted] = [0, 0];
  for (let i = 0; i < pieces; i++) {
    const [start, end] = [from + Math.floor((i * length) / pieces), from + Math.floor(((i + 1) * length) / pieces)];
    const { steps, silent } = linePart(evidence[axis], line, start, end);
    const telling = end - start - silent;
    if (telling < 0.25 * (end - start)) continue;
    if (steps >= 0.35 * telling) seen += 1;
    else if (steps < 0.15 * telling) contradicted += 1;
  }
  return { steps: whole.steps / length, silent: whole.silent / length, seen: seen / pieces, contradicted: contradicted / pieces };
}

/** The line with the most steps in a range of lines. */
function strongest(evidence: Evidence, axis: Axis, low: number, high: number, from: number, to: number): number {
  let [best, most] = [low, -1];
  for (let line = low; line <= high; line++) {
    const { steps } = linePart(evidence[axis], line, from, to);
    if (steps > most) [best, most] = [line, steps];
  }
  return best;
}

function regularity(place: number, extent: number): number {
  let best = 0;
  for (const parts of [2, 3, 4, 5]) {
    const at = (place / extent) * parts;
    const nearest = Math.round(at);
    if (nearest > 0 && nearest < parts) best = Math.max(best, Math.exp(-(((at - nearest) / 0.06) ** 2)) / (1 + 0.1 * (parts - 2)));
  }
  return best;
}

/** Steps of every line in the region, and how they are spread, for comparison. */
function stepShares(evidence: Evidence, region: Rectangle, axis: Axis): Float64Array {
  const { first, last, from, to } = rangesOf(axis, region);
  return Float64Array.from({ length: last - first }, (_, i) => linePart(evidence[axis], first + i, from, to).steps / (to - from));
}

/** Ringing blurs an edge over so many lines; what is darker than this level belongs to a panel, whatever rang. What is thicker may be saturated tissue. */
const blurred = { lines: 3, level: 225, thickest: 60 } as const;

/**
 * Whether a white band lies between straight edges of panels; beside one, where the ground was kept without loss, since the other side may be
 * saturated tissue.
 */
function isBesideEdges(evidence: Evidence, axis: Axis, start: number, end: number, from: number, to: number): boolean {
  const isEdge = (line: number, level?: number): boolean => line >= 0 && line < evidence[axis].lines && hasEdgeOn(evidence.gray, lineOf(evidence, axis, line, from, to), level);
  if (evidence.isExact) return isEdge(start - 1) || isEdge(end);
  const isNear = (first: number, step: number): boolean => Array.from({ length: blurred.lines }, (_, i) => first + i * step).some((line) => isEdge(line, blurred.level));
  return end - start <= blurred.thickest && isNear(start - 1, -1) && isNear(end, 1);
}

/** Describes a seam in a region. @param rival share of steps on the best line elsewhere */
function lookOf(evidence: Evidence, region: Rectangle, { axis, start, end }: Seam, level: 'white' | 'black' | 'even' | undefined, rival: number): SeamLook {
  const { first, last, from, to } = rangesOf(axis, region);
  const extent = last - first;
  const edges = start === end ? [edgeLook(evidence, axis, start, from, to)] : [edgeLook(evidence, axis, start, from, to), edgeLook(evidence, axis, end, from, to)];
  const worst = (of: keyof EdgeLook): number => Math.max(...edges.map((edge) => edge[of]));
  const least = (of: keyof EdgeLook): number => Math.min(...edges.map((edge) => edge[of]));
  const parts = [start - first, last - end];
  const shapes = parts.map((part) => Math.log(part / (to - from)));
  return {
    steps: worst('steps'),
    otherSteps: least('steps'),
    silent: worst('silent'),
    seen: (worst('seen') + least('seen')) / 2,
    contradicted: worst('contradicted'),
    whiteGutter: Number(level === 'white'),
    blackGutter: Number(level === 'black'),
    evenGutter: Number(level === 'even'),
    thickness: Math.min(1, (8 * (end - start)) / extent),
    smaller: Math.min(...parts) / extent,
    regionShape: Math.log(extent / (to - from)),
    partShape: shapes.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0] ?? 0,
    regular: regularity((start + end) / 2 - first, extent),
    outstanding: worst('steps') - rival,
    outlined: Number(start < end && (edges.every(({ steps, silent }) => steps >= seenSomewhere && steps >= straightWhereSeen * (1 - silent)) || (level === 'white' && isBesideEdges(evidence, axis, start, end, from, to)))),
  };
}

function rivalOf(shares: Float64Array, from: number, to: number, around: number): number {
  let most = 0;
  for (let i = around; i < shares.length - around; i++) if (i < from - 4 || i > to + 4) most = Math.max(most, shares[i] as number);
  return most;
}

/** Places where a region may be cut across an axis: bands of one colour, and lines along which the levels jump. */
export function seamCandidates(evidence: Evidence, region: Rectangle, axis: Axis): SeamCandidate[] {
  const { first, last, from, to } = rangesOf(axis, region);
  const extent = last - first;
  if (extent < 2 * leastPanel) return [];
  const shares = stepShares(evidence, region, axis);
  const isInside = (start: number, end: number): boolean => start - first >= leastPanel && last - end >= leastPanel;
  const candidates: SeamCandidate[] = [];
  const add = (start: number, end: number, level: 'white' | 'black' | 'even' | undefined): void => {
    if (isInside(start, end)) candidates.push({ axis, start, end, look: lookOf(evidence, region, { axis, start, end }, level, rivalOf(shares, start - first, end - first, leastPanel / 2)) });
  };
  const bands: { readonly start: number; readonly end: number }[] = [];
  for (const band of joinOverLettering(evidence, region, axis, bandsOf(evidence, region, axis))) {
    // A thick dark band is the ground of CTs that touch somewhere in it: its edges are looked at as lines.
    if (!isInside(band.start, band.end) || (band.level !== 'white' && band.end - band.start > thickestDark)) continue;
    // Ringing blurs a gutter's edges: they are where the levels jump.
    if (band.level === 'white') bands.push(band);
    if (band.level === 'white' && evidence.isExact) add(band.start, band.end, band.level);
    else add(strongest(evidence, axis, Math.max(first, band.start - 3), band.start, from, to), strongest(evidence, axis, band.end, Math.min(last - 1, band.end + 3), from, to), band.level);
  }
  const peaks: number[] = [];
  for (let i = leastPanel; i < extent - leastPanel; i++) {
    const share = shares[i] as number;
    // The edges of a white gutter are not seams by themselves.
    if (share < 0.08 || bands.some(({ start, end }) => first + i >= start - 4 && first + i <= end + 4)) continue;
    let isPeak = true;
    for (let near = Math.max(0, i - 3); near <= Math.min(extent - 1, i + 3); near++) if ((shares[near] as number) > share || (near < i && shares[near] === share)) isPeak = false;
    if (isPeak) peaks.push(i);
  }
  for (const i of peaks.toSorted((a, b) => (shares[b] as number) - (shares[a] as number)).slice(0, mostPeaks)) add(first + i, first + i, undefined);
  return candidates;
}

/** The seam at, or nearest to, a place where even division would cut: the one with the most steps nearby. */
export function seamNear(evidence: Evidence, region: Rectangle, axis: Axis, place: number, reach: number): SeamCandidate {
  const { first, last, from, to } = rangesOf(axis, region);
  const shares = stepShares(evidence, region, axis);
  const low = Math.max(first + 1, Math.round(place - reach));
  const high = Math.min(last - 1, Math.round(place + reach));
  const best = strongest(evidence, axis, low, high, from, to);
  const isSeen = (shares[best - first] as number) >= 0.04;
  const at = isSeen ? best : Math.round(place);
  return { axis, start: at, end: at, look: lookOf(evidence, region, { axis, start: at, end: at }, undefined, rivalOf(shares, at - first, at - first, leastPanel / 2)) };
}
