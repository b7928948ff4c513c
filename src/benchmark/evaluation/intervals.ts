import { wilsonInterval, type BootstrapInterval, type Clustered } from '../../statistics/index.ts';

/** A figure with its 95 % interval; null where there is none. */
export interface Figure {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** `bootstrap`: percentiles over draws of patients; `wilson`: of a share that is 0 or 1 or of too few patients, which are counted instead of images. */
  readonly interval: 'bootstrap' | 'wilson' | null;
}

/** Draws of every bootstrap of the benchmark, unless asked otherwise. */
export const bootstrapDraws = 2000;
/** The seed of every bootstrap of the benchmark: figures are the same whoever computes them. */
export const bootstrapSeed = 1;
/** Fewer patients of a label than this give no bootstrap worth the name. */
export const fewestClusters = 5;

const shares: ReadonlySet<string> = new Set(['accuracy', 'sensitivity', 'specificity', 'ppv', 'npv']);

/** How many patients (groups, where none is named) some cases come from. */
export function countClusters(cases: readonly Clustered[]): number {
  return new Set(cases.map(({ cluster }) => cluster)).size;
}

/**
 * A figure with its interval: the bootstrap's; for a share that is 0 or 1, or of fewer than five patients of a label,
 * Wilson's over patients, since such a share has no spread, or too little, in any draw.
 * @param cases that the figure is of
 * @param behind which of them the share counts, where its name does not tell (predictive values)
 */
export function intervalOf<Case extends Clustered>(
  name: string,
  value: number | undefined,
  bootstrap: BootstrapInterval | undefined,
  cases: readonly Case[],
  behind?: (one: Case) => boolean,
): Figure {
  if (value === undefined) return { value: null, low: null, high: null, interval: null };
  const positives = cases.filter(({ positive }) => positive);
  const negatives = cases.filter(({ positive }) => !positive);
  const counted = behind !== undefined ? cases.filter(behind) : name === 'sensitivity' ? positives : name === 'specificity' ? negatives : cases;
  const needed = name === 'sensitivity' ? [positives] : name === 'specificity' ? [negatives] : [positives, negatives];
  const enough = needed.every((label) => countClusters(label) >= fewestClusters);
  const clusters = countClusters(counted);
  if (shares.has(name) && (value === 0 || value === 1 || !enough) && clusters > 0) {
    const { low, high } = wilsonInterval(value * clusters, clusters);
    return { value, low, high, interval: 'wilson' };
  }
  if (bootstrap === undefined || !enough) return { value, low: null, high: null, interval: null };
  return { value, low: bootstrap.low, high: bootstrap.high, interval: 'bootstrap' };
}
