import { publishedProportions } from '../../splits/index.ts';
import { splitNames, type SplitName } from '../../release/index.ts';

/** Something that is to be put into a split, with everything that ties it to others: its patient, its paper under each DOI, its figure. */
export interface Placed {
  readonly id: string;
  readonly label: string;
  readonly ties: readonly string[];
}

/** Groups of those that share a tie, directly or over others. */
function groupByTies(items: readonly Placed[]): Placed[][] {
  const groupOf = new Map<string, Placed[]>();
  const groups = new Set<Placed[]>();
  for (const item of items) {
    const joined = new Set(
      item.ties.flatMap((tie) => {
        const group = groupOf.get(tie);
        return group === undefined ? [] : [group];
      }),
    );
    const merged = [...[...joined].flat(), item];
    for (const group of joined) groups.delete(group);
    groups.add(merged);
    for (const one of merged) for (const tie of one.ties) groupOf.set(tie, merged);
  }
  return [...groups];
}

/** The split that a group is tied to by images that have one: the one with the most ties, of equal ones the first of train, val, test. */
function tiedSplit(group: readonly Placed[], fixed: ReadonlyMap<string, readonly SplitName[]>): SplitName | undefined {
  const votes = new Map<SplitName, number>();
  for (const tie of new Set(group.flatMap(({ ties }) => ties))) for (const split of fixed.get(tie) ?? []) votes.set(split, (votes.get(split) ?? 0) + 1);
  return splitNames.toSorted((a, b) => (votes.get(b) ?? 0) - (votes.get(a) ?? 0)).find((split) => votes.has(split));
}

/**
 * Puts new images into splits. What is tied to published images (same patient, paper, figure) goes where they are, so that nothing
 * leaks that did not before; all others go, a whole group at a time, the largest first, to where their labels are furthest below the
 * published shares. No chance is in it: the same images always go the same way.
 * @param fixed splits of published images by their ties
 * @param counts images that each split has already, by label
 */
export function assignSplits(items: readonly Placed[], fixed: ReadonlyMap<string, readonly SplitName[]>, counts: ReadonlyMap<string, Readonly<Record<SplitName, number>>>): ReadonlyMap<string, SplitName> {
  const assigned = new Map<string, SplitName>();
  const have = new Map([...new Set([...counts.keys(), ...items.map(({ label }) => label)])].map((label) => [label, { train: 0, val: 0, test: 0, ...counts.get(label) }]));
  const put = (group: readonly Placed[], split: SplitName): void => {
    for (const { id, label } of group) {
      assigned.set(id, split);
      const count = have.get(label);
      if (count !== undefined) count[split] += 1;
    }
  };
  const groups = groupByTies(items.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  const open: Placed[][] = [];
  for (const group of groups) {
    const split = tiedSplit(group, fixed);
    if (split === undefined) open.push(group);
    else put(group, split);
  }
  const totals = new Map([...have].map(([label, count]) => [label, count.train + count.val + count.test + open.flat().filter((item) => item.label === label).length]));
  for (const group of open.toSorted((a, b) => b.length - a.length || ((a[0]?.id ?? '') < (b[0]?.id ?? '') ? -1 : 1))) {
    const missing = (split: SplitName): number => {
      const share = publishedProportions[splitNames.indexOf(split)] ?? 0;
      // Relative to what the split should have, so that the small ones are not starved.
      return group.reduce((sum, { label }) => sum + 1 - (have.get(label)?.[split] ?? 0) / Math.max(1, share * (totals.get(label) ?? 0)), 0);
    };
    put(group, splitNames.toSorted((a, b) => missing(b) - missing(a))[0] ?? 'train');
  }
  return assigned;
}
