/**
 * A small network over a few numbers that were measured on a picture: standardised, then linear layers with ReLU between
 * them, and one logit. Kept as JSON, so that it runs wherever the code does. `scripts/train/` trains these.
 */
export interface FeatureNetwork {
  /** Names of the features, in their order. */
  readonly features: readonly string[];
  /** What is taken off each feature, and by what the rest is divided. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** `weights[out][in]`, `bias[out]`; the last layer has one output. */
  readonly layers: readonly { readonly weights: readonly (readonly number[])[]; readonly bias: readonly number[] }[];
}

/** The logit of one row of features: the logarithm of the odds that it is positive. @throws RangeError for another number of features */
export function featureLogit(network: FeatureNetwork, features: readonly number[]): number {
  if (features.length !== network.features.length) throw new RangeError(`${features.length} features for a network of ${network.features.length}`);
  let values = features.map((value, i) => (value - (network.mean[i] as number)) / (network.deviation[i] as number));
  for (const [depth, { weights, bias }] of network.layers.entries()) {
    const isLast = depth === network.layers.length - 1;
    const inputs = values;
    values = weights.map((row, out) => {
      let sum = bias[out] as number;
      // By index: an iterator takes most of the time where there are hundreds of features.
      for (let i = 0; i < row.length; i++) sum += (row[i] as number) * (inputs[i] as number);
      return isLast ? sum : Math.max(0, sum);
    });
  }
  return values[0] as number;
}

/** The probability that belongs to log-odds. */
export function logistic(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
