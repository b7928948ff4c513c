import { createRandom } from '../../base/index.ts';
import type { LungAbstention } from '../../imaging/index.ts';
import { clusterDraws, percentileInterval } from '../../statistics/index.ts';
import { bootstrapDraws, bootstrapSeed, clusterOf, countClusters, fewestClusters, type Figure } from '../evaluation/index.ts';
import type { AttentionShare } from './attention.ts';
import { outcomes, type ExplainedImage } from './explain-images.ts';

/** Mean shares over some images. */
export interface MeanShares {
  /** Images that have the share. */
  readonly n: number;
  /** Of the attention. */
  readonly attention: Figure;
  /** Of the picture: what even attention would give. */
  readonly area: Figure;
  /** Attention minus area, paired. */
  readonly excess: Figure;
}

/** The attention over a group of images. */
export interface GroupAttention {
  /** `all images`, an outcome, or a label. */
  readonly group: string;
  readonly n: number;
  readonly outside: MeanShares;
  /** On marks that the pictures carry. */
  readonly marks: MeanShares;
  /** On four marks burned in for the purpose. */
  readonly planted: MeanShares;
  /** Images whose lungs were not found, by the reason. */
  readonly abstained: Readonly<Partial<Record<LungAbstention, number>>>;
}

/** Where the attention of an image lies, without the map and pictures. */
export type AttendedImage = Pick<ExplainedImage, 'entry' | 'outcome' | 'outside' | 'marks' | 'planted'>;

interface Shared {
  readonly positive: boolean;
  readonly cluster: string;
  readonly share: AttentionShare;
}

function meanShares(cases: readonly Shared[], key: string, draws: number): MeanShares {
  const of: Readonly<Record<'attention' | 'area' | 'excess', (share: AttentionShare) => number>> = { attention: ({ attention }) => attention, area: ({ area }) => area, excess: ({ attention, area }) => attention - area };
  const mean = (value: (share: AttentionShare) => number, times: ArrayLike<number>): number => {
    let [sum, count] = [0, 0];
    cases.forEach(({ share }, i) => {
      sum += (times[i] as number) * value(share);
      count += times[i] as number;
    });
    return count === 0 ? Number.NaN : sum / count;
  };
  const once = cases.map(() => 1);
  const drawn: Readonly<Record<keyof typeof of, number[]>> = { attention: [], area: [], excess: [] };
  if (cases.length > 0) {
    for (const times of clusterDraws(cases, { random: createRandom(bootstrapSeed).fork(key), draws })) {
      for (const name of ['attention', 'area', 'excess'] as const) drawn[name].push(mean(of[name], times));
    }
  }
  const figure = (name: keyof typeof of): Figure => {
    const value = cases.length === 0 ? undefined : mean(of[name], once);
    if (value === undefined) return { value: null, low: null, high: null, interval: null };
    // As for every figure: few patients give no bootstrap worth the name.
    if (countClusters(cases) < fewestClusters) return { value, low: null, high: null, interval: null };
    const { low, high } = percentileInterval(value, drawn[name]);
    return { value, low, high, interval: 'bootstrap' };
  };
  return { n: cases.length, attention: figure('attention'), area: figure('area'), excess: figure('excess') };
}

/** Mean shares of attention with intervals over patients: of all images, of each outcome, of each label. */
export function judgeAttention(images: readonly AttendedImage[], labels: readonly string[], positive: string, draws = bootstrapDraws): GroupAttention[] {
  const groups: (readonly [string, (image: AttendedImage) => boolean])[] = [
    ['all images', () => true],
    ...outcomes.map((outcome): readonly [string, (image: AttendedImage) => boolean] => [outcome, (image) => image.outcome === outcome]),
    ...labels.map((label): readonly [string, (image: AttendedImage) => boolean] => [label, ({ entry }) => entry.label === label]),
  ];
  return groups.map(([group, belongs]) => {
    const own = images.filter(belongs);
    const shared = (of: (image: AttendedImage) => AttendedImage['outside']): Shared[] =>
      own.flatMap((image) => {
        const share = of(image);
        return typeof share === 'object' ? [{ positive: image.entry.label === positive, cluster: clusterOf(image.entry), share }] : [];
      });
    const abstained: Partial<Record<LungAbstention, number>> = {};
    for (const { outside } of own) if (typeof outside === 'string') abstained[outside] = (abstained[outside] ?? 0) + 1;
    return {
      group,
      n: own.length,
      outside: meanShares(shared(({ outside }) => outside), `outside ${group}`, draws),
      marks: meanShares(shared(({ marks }) => marks), `marks ${group}`, draws),
      planted: meanShares(shared(({ planted }) => planted), `planted ${group}`, draws),
      abstained,
    };
  });
}
