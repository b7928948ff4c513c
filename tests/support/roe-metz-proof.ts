import type { Random } from '../../src/base/index.ts';
import { analyseReaders, drawRoeMetz, normalQuantile, roeMetzAucs, roeMetzStructures, separationOf } from '../../src/statistics/index.ts';

/** A row of Roe and Metz's table with a size of study. */
export interface RoeMetzConfiguration {
  readonly structure: keyof typeof roeMetzStructures;
  readonly readers: number;
  readonly positives: number;
  readonly negatives: number;
}

export interface RoeMetzOutcome {
  /** Share of simulations without a difference in which p was below 0.05. */
  readonly typeOneError: number;
  /** Share of 95 % intervals that held the true difference, where there is one of 0.05 in AUC. */
  readonly coverage: number;
  /** Share of simulations with that difference in which p was below 0.05. */
  readonly power: number;
}

const trueDifference = 0.05;

/** Simulates studies of two arms, without and with a true difference, and analyses each with readers and cases random. */
export function simulateRoeMetz({ structure, ...size }: RoeMetzConfiguration, count: number, random: Random): RoeMetzOutcome {
  const { separation, ...variances } = roeMetzStructures[structure];
  const [auc = 0] = roeMetzAucs({ ...variances, separations: [separation] });
  // Downwards, where the AUC has room.
  const other = separationOf(normalQuantile(auc - trueDifference), variances);
  const tally = { rejected: 0, held: 0, found: 0 };
  for (let i = 0; i < count; i++) {
    const alike = analyseReaders(drawRoeMetz({ ...variances, separations: [separation, separation] }, size, random));
    if (alike.test.p < 0.05) tally.rejected += 1;
    const different = analyseReaders(drawRoeMetz({ ...variances, separations: [separation, other] }, size, random));
    const [interval] = different.differences;
    if (interval !== undefined && interval.low <= trueDifference && trueDifference <= interval.high) tally.held += 1;
    if (different.test.p < 0.05) tally.found += 1;
  }
  return { typeOneError: tally.rejected / count, coverage: tally.held / count, power: tally.found / count };
}
