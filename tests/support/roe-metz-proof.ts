import type { Random } from '../../src/base/index.ts';
import { analyseReaders, drawRoeMetz, fUpperTail, normalQuantile, roeMetzAucs, roeMetzStructures, separationOf, studentQuantile } from '../../src/statistics/index.ts';

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
  /** Share of 95 % intervals of the difference that held the true one, where there is one of 0.05 in AUC. */
  readonly coverage: number;
  /** Share of 95 % intervals of an arm's mean AUC, on the logit scale as reports have them, that held the true one, over both arms of both kinds of studies. */
  readonly armCoverage: number;
  /** Share of simulations with that difference in which p was below 0.05. */
  readonly power: number;
  /** The first two by Hillis's own degrees of freedom, of the very same simulations. */
  readonly hillis: { readonly typeOneError: number; readonly coverage: number };
}

const trueDifference = 0.05;

/** Simulates studies of two arms, without and with a true difference, and analyses each with readers and cases random. */
export function simulateRoeMetz({ structure, ...size }: RoeMetzConfiguration, count: number, random: Random): RoeMetzOutcome {
  const { separation, ...variances } = roeMetzStructures[structure];
  const [auc = 0] = roeMetzAucs({ ...variances, separations: [separation] });
  // Downwards, where the AUC has room.
  const other = separationOf(normalQuantile(auc - trueDifference), variances);
  const draw = (separations: readonly number[]) => analyseReaders(drawRoeMetz({ ...variances, separations }, size, random));
  const holds = (interval: { readonly low: number; readonly high: number } | undefined, truth: number): number => Number(interval !== undefined && interval.low <= truth && truth <= interval.high);
  const tally = { rejected: 0, held: 0, armsHeld: 0, found: 0, hillisRejected: 0, hillisHeld: 0 };
  for (let i = 0; i < count; i++) {
    const alike = draw([separation, separation]);
    tally.rejected += Number(alike.test.p < 0.05);
    tally.hillisRejected += Number(fUpperTail(alike.test.statistic, 1, alike.test.hillis) < 0.05);
    const different = draw([separation, other]);
    const [difference] = different.differences;
    tally.held += holds(difference, trueDifference);
    tally.found += Number(different.test.p < 0.05);
    if (difference !== undefined) tally.hillisHeld += Number(Math.abs(difference.estimate - trueDifference) <= studentQuantile(0.975, different.test.hillis) * difference.standardError);
    tally.armsHeld += [alike, different].flatMap(({ arms }) => arms).reduce((sum, { logit }, i) => sum + holds(logit, i === 3 ? auc - trueDifference : auc), 0);
  }
  return {
    typeOneError: tally.rejected / count,
    coverage: tally.held / count,
    armCoverage: tally.armsHeld / (4 * count),
    power: tally.found / count,
    hillis: { typeOneError: tally.hillisRejected / count, coverage: tally.hillisHeld / count },
  };
}
