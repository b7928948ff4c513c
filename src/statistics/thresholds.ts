import { rocCurve } from './roc.ts';
import type { Scored } from './scored.ts';

/** Halfway down to the next score, so that a new case with a score a hair below is not lost; the score itself where it is the lowest. */
function between(points: readonly { readonly threshold: number }[], at: number): number {
  const threshold = points[at]?.threshold ?? Infinity;
  const below = points[at + 1]?.threshold;
  return below === undefined || !Number.isFinite(threshold) ? threshold : (threshold + below) / 2;
}

/**
 * The threshold with the largest sensitivity + specificity (Youden, Cancer 3:32–35, 1950); the lowest of several such, in
 * favour of sensitivity. Cases with this score or a higher one are called positive.
 * @throws RangeError when a class is empty or a score is not finite
 */
export function youdenThreshold(cases: readonly Scored[]): number {
  const points = rocCurve(cases);
  let best = 1;
  for (const [i, { truePositiveRate, falsePositiveRate }] of points.entries()) {
    const before = points[best];
    if (i > 0 && before !== undefined && truePositiveRate - falsePositiveRate >= before.truePositiveRate - before.falsePositiveRate - 1e-12) best = i;
  }
  return between(points, best);
}

/**
 * The highest threshold at which the sensitivity is at least `wanted`, and so the one with the best specificity.
 * @param wanted in (0, 1]
 * @throws RangeError when a class is empty or a score is not finite
 */
export function sensitivityThreshold(cases: readonly Scored[], wanted: number): number {
  const points = rocCurve(cases);
  const at = points.findIndex(({ truePositiveRate }, i) => i > 0 && truePositiveRate >= wanted - 1e-12);
  return between(points, at < 0 ? points.length - 1 : at);
}
