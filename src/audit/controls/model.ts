import { RandomForestRegression } from 'ml-random-forest';

/** Features of a picture, with its truth. */
export interface ControlSample {
  /** `[features]`, finite. */
  readonly features: readonly number[];
  readonly positive: boolean;
}

/** A trained control. */
export interface ControlModel {
  /** Scores in [0, 1], higher for the positive label: `[N, features]` → `[N]`. */
  score(features: readonly (readonly number[])[]): number[];
}

/**
 * Trains the small model of a control: a random forest of regression trees on 0 and 1, whose mean is the score. Each
 * tree sees a third of the features and a bootstrap of the samples, and stays shallow: some hundred pictures are few, and 40 trees give
 * the AUCs of 100 to within 0.02 on COVID-CT-Dataset in less than half the time.
 * @throws RangeError when a label is missing
 */
export function trainControl(samples: readonly ControlSample[], seed: number): ControlModel {
  if (!samples.some((sample) => sample.positive) || !samples.some((sample) => !sample.positive)) {
    throw new RangeError('trainControl: needs samples of both labels');
  }
  const forest = new RandomForestRegression({
    seed,
    nEstimators: 40,
    maxFeatures: 0.34,
    replacement: false,
    useSampleBagging: true,
    noOOB: true,
    selectionMethod: 'mean',
    treeOptions: { maxDepth: 4, minNumSamples: 6 },
  });
  forest.train(
    samples.map((sample) => [...sample.features]),
    // For regression ml-cart's gain is the error that a split leaves, and it refuses a split that leaves exactly 0, which
    // is the best one there is. A millionth of noise keeps the error of a perfect split above 0.
    samples.map((sample, i) => Number(sample.positive) + (i % 2) * 1e-6),
  );
  // The library cannot score an empty list.
  return { score: (features) => (features.length === 0 ? [] : forest.predict(features.map((row) => [...row]))) };
}
