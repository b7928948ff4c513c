import type { Rectangle } from '../../imaging/index.ts';
import type { Evidence } from './evidence.ts';
import { judgeSeams } from './seam-odds.ts';
import { isBlank, trim } from './trim.ts';
import { leastPanel, seamCandidates, type SeamCandidate } from './seams.ts';
import type { Axis } from './types.ts';

/** A seam with how likely it is one: the logarithm of the odds. */
export interface JudgedSeam extends SeamCandidate {
  readonly odds: number;
}

/** A region, whole or cut. */
export interface Division {
  readonly region: Rectangle;
  /** None where it is whole. */
  readonly seams: readonly JudgedSeam[];
  readonly parts: readonly Division[];
  /** Sum of the log-odds of all seams in it. */
  readonly score: number;
  /** The best place at which a region that was left whole might have been cut after all. */
  readonly doubt: number;
}

/** Cuts at seams from the least to the greatest place so that the sum of their odds is greatest and no part too narrow. */
function bestSubset(seams: readonly JudgedSeam[], bias: number): JudgedSeam[] {
  const sorted = seams.filter(({ odds }) => odds + bias > 0).toSorted((a, b) => a.end - b.end);
  const best: { readonly score: number; readonly seams: readonly JudgedSeam[] }[] = [];
  let overall: { readonly score: number; readonly seams: readonly JudgedSeam[] } = { score: 0, seams: [] };
  for (const [i, seam] of sorted.entries()) {
    let before: { readonly score: number; readonly seams: readonly JudgedSeam[] } = { score: 0, seams: [] };
    for (let j = 0; j < i; j++) {
      const other = best[j];
      if (other !== undefined && seam.start - (sorted[j] as JudgedSeam).end >= leastPanel && other.score > before.score) before = other;
    }
    const ending = { score: before.score + seam.odds + bias, seams: [...before.seams, seam] };
    best.push(ending);
    if (ending.score > overall.score) overall = ending;
  }
  return [...overall.seams];
}

/** The parts that seams along one axis leave of a region. */
export function cut(region: Rectangle, seams: readonly JudgedSeam[], axis: Axis): Rectangle[] {
  const parts: Rectangle[] = [];
  let at = axis === 'x' ? region.x : region.y;
  const last = axis === 'x' ? region.x + region.width : region.y + region.height;
  for (const { start, end } of [...seams, { start: last, end: last }]) {
    parts.push(axis === 'x' ? { ...region, x: at, width: start - at } : { ...region, y: at, height: start - at });
    at = end;
  }
  return parts;
}

/** How near to a gutter a line is one of its edges, in pixels. */
const edgeOfGutter = 4;

/** Places where a region may be cut across an axis, each with its odds. The edges of a likely gutter are no seams by themselves. */
export function judgedSeams(evidence: Evidence, region: Rectangle, axis: Axis, oddsOf: (seam: SeamCandidate) => number): JudgedSeam[] {
  const seams = seamCandidates(evidence, region, axis).map((seam): JudgedSeam => ({ ...seam, odds: oddsOf(seam) }));
  const gutters = seams.filter(({ start, end, odds }) => start < end && odds > 0);
  return seams.filter(({ start, end }) => start < end || !gutters.some((gutter) => start >= gutter.start - edgeOfGutter && start <= gutter.end + edgeOfGutter));
}

/** Seams are cut together with the likeliest one where their log-odds are at most so much less. */
const margin = 3;

/**
 * Where no seam is likely by itself: this many of the likeliest are tried, down to such log-odds; one is taken if its parts then come apart at seams
 * so likely that the sum of all log-odds reaches `gain`. Rows of tiles in sizes of their own have seams that are clear only within each row.
 */
const ahead = { most: 2, least: -4, gain: 3 } as const;

/**
 * Divides a region at its likeliest seams, if the odds are for them, and then its parts.
 * @param bias added to every seam's log-odds: above 0 it cuts more
 * @param mayLook whether seams that are not likely by themselves may be tried
 */
export function divide(evidence: Evidence, outer: Rectangle, bias: number, depth = 8, mayLook = true): Division {
  // Judged without the white around it, a region looks as its tiles do.
  const region = trim(evidence, outer, true);
  const oddsOf = judgeSeams(evidence, region);
  const judged = (['x', 'y'] as const).map((axis) => judgedSeams(evidence, region, axis, oddsOf));
  const doubt = Math.max(-20, ...judged.flat().map(({ odds }) => odds));
  const whole: Division = { region: outer, seams: [], parts: [], score: 0, doubt };
  if (depth === 0 || isBlank(evidence, region)) return whole;
  // The likeliest seam is cut first: what it leaves looks cleaner, and lines that ran through several tiles end there.
  const strongest = judged.map((seams) => Math.max(-Infinity, ...seams.map(({ odds }) => odds)));
  const along = (strongest[0] as number) >= (strongest[1] as number) ? 0 : 1;
  const certain = (strongest[along] as number) - margin;
  const seams = bestSubset((judged[along] ?? []).filter(({ odds }) => odds >= certain), bias);
  if (seams.length === 0 && mayLook) seams.push(...judged.flat().filter(({ odds }) => odds + bias > ahead.least).toSorted((a, b) => b.odds - a.odds).slice(0, ahead.most).filter((seam) => comesApart(evidence, region, seam, bias, depth)).slice(0, 1));
  const [seam] = seams;
  if (seam === undefined) return whole;
  const parts = cut(region, seams, seam.axis).map((part) => divide(evidence, part, bias, depth - 1, mayLook));
  const score = seams.reduce((sum, { odds }) => sum + odds + bias, 0) + parts.reduce((sum, part) => sum + part.score, 0);
  return { region: outer, seams, parts, score, doubt };
}

/** Whether the parts that an unlikely seam leaves have seams so likely that it was one, too. */
function comesApart(evidence: Evidence, region: Rectangle, seam: JudgedSeam, bias: number, depth: number): boolean {
  const parts = cut(region, [seam], seam.axis).map((part) => divide(evidence, part, bias, depth - 1, false));
  return seam.odds + bias + parts.reduce((sum, { score }) => sum + score, 0) > ahead.gain;
}

/** The undivided regions of a division, from top to bottom and left to right as they were cut. */
export function leaves(division: Division): Division[] {
  return division.parts.length === 0 ? [division] : division.parts.flatMap(leaves);
}

/** All seams of a division. */
export function seamsOf(division: Division): JudgedSeam[] {
  return [...division.seams, ...division.parts.flatMap(seamsOf)];
}
