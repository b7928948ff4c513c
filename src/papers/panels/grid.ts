import type { Rectangle } from '../../imaging/index.ts';
import type { Evidence } from './evidence.ts';
import { cut, judgedSeams, type Division, type JudgedSeam } from './search.ts';
import { judgeSeams } from './seam-odds.ts';
import { leastPanel, seamNear, type SeamCandidate } from './seams.ts';
import { trim } from './trim.ts';
import type { Axis } from './types.ts';

/** A division into rows and columns of equal cells. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly division: Division;
  /** Mean log-odds of its lines, each taken over the whole figure, less what its cells' shape speaks against it. */
  readonly odds: number;
  /** Of the least likely line. */
  readonly least: number;
}

/** A cell's width by its height that a CT, or what is cut out of one, may have. */
const shapes = { least: 0.6, most: 2.4, usual: 1.3, weight: 4 } as const;

/** The lines of an even division: seams that were found near to where they ought to be, or the likeliest lines there. */
function lines(evidence: Evidence, region: Rectangle, axis: Axis, parts: number, found: readonly JudgedSeam[], oddsOf: (seam: SeamCandidate) => number): JudgedSeam[] {
  const [first, extent] = axis === 'x' ? [region.x, region.width] : [region.y, region.height];
  return Array.from({ length: parts - 1 }, (_, i) => {
    const place = first + ((i + 1) * extent) / parts;
    const reach = (0.07 * extent) / parts;
    const near = found.filter(({ start, end }) => Math.abs((start + end) / 2 - place) <= reach).toSorted((a, b) => b.odds - a.odds)[0];
    if (near !== undefined) return near;
    const guess = seamNear(evidence, region, axis, place, Math.min(reach, 0.03 * (extent / parts)));
    return { ...guess, odds: oddsOf(guess) };
  });
}

/**
 * Grids that a figure may be, each line scored over the whole figure: tiles whose seams cannot be seen everywhere are found
 * by those whose seams can.
 * @param count of cells; any from 2 to 20 where absent
 */
export function gridsOf(evidence: Evidence, outer: Rectangle, count?: number): Grid[] {
  const region = trim(evidence, outer, true);
  const oddsOf = judgeSeams(evidence, region);
  const [across, down] = [judgedSeams(evidence, region, 'x', oddsOf), judgedSeams(evidence, region, 'y', oddsOf)];
  const grids: Grid[] = [];
  for (let rows = 1; rows <= 8; rows++) {
    for (let columns = 1; columns <= 8; columns++) {
      const cells = rows * columns;
      if (cells < 2 || cells > 20 || (count !== undefined && cells !== count)) continue;
      const [width, height] = [region.width / columns, region.height / rows];
      if (width / height < shapes.least || width / height > shapes.most || Math.min(width, height) < leastPanel) continue;
      const [xs, ys] = [lines(evidence, region, 'x', columns, across, oddsOf), lines(evidence, region, 'y', rows, down, oddsOf)];
      const odds = [...xs, ...ys].map((seam) => seam.odds);
      const leaf = (part: Rectangle): Division => ({ region: part, seams: [], parts: [], score: 0, doubt: -20 });
      const row = (part: Rectangle): Division => (xs.length === 0 ? leaf(part) : { region: part, seams: xs, parts: cut(part, xs, 'x').map(leaf), score: 0, doubt: -20 });
      const division = ys.length === 0 ? row(region) : { region, seams: ys, parts: cut(region, ys, 'y').map(row), score: 0, doubt: -20 };
      grids.push({ rows, columns, division, odds: odds.reduce((sum, value) => sum + value, 0) / odds.length - shapes.weight * Math.log(width / height / shapes.usual) ** 2, least: Math.min(...odds) });
    }
  }
  return grids.toSorted((a, b) => b.odds - a.odds);
}
