import { fUpperTail } from './student.ts';
import { mean } from './mean.ts';

/**
 * Fleiss's kappa of several readers who put each case into one of some categories (Psychological Bulletin 76:378–382, 1971).
 * @param counts `[case][category]`: how many readers chose it; every case rated by the same number of readers, 2 or more
 * @returns `undefined` where all readings are of one category
 * @throws RangeError where the number of readers differs
 */
export function fleissKappa(counts: readonly (readonly number[])[]): number | undefined {
  const readers = counts[0]?.reduce((sum, count) => sum + count, 0) ?? 0;
  if (readers < 2 || counts.some((ofCase) => ofCase.reduce((sum, count) => sum + count, 0) !== readers)) throw new RangeError('fleissKappa: each case must be rated by the same readers, two or more');
  const agreed = counts.reduce((sum, ofCase) => sum + (ofCase.reduce((squares, count) => squares + count * count, 0) - readers) / (readers * (readers - 1)), 0) / counts.length;
  const categories = counts[0]?.length ?? 0;
  const shares = Array.from({ length: categories }, (_, c) => counts.reduce((sum, ofCase) => sum + (ofCase[c] ?? 0), 0) / (counts.length * readers));
  const expected = shares.reduce((sum, share) => sum + share * share, 0);
  return expected >= 1 - 1e-12 ? undefined : (agreed - expected) / (1 - expected);
}

/** Intraclass correlations of single ratings. */
export interface IntraclassCorrelation {
  /** ICC(2,1): readers are a sample, their levels count: agreement. */
  readonly agreement: number;
  /** ICC(3,1): these readers, levels do not count: consistency. */
  readonly consistency: number;
  /** F of cases against what is left, and its p. */
  readonly f: number;
  readonly p: number;
}

/**
 * Intraclass correlations by two-way analysis of variance (Shrout and Fleiss, Psychological Bulletin 86:420–428, 1979).
 * @param ratings `[case][reader]`, complete, two of each or more
 * @returns `undefined` where all ratings are the same
 */
export function intraclassCorrelation(ratings: readonly (readonly number[])[]): IntraclassCorrelation | undefined {
  const [n, k] = [ratings.length, ratings[0]?.length ?? 0];
  if (n < 2 || k < 2 || ratings.some((row) => row.length !== k)) throw new RangeError('intraclassCorrelation: needs two cases and two readers, each case rated by all');
  const rows = ratings.map(mean);
  const columns = Array.from({ length: k }, (_, j) => mean(ratings.map((row) => row[j] ?? 0)));
  const grand = mean(rows);
  const between = (k * rows.reduce((sum, row) => sum + (row - grand) ** 2, 0)) / (n - 1);
  const readers = (n * columns.reduce((sum, column) => sum + (column - grand) ** 2, 0)) / (k - 1);
  const rest = ratings.reduce((sum, row, i) => sum + row.reduce((inner, value, j) => inner + (value - (rows[i] ?? 0) - (columns[j] ?? 0) + grand) ** 2, 0), 0) / ((n - 1) * (k - 1));
  if (between + rest + readers < 1e-24) return undefined;
  const f = rest > 0 ? between / rest : Infinity;
  return {
    agreement: (between - rest) / (between + (k - 1) * rest + (k * (readers - rest)) / n),
    consistency: (between - rest) / (between + (k - 1) * rest),
    f,
    p: fUpperTail(f, n - 1, (n - 1) * (k - 1)),
  };
}
