import { invertAlignment, type Alignment } from './alignment.ts';
import { resizePlane, type Plane } from './plane.ts';
import { coarserFirst, register, scaleAlignment, type Registered } from './registration.ts';

/** What the pixels of a pair say once one lies on the other. */
export interface Comparison {
  /** How A lies on B, refined, in pixels of the working planes. */
  readonly alignment: Alignment;
  /** Normalised cross-correlation of gray values over the whole overlap, -1 to 1. */
  readonly ncc: number;
  /** Median, over blocks of the overlap, of the correlation of the fine structures there. */
  readonly detailMedian: number;
  /** Their lower quartile. */
  readonly detailLow: number;
  /** The lower quartile for structures twice as large, which survive recompression and small sizes. */
  readonly middleLow: number;
  /** Blocks with structure enough to be compared. */
  readonly blocks: number;
  /** Share of A's and of B's area that lies in the overlap. */
  readonly overlapA: number;
  readonly overlapB: number;
}

/** Normalised cross-correlation of a rectangle of two planes of one size; `undefined` where one of them is flat. */
export function correlation(a: Plane, b: Plane, left: number, top: number, right: number, bottom: number, leastDeviation: number): number | undefined {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const va = a.data[y * a.width + x] as number;
      const vb = b.data[y * b.width + x] as number;
      sumA += va;
      sumB += vb;
      squaresA += va * va;
      squaresB += vb * vb;
      products += va * vb;
    }
  }
  const count = (right - left) * (bottom - top);
  const varianceA = squaresA / count - (sumA / count) ** 2;
  const varianceB = squaresB / count - (sumB / count) ** 2;
  if (!(varianceA > leastDeviation ** 2 && varianceB > leastDeviation ** 2)) return undefined;
  return (products / count - (sumA / count) * (sumB / count)) / Math.sqrt(varianceA * varianceB);
}

/** Side of a block, in pixels of the overlap at working size. */
const blockSide = 24;
/** Least standard deviation of the fine structures in a block, in gray levels. */
const leastDetail = 2.5;

/** Correlations of the fine structures, block by block, rising. */
function blockCorrelations(registered: Registered, side: number): number[] {
  const { a, b } = registered;
  const columns = Math.max(1, Math.floor(a.width / side));
  const rows = Math.max(1, Math.floor(a.height / side));
  const found: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const left = Math.floor((column * a.width) / columns);
      const right = Math.floor(((column + 1) * a.width) / columns);
      const top = Math.floor((row * a.height) / rows);
      const bottom = Math.floor(((row + 1) * a.height) / rows);
      const value = correlation(a, b, left, top, right, bottom, leastDetail);
      if (value !== undefined) found.push(value);
    }
  }
  return found.toSorted((p, q) => p - q);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** A working plane with its half, which the first look uses. */
export interface ComparedPlane {
  readonly full: Plane;
  readonly half: Plane;
}

/** Adds the half-size plane. */
export function withHalf(full: Plane): ComparedPlane {
  return { full, half: resizePlane(full, Math.max(1, Math.round(full.width / 2)), Math.max(1, Math.round(full.height / 2))) };
}

/** Pairs whose structures correlate less than this at half size are not looked at in full. */
const worthALook = 0.45;

/**
 * Lays A on B by the proposed alignment, refines it at half and at full working size, and measures how well they agree.
 * @returns `undefined` where they do not: no common area, or nothing alike at half size
 */
export function comparePair(a: ComparedPlane, b: ComparedPlane, proposed: Alignment): Comparison | undefined {
  const rough = coarserFirst(a.half, b.half, scaleAlignment(proposed, 0.5));
  const half = register(rough.a, rough.b, rough.alignment, 4);
  if (half === undefined) return undefined;
  const glance = blockCorrelations(half, blockSide / 2);
  if (quantile(glance, 0.5) < worthALook) return undefined;
  const [first, second] = rough.turned ? [b.full, a.full] : [a.full, b.full];
  const full = register(first, second, scaleAlignment(half.alignment, 2), 3);
  if (full === undefined) return undefined;
  const blocks = blockCorrelations(full, blockSide);
  return {
    alignment: rough.turned ? invertAlignment(full.alignment, first, second) : full.alignment,
    ncc: correlation(full.grayA, full.grayB, 0, 0, full.grayA.width, full.grayA.height, 0) ?? 0,
    detailMedian: quantile(blocks, 0.5),
    detailLow: quantile(blocks, 0.25),
    middleLow: quantile(glance, 0.25),
    blocks: blocks.length,
    overlapA: rough.turned ? full.overlapB : full.overlapA,
    overlapB: rough.turned ? full.overlapA : full.overlapB,
  };
}
