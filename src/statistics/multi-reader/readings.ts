/** Ratings of a study of several readers, arms and cases. */
export interface MultiReaderData {
  readonly arms: readonly string[];
  readonly readers: readonly string[];
  /** The truth of each case. */
  readonly positive: readonly boolean[];
  /**
   * `ratings[arm][reader][case]`: higher means more likely positive; `undefined` where the reader did not read that case in that
   * arm.
   */
  readonly ratings: readonly (readonly (readonly (number | undefined)[])[])[];
}

/**
 * A reader's figure in one arm, written as a mean over positive and one over negative cases, since that is what its
 * covariances are made of: with a threshold one of the parts is empty.
 */
export interface CellComponents {
  readonly value: number;
  /** Case numbers, and what each adds to the mean over its class. */
  readonly positives: readonly CaseComponent[];
  readonly negatives: readonly CaseComponent[];
}

/** What one case adds. */
export interface CaseComponent {
  readonly index: number;
  readonly component: number;
}

/** Refuses data that do not fit together. @throws RangeError */
export function checkReadings(data: MultiReaderData): void {
  const { arms, readers, positive, ratings } = data;
  const fits = ratings.length === arms.length && ratings.every((ofArm) => ofArm.length === readers.length && ofArm.every((ofReader) => ofReader.length === positive.length));
  if (arms.length === 0 || readers.length === 0 || !fits) throw new RangeError('multi-reader data: ratings must be [arms][readers][cases]');
  for (const [a, ofArm] of ratings.entries()) {
    for (const [r, ofReader] of ofArm.entries()) {
      if (ofReader.some((rating) => rating !== undefined && !Number.isFinite(rating))) throw new RangeError(`multi-reader data: a rating of ${readers[r]} in ${arms[a]} is not a finite number`);
    }
  }
}
