import type { Point } from '../drawing.ts';

/** A projective map of the plane: `[a b c; d e f; g h 1]`, row by row. */
export type Homography = readonly [number, number, number, number, number, number, number, number];

export function project([a, b, c, d, e, f, g, h]: Homography, x: number, y: number): Point {
  const w = g * x + h * y + 1;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
}

/**
 * The map that takes four points to four others (direct linear transform, eight equations, solved by elimination with pivots).
 * @throws RangeError where three of them lie on a line
 */
export function homographyOf(from: readonly Point[], to: readonly Point[]): Homography {
  const rows = from.flatMap(([x, y], i) => {
    const [u, v] = to[i] ?? [0, 0];
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
  });
  for (let column = 0; column < 8; column++) {
    const pivot = rows.reduce((best, row, i) => (i >= column && Math.abs(row[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0) ? i : best), column);
    const [top, other] = [rows[pivot] ?? [], rows[column] ?? []];
    rows[pivot] = other;
    rows[column] = top;
    const scale = top[column] ?? 0;
    if (Math.abs(scale) < 1e-12) throw new RangeError('homographyOf: three of the points lie on a line');
    rows.forEach((row, i) => {
      if (i === column) return;
      const factor = (row[column] ?? 0) / scale;
      for (let k = column; k < 9; k++) row[k] = (row[k] ?? 0) - factor * (top[k] ?? 0);
    });
  }
  const value = (i: number): number => (rows[i]?.[8] ?? 0) / (rows[i]?.[i] ?? 1);
  return [value(0), value(1), value(2), value(3), value(4), value(5), value(6), value(7)];
}
