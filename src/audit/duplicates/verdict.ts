import type { Comparison } from './comparison.ts';

/**
 * What a pair is. `duplicate`: one and the same picture. `adjacent`: very alike, yet the vessels differ, as in
 * neighbouring slices of one scan. `different`: neither.
 */
export type Verdict = 'duplicate' | 'adjacent' | 'different';

/**
 * Where the lines are drawn; docs/DUPLICATES.md shows the figures they were drawn by.
 * In a copy the fine structures agree everywhere, so that even the worst quarter of the blocks correlates highly; in
 * neighbouring slices the chest wall agrees and the vessels do not, so that the worst quarter falls off first.
 */
export const thresholds = {
  duplicate: { detailMedian: 0.9, detailLow: 0.88 },
  adjacent: { detailMedian: 0.7, detailLow: 0.6, ncc: 0.85, support: 8 },
  /** Least share of the smaller of the two pictures that lies in the overlap. */
  overlap: 0.5,
  /** Least number of blocks with structure: fewer cannot tell a copy from a look-alike. */
  blocks: 12,
} as const;

/** Judges a pair by its pixels. `support` is what the proposal gave: places whose patches agree. */
export function judge(comparison: Comparison, support: number): Verdict {
  const { detailMedian, detailLow, ncc, blocks, overlapA, overlapB } = comparison;
  if (blocks < thresholds.blocks || Math.max(overlapA, overlapB) < thresholds.overlap) return 'different';
  if (detailMedian >= thresholds.duplicate.detailMedian && detailLow >= thresholds.duplicate.detailLow) return 'duplicate';
  const { adjacent } = thresholds;
  return detailMedian >= adjacent.detailMedian && detailLow >= adjacent.detailLow && ncc >= adjacent.ncc && support >= adjacent.support ? 'adjacent' : 'different';
}
