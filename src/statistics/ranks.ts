/**
 * Ranks from 1, ties given the mean of the ranks they take (midranks).
 * @param values finite numbers, `[N]`
 * @returns `[N]`, in the order of the values
 */
export function midranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = Array.from(values, () => 0);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end += 1;
    for (let k = start; k < end; k++) ranks[order[k] ?? 0] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}
