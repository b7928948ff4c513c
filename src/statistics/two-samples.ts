import { normalCdf } from './normal.ts';
import { midranks } from './ranks.ts';

/**
 * Two-sided p of the Mann–Whitney test that two samples come from one distribution: normal approximation with the
 * correction for ties, without one for continuity (Hollander and Wolfe, Nonparametric Statistical Methods, 4.1).
 * @returns 1 when all values are the same
 * @throws RangeError when a sample is empty
 */
export function mannWhitneyP(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) throw new RangeError('mannWhitneyP: a sample is empty');
  const all = [...a, ...b];
  const n = all.length;
  const ranks = midranks(all);
  const u = ranks.slice(0, a.length).reduce((sum, rank) => sum + rank, 0) - (a.length * (a.length + 1)) / 2;
  const sizes = new Map<number, number>();
  for (const value of all) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  const ties = [...sizes.values()].reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = ((a.length * b.length) / 12) * (n + 1 - ties / (n * (n - 1)));
  if (!(variance > 0)) return 1;
  return 2 * normalCdf(-Math.abs(u - (a.length * b.length) / 2) / Math.sqrt(variance));
}

function logFactorials(n: number): number[] {
  const logs = [0];
  for (let k = 1; k <= n; k++) logs.push((logs[k - 1] ?? 0) + Math.log(k));
  return logs;
}

/**
 * Two-sided p of Fisher's exact test of a 2 × 2 table, summing all tables that are no more likely than the one seen
 * (Agresti, Categorical Data Analysis, 3.5; as R and SciPy do).
 * @param table whole numbers ≥ 0: `[[a, b], [c, d]]`
 */
export function fisherExactP(table: readonly [readonly [number, number], readonly [number, number]]): number {
  const [[a, b], [c, d]] = table;
  const n = a + b + c + d;
  const logs = logFactorials(n);
  const log = (k: number) => logs[k] ?? 0;
  const fixed = log(a + b) + log(c + d) + log(a + c) + log(b + d) - log(n);
  const probability = (x: number) => Math.exp(fixed - log(x) - log(a + b - x) - log(a + c - x) - log(d - a + x));
  const seen = probability(a);
  let p = 0;
  for (let x = Math.max(0, a - d); x <= Math.min(a + b, a + c); x++) {
    const one = probability(x);
    // The margin keeps a table of the same likelihood in, which rounding could put a hair above.
    if (one <= seen * (1 + 1e-7)) p += one;
  }
  return Math.min(1, p);
}
