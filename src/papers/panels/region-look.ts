import type { Rectangle } from '../../imaging/index.ts';
import type { Evidence } from './evidence.ts';

/** Cells a side into which a region is divided to look at it as a whole. */
const cells = 16;

/** Names of a region's numbers, in the order in which the networks take them. */
export const regionLookNames: readonly string[] = [...Array.from({ length: cells * cells }, (_, i) => `cell ${i % cells},${Math.floor(i / cells)}`), 'shape'];

/**
 * A region seen from afar: the mean level of 16 × 16 cells, less the region's mean, by its deviation, so that windows and levels do not
 * matter; and the logarithm of its width by its height.
 */
export function regionLook({ width, sums }: Evidence, region: Rectangle): number[] {
  const row = width + 1;
  const levels: number[] = [];
  for (let v = 0; v < cells; v++) {
    const top = region.y + Math.floor((v * region.height) / cells);
    const bottom = Math.max(top + 1, region.y + Math.floor(((v + 1) * region.height) / cells));
    for (let u = 0; u < cells; u++) {
      const left = region.x + Math.floor((u * region.width) / cells);
      const right = Math.max(left + 1, region.x + Math.floor(((u + 1) * region.width) / cells));
      const sum = (sums[bottom * row + right] as number) - (sums[top * row + right] as number) - (sums[bottom * row + left] as number) + (sums[top * row + left] as number);
      // Running sums of large pictures go round; their differences do not.
      levels.push((sum >>> 0) / ((right - left) * (bottom - top)));
    }
  }
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  const deviation = Math.max(4, Math.sqrt(levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / levels.length));
  return [...levels.map((level) => (level - mean) / deviation), Math.log(region.width / region.height)];
}
