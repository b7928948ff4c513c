import { normalCdf, normalQuantile } from '../normal.ts';
import { studentCdf, studentQuantile } from '../student.ts';
import type { ArmDifference } from './obuchowski-rockette.ts';

/** A verdict on a difference against a margin that was set beforehand. */
export interface MarginVerdict {
  /** In the figure's own unit, above 0. */
  readonly margin: number;
  /** One-sided level of each test. */
  readonly alpha: number;
  /** The interval that is held to the margin, of confidence 1 − 2 alpha. */
  readonly low: number;
  readonly high: number;
  /** One-sided; of equivalence the larger of two. */
  readonly p: number;
  readonly shown: boolean;
}

interface Distribution {
  readonly cdf: (statistic: number) => number;
  readonly quantile: (p: number) => number;
}

const distributionOf = (degrees: number): Distribution =>
  degrees === Infinity ? { cdf: normalCdf, quantile: normalQuantile } : { cdf: (t) => studentCdf(t, degrees), quantile: (p) => studentQuantile(p, degrees) };

function requireMargin(margin: number, alpha: number): void {
  if (!(margin > 0) || !(alpha > 0 && alpha < 0.5)) throw new RangeError(`a margin must be above 0 and alpha within 0 and 0.5; they are ${margin} and ${alpha}`);
}

/** One-sided p of the difference being at or beyond a bound; without variance 0 or 1. */
function beyond(difference: ArmDifference, bound: number, above: boolean): number {
  const distance = above ? difference.estimate - bound : bound - difference.estimate;
  if (!(difference.standardError > 0)) return distance > 0 ? 0 : 1;
  return distributionOf(difference.degrees).cdf(-distance / difference.standardError);
}

/**
 * Whether the first arm is not worse than the second by the margin or more: the lower bound of the interval lies above
 * −margin (Piaggio et al., JAMA 308:2594–2604, 2012).
 * @param difference first minus second
 * @param margin above 0, set before the readings were looked at
 * @param alpha one-sided, 0.025 unless given
 */
export function nonInferiority(difference: ArmDifference, margin: number, alpha = 0.025): MarginVerdict {
  requireMargin(margin, alpha);
  const half = difference.standardError > 0 ? distributionOf(difference.degrees).quantile(1 - alpha) * difference.standardError : 0;
  const p = beyond(difference, -margin, true);
  return { margin, alpha, low: difference.estimate - half, high: difference.estimate + half, p, shown: p < alpha };
}

/**
 * Whether two arms differ by less than the margin either way: two one-sided tests (Schuirmann, Journal of Pharmacokinetics and
 * Biopharmaceutics 15:657–680, 1987).
 * @param alpha of each of the two, 0.05 unless given
 */
export function equivalence(difference: ArmDifference, margin: number, alpha = 0.05): MarginVerdict {
  requireMargin(margin, alpha);
  const half = difference.standardError > 0 ? distributionOf(difference.degrees).quantile(1 - alpha) * difference.standardError : 0;
  const p = Math.max(beyond(difference, -margin, true), beyond(difference, margin, false));
  return { margin, alpha, low: difference.estimate - half, high: difference.estimate + half, p, shown: p < alpha };
}
