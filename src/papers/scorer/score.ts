import { featureLogit, logistic, type FeatureNetwork, type Picture } from '../../imaging/index.ts';
import { ctFeatureNames, ctFeatures } from './features.ts';
import network from './ct-network.json' with { type: 'json' };

/** How much a picture is like a CT slice of the chest. */
export interface CtLikeness {
  /** From 0 to 1; from 0.5 on it is taken for one. Order matters more than the number: it is no probability for your papers. */
  readonly score: number;
  /** Sentences for a person: what was seen that speaks for or against. */
  readonly reasons: readonly string[];
}

function reasonsFor(features: readonly number[]): string[] {
  const of = (name: string): number => features[ctFeatureNames.indexOf(name)] ?? 0;
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const reasons: string[] = [];
  reasons.push(of('lungs') === 1 ? `What looks like lungs covers ${percent(of('lung share'))} of it.` : 'No lungs were found in it.');
  if (of('coloured') > 0.02) reasons.push(`${percent(of('coloured'))} of it is coloured.`);
  if (of('flat middle') > 0.3) reasons.push(`${percent(of('flat middle'))} of its gray is flat, as in drawings.`);
  if (of('straight edges') > 0.5 && of('edges') > 0.01) reasons.push(`${percent(of('straight edges'))} of its edges are straight, as in plots.`);
  if (of('symmetry') < 0.2) reasons.push('Its left and right sides are not alike.');
  return reasons;
}

/** By a network other than the one that is shipped: for the scripts that train and hold papers out. */
export function ctLikenessBy(network: FeatureNetwork, features: readonly number[]): number {
  return logistic(featureLogit(network, features));
}

/**
 * Scores how much a picture is like one CT slice of the chest, by a small trained network over 84 numbers
 * (`docs/PAPERS.md` says what it was trained on): plots, diagrams, radiographs, photographs, 3D views and text score low.
 * @param picture one panel; a composite is to be split first
 */
export function scoreCtLikeness(picture: Picture): CtLikeness {
  const features = ctFeatures(picture);
  return { score: ctLikenessBy(network, features), reasons: reasonsFor(features) };
}
