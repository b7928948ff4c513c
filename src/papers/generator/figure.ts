import type { Random } from '../../base/index.ts';
import type { Picture } from '../../imaging/index.ts';
import { drawComposite, drawStyle, type Composite, type CompositeStyle } from './composite.ts';
import type { Lettering } from './lettering.ts';

/** A composite figure of CTs made by chance. Its tiles are real; their arrangement is synthetic. */
export interface DrawnFigure extends Composite {
  /** Indices of the tiles among the pictures that were given, in the order of reading. */
  readonly tiles: readonly number[];
  /** Quality of the JPEG that keeps it; lossless where absent. */
  readonly jpeg: number | undefined;
}

/** How many tiles a figure has: mostly few, up to 16. */
const counts = [2, 2, 3, 3, 4, 4, 4, 5, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 14, 15, 16] as const;

/**
 * Draws a composite of 2 to 16 tiles. Half of the figures take slices that stand beside each other in the list, which are
 * mostly of one paper, so that tiles are as alike as they are in papers.
 * @param pictures CTs, sorted by name
 */
export function drawFigure(pictures: readonly Picture[], gutter: CompositeStyle['gutter'], lettering: Lettering, random: Random): DrawnFigure {
  const count = random.pick(counts);
  const start = random.integer(0, pictures.length - 1);
  const isSeries = random.uniform() < 0.5;
  const tiles = Array.from({ length: count }, (_, i) => (isSeries ? (start + i) % pictures.length : random.integer(0, pictures.length - 1)));
  const style = drawStyle(count, gutter, random);
  const composite = drawComposite(tiles.map((at) => pictures[at] as Picture), style, lettering, random);
  return { ...composite, tiles, jpeg: random.uniform() < 0.5 ? random.integer(60, 95) : undefined };
}
