import type { Age } from '../../release/index.ts';
import type { TrackImage } from '../../splits/index.ts';
import type { JudgedCase } from './cases.ts';
import { subgroupFigures, type Chance } from './figures.ts';
import type { Figure } from './intervals.ts';

/** What images are divided by. */
export const subgroupKinds = ['source', 'paper', 'sex', 'age'] as const;
export type SubgroupKind = (typeof subgroupKinds)[number];

/** A subgroup of images with what can be said of it. Where it holds one label alone, that is its sensitivity or specificity. */
export interface Subgroup {
  readonly by: SubgroupKind;
  readonly value: string;
  readonly n: number;
  readonly positives: number;
  readonly auc?: Figure;
  readonly sensitivity?: Figure;
  readonly specificity?: Figure;
}

/** Where the release does not say. */
const untold = 'not told';

const ageBands: readonly (readonly [low: number, high: number, name: string])[] = [
  [0, 40, 'below 40'],
  [40, 60, '40 to 59'],
  [60, Infinity, '60 and above'],
];

/** The band that an age lies in for certain: "40+" lies in none. */
function bandOf(age: Age | undefined): string {
  const low = age?.years ?? age?.low;
  const high = age?.years ?? age?.high;
  if (low === undefined || high === undefined) return low !== undefined && low >= 60 ? '60 and above' : untold;
  return ageBands.find(([from, to]) => low >= from && high < to)?.[2] ?? untold;
}

const values: Readonly<Record<SubgroupKind, (entry: TrackImage) => string>> = {
  source: ({ image }) => image.venue,
  paper: ({ image }) => image.paper ?? untold,
  sex: ({ image }) => ({ F: 'female', M: 'male', '': untold })[image.metadata?.sex.value ?? ''],
  age: ({ image }) => bandOf(image.metadata?.age.value),
};

/**
 * Figures of every subgroup of images, the largest first. A kind that all images share one value of says nothing and is
 * left out.
 * @param cases one image each
 */
export function subgroupsOf(cases: readonly JudgedCase[], threshold: number, { random, draws }: Chance): Subgroup[] {
  return subgroupKinds.flatMap((by) => {
    const groups = new Map<string, JudgedCase[]>();
    for (const one of cases) {
      const [entry] = one.entries;
      if (entry === undefined) continue;
      const value = values[by](entry);
      groups.set(value, [...(groups.get(value) ?? []), one]);
    }
    if (groups.size < 2) return [];
    return [...groups]
      .toSorted(([a, first], [b, second]) => Number(a === untold) - Number(b === untold) || second.length - first.length || (a < b ? -1 : 1))
      .map(([value, own]): Subgroup => ({
        by,
        value,
        n: own.length,
        positives: own.filter(({ positive }) => positive).length,
        ...subgroupFigures(own, threshold, { random: random.fork(`${by} ${value}`), draws }),
      }));
  });
}
