import { divide, type Scored } from './scored.ts';

/**
 * The AUC of the same cases in many bootstrap draws: they are sorted once, so that a draw costs one pass.
 * @returns of how many times each case is drawn, `[cases]`, the AUC of the drawn cases, as `rocAuc` gives it of them
 *   written out; undefined where a draw lacks a class
 * @throws RangeError when a class is empty or a score is not finite
 */
export function weightedAuc(cases: readonly Scored[]): (times: ArrayLike<number>) => number | undefined {
  divide(cases, 'weightedAuc');
  const order = Int32Array.from(cases.map((_, i) => i).toSorted((a, b) => (cases[a]?.score ?? 0) - (cases[b]?.score ?? 0)));
  const isPositive = Uint8Array.from(order, (i) => Number(cases[i]?.positive));
  /** Whether the next score is another one: a group of ties ends here. */
  const endsTie = Uint8Array.from(order, (i, at) => Number(cases[order[at + 1] ?? -1]?.score !== cases[i]?.score));
  return (times) => {
    // Pairs that are ordered rightly, ties counting half.
    let pairs = 0;
    let [positives, negatives, tiedPositives, tiedNegatives] = [0, 0, 0, 0];
    for (let at = 0; at < order.length; at++) {
      const weight = times[order[at] as number] as number;
      if (isPositive[at] === 1) tiedPositives += weight;
      else tiedNegatives += weight;
      if (endsTie[at] === 0) continue;
      pairs += tiedPositives * (negatives + tiedNegatives / 2);
      positives += tiedPositives;
      negatives += tiedNegatives;
      tiedPositives = 0;
      tiedNegatives = 0;
    }
    return positives === 0 || negatives === 0 ? undefined : pairs / (positives * negatives);
  };
}
