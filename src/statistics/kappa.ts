import type { Interval } from './scored.ts';

/** How near two categories count as agreement: not at all, or by how far they lie apart in their order. */
export type KappaWeights = 'none' | 'linear' | 'quadratic';

/** Agreement of two raters. */
export interface Kappa {
  /** Items that both rated. */
  readonly items: number;
  /** (Weighted) share of items on which they agree. */
  readonly observed: number;
  /** The same by chance, given how often each uses each category. */
  readonly expected: number;
  /** Cohen's kappa with its asymptotic 95 % interval, within -1 and 1; `undefined` where chance alone would make them agree always. */
  readonly kappa: Interval | undefined;
}

const z95 = 1.959963984540054;

/**
 * Cohen's kappa (Educ Psychol Meas 1960;20:37; weighted: Psychol Bull 1968;70:213), with the standard error for kappas other than
 * zero of Fleiss, Cohen and Everitt (Psychol Bull 1969;72:323).
 * @param pairs what the first and the second rater said of each item
 * @param categories in their order, which matters where agreement is weighted; every value in `pairs` must be among them
 * @throws RangeError for a value that is no category
 */
export function cohenKappa<T>(pairs: readonly (readonly [first: T, second: T])[], categories: readonly T[], weights: KappaWeights = 'none'): Kappa {
  const k = categories.length;
  const n = pairs.length;
  const indexOf = new Map(categories.map((category, i) => [category, i]));
  const index = (category: T): number => {
    const i = indexOf.get(category);
    if (i === undefined) throw new RangeError(`cohenKappa: ${String(category)} is no category`);
    return i;
  };
  const weight = (i: number, j: number): number => {
    if (weights === 'none') return i === j ? 1 : 0;
    const apart = Math.abs(i - j) / Math.max(1, k - 1);
    return 1 - (weights === 'linear' ? apart : apart * apart);
  };
  const cells = new Float64Array(k * k);
  for (const [first, second] of pairs) {
    const at = index(first) * k + index(second);
    cells[at] = (cells[at] ?? 0) + 1 / n;
  }
  const cell = (i: number, j: number): number => cells[i * k + j] ?? 0;
  const all = Array.from({ length: k }, (_, i) => i);
  const sum = (value: (i: number) => number): number => all.reduce((total, i) => total + value(i), 0);
  const rows = all.map((i) => sum((j) => cell(i, j)));
  const columns = all.map((j) => sum((i) => cell(i, j)));
  const observed = sum((i) => sum((j) => weight(i, j) * cell(i, j)));
  const expected = sum((i) => sum((j) => weight(i, j) * (rows[i] ?? 0) * (columns[j] ?? 0)));
  if (n === 0 || expected > 1 - 1e-12) return { items: n, observed, expected, kappa: undefined };
  const estimate = (observed - expected) / (1 - expected);
  const rowMeans = all.map((i) => sum((j) => (columns[j] ?? 0) * weight(i, j)));
  const columnMeans = all.map((j) => sum((i) => (rows[i] ?? 0) * weight(i, j)));
  const spread = sum((i) => sum((j) => cell(i, j) * (weight(i, j) * (1 - expected) - ((rowMeans[i] ?? 0) + (columnMeans[j] ?? 0)) * (1 - observed)) ** 2));
  const variance = (spread - (observed * expected - 2 * expected + observed) ** 2) / (n * (1 - expected) ** 4);
  // Of raters who agree always the variance is zero, but for rounding.
  const half = observed > 1 - 1e-12 ? 0 : z95 * Math.sqrt(Math.max(0, variance));
  return { items: n, observed, expected, kappa: { estimate, low: Math.max(-1, estimate - half), high: Math.min(1, estimate + half), confidence: 0.95 } };
}
