import { normalQuantile } from './normal.ts';
import type { Interval } from './scored.ts';

/**
 * A share with Wilson's score interval (Wilson, Journal of the American Statistical Association 22:209–212, 1927), which
 * holds near 0 and 1 too. Cases are taken as independent.
 * @param part in [0, whole]; a share of clusters need not be a whole number
 * @param whole at least 1
 * @throws RangeError otherwise
 */
export function wilsonInterval(part: number, whole: number, confidence = 0.95): Interval {
  if (!(whole >= 1 && part >= 0 && part <= whole)) throw new RangeError(`wilsonInterval: ${part} of ${whole} is no share`);
  const z = normalQuantile((1 + confidence) / 2);
  const share = part / whole;
  const middle = share + (z * z) / (2 * whole);
  const half = z * Math.sqrt((share * (1 - share)) / whole + (z * z) / (4 * whole * whole));
  const below = 1 + (z * z) / whole;
  return { estimate: share, low: part === 0 ? 0 : (middle - half) / below, high: part === whole ? 1 : (middle + half) / below, confidence };
}
