import { structuralComponents } from '../roc.ts';
import type { CaseComponent, CellComponents, MultiReaderData } from './readings.ts';

/** What is compared between arms: the area under the empirical ROC curve, or a rate at a threshold on the rating scale. */
export type FigureOfMerit = { readonly kind: 'auc' } | { readonly kind: 'sensitivity' | 'specificity'; readonly threshold: number };

const mean = (components: readonly CaseComponent[]): number => components.reduce((sum, { component }) => sum + component, 0) / components.length;

/**
 * A reader's figure in one arm with what each case adds to it.
 * @throws RangeError where a class that the figure needs has fewer than two cases
 */
export function cellComponents(data: MultiReaderData, arm: number, reader: number, figure: FigureOfMerit): CellComponents {
  const read = (data.ratings[arm]?.[reader] ?? []).flatMap((rating, index) => (rating === undefined ? [] : [{ index, score: rating, positive: data.positive[index] === true }]));
  const who = `${data.readers[reader] ?? ''} in ${data.arms[arm] ?? ''}`;
  if (figure.kind !== 'auc') {
    const wanted = figure.kind === 'sensitivity';
    const ofClass = read.filter(({ positive }) => positive === wanted).map(({ index, score }): CaseComponent => ({ index, component: Number(score >= figure.threshold === wanted) }));
    if (ofClass.length < 2) throw new RangeError(`multi-reader data: ${who} read ${ofClass.length} ${wanted ? 'positive' : 'negative'} cases, and two are wanted`);
    return { value: mean(ofClass), positives: wanted ? ofClass : [], negatives: wanted ? [] : ofClass };
  }
  const positives = read.filter(({ positive }) => positive);
  const negatives = read.filter(({ positive }) => !positive);
  if (positives.length < 2 || negatives.length < 2) throw new RangeError(`multi-reader data: ${who} read ${positives.length} positive and ${negatives.length} negative cases, and two of each are wanted`);
  const { ofPositives, ofNegatives } = structuralComponents(read);
  const withIndex = (cases: readonly { readonly index: number }[], components: readonly number[]) => cases.map(({ index }, i): CaseComponent => ({ index, component: components[i] ?? 0 }));
  const found = { positives: withIndex(positives, ofPositives), negatives: withIndex(negatives, ofNegatives) };
  return { ...found, value: mean(found.positives) };
}
