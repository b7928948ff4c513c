import type { Ties } from './types.ts';

/** Disjoint sets of the numbers 0 to n - 1, with path halving and union by size. */
function disjointSets(n: number) {
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const size = new Int32Array(n).fill(1);
  const find = (start: number): number => {
    let i = start;
    for (;;) {
      const above = parent[i] ?? i;
      if (above === i) return i;
      const higher = parent[above] ?? above;
      parent[i] = higher;
      i = higher;
    }
  };
  const union = (a: number, b: number): void => {
    const [x, y] = [find(a), find(b)];
    if (x === y) return;
    const [small, large] = (size[x] ?? 1) < (size[y] ?? 1) ? [x, y] : [y, x];
    parent[small] = large;
    size[large] = (size[large] ?? 1) + (size[small] ?? 1);
  };
  return { find, union };
}

/**
 * Groups that must stay together: the connected components of images under all ties.
 * Ties through an image outside `ids` count as well: what is left out can still show that two images belong together.
 * @param ids the images to group
 * @returns groups of ids, each sorted, ordered by their first id; every id of `ids` is in exactly one
 */
export function groupImages(ids: readonly string[], ties: Ties): string[][] {
  const wanted = new Set(ids);
  const index = new Map<string, number>();
  const indexOf = (id: string): number => {
    const known = index.get(id) ?? index.size;
    index.set(id, known);
    return known;
  };
  for (const id of wanted) indexOf(id);
  const keys = [...ties.values()].flatMap((kind) => [...kind.values()]);
  for (const images of keys) images.forEach(indexOf);
  const sets = disjointSets(index.size);
  for (const [first, ...others] of keys) {
    if (first === undefined) continue;
    for (const other of others) sets.union(indexOf(first), indexOf(other));
  }
  const groups = new Map<number, string[]>();
  for (const id of [...wanted].toSorted()) {
    const root = sets.find(indexOf(id));
    const group = groups.get(root) ?? [];
    group.push(id);
    groups.set(root, group);
  }
  return [...groups.values()];
}
