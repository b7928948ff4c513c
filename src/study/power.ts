import { createRandom, type Random } from '../base/index.ts';
import { analyseReaders, drawRoeMetz, equivalence, hillisDegrees, mean, nonInferiority, normalQuantile, roeMetzStructures, separationOf, studentCdf, studentQuantile, type ArmDifference, type MultiReaderAnalysis, type RoeMetzModel } from '../statistics/index.ts';

/** What a study is to show. */
export type PowerGoal = { readonly kind: 'difference' } | { readonly kind: 'non-inferiority' | 'equivalence'; readonly margin: number };

/** Variances as a pilot study found them, by Obuchowski and Rockette, on so many cases. */
export interface PilotVariances {
  readonly armReader: number;
  readonly error: number;
  readonly cov1: number;
  readonly cov2: number;
  readonly cov3: number;
  readonly cases: number;
}

/** What power is asked for. */
export interface PowerQuestion {
  /** Of the reference arm. */
  readonly auc: number;
  /** True difference of the other arm, usually 0 for margins. */
  readonly difference: number;
  readonly goal: PowerGoal;
  readonly readers: readonly number[];
  /** Cases, half of them positive. */
  readonly cases: readonly number[];
  /** Stated: how alike readings of a case are and readers among each other (a row of Roe and Metz). Piloted: what a study found. */
  readonly variance: keyof typeof roeMetzStructures | PilotVariances;
  readonly simulations: number;
  readonly seed: number;
}

/** Power at one size of study. */
export interface PowerPoint {
  readonly readers: number;
  readonly cases: number;
  /** Share of simulated studies that show what is to be shown. */
  readonly power: number;
  /** Of that share, by the number of simulations. */
  readonly standardError: number;
}

function shows(difference: ArmDifference, goal: PowerGoal): boolean {
  if (goal.kind === 'difference') return difference.p < 0.05;
  return goal.kind === 'non-inferiority' ? nonInferiority(difference, goal.margin).shown : equivalence(difference, goal.margin).shown;
}

/** The other arm first: its difference is what the margin is about. */
function drawStated(question: PowerQuestion, structure: keyof typeof roeMetzStructures, readers: number, cases: number, random: Random): ArmDifference | undefined {
  const { separation: _, ...variances } = roeMetzStructures[structure];
  const model: RoeMetzModel = { ...variances, separations: [question.auc + question.difference, question.auc].map((auc) => separationOf(normalQuantile(auc), variances)) };
  return analyseReaders(drawRoeMetz(model, { readers, positives: Math.ceil(cases / 2), negatives: Math.floor(cases / 2) }, random)).differences[0];
}

/**
 * Draws readers' figures from the model of Obuchowski and Rockette: error covariances shrink with the number of cases; they are
 * then taken as known, as the pilot's were.
 */
function drawPiloted(question: PowerQuestion, pilot: PilotVariances, readers: number, cases: number, random: Random): ArmDifference {
  const shrink = pilot.cases / cases;
  const [error, cov1, cov2, cov3] = [pilot.error, pilot.cov1, Math.max(pilot.cov2, 0), Math.max(pilot.cov3, 0)].map((value) => value * shrink) as [number, number, number, number];
  const excess = Math.max(cov2 - cov3, 0);
  // What the readers' mean difference is made of: an arm's own part that all readers share, and each reader's own.
  const shared = Math.sqrt(2 * excess) * random.normal();
  const own = Math.max(pilot.armReader, 0) + Math.max(error - cov1 - excess, 0);
  const differences = Array.from({ length: readers }, () => question.difference + shared + Math.sqrt(2 * own) * random.normal());
  const estimate = mean(differences);
  // With two arms the mean square of arm × reader is half the variance of the readers' differences.
  const square = differences.reduce((sum, one) => sum + (one - estimate) ** 2, 0) / (readers - 1) / 2;
  const denominator = square + readers * excess;
  const degrees = hillisDegrees(square, readers * excess, readers - 1, error - cov1 - excess);
  const standardError = Math.sqrt((2 * denominator) / readers);
  const half = studentQuantile(0.975, degrees) * standardError;
  const statistic = estimate / standardError;
  return { first: 'other', second: 'reference', estimate, low: estimate - half, high: estimate + half, confidence: 0.95, standardError, degrees, statistic, p: 2 * studentCdf(-Math.abs(statistic), degrees) };
}

/** The variances of a study's analysis, for planning the next one. @param cases that were read */
export function pilotOf(analysis: MultiReaderAnalysis, cases: number): PilotVariances {
  const { armReader, error, cov1, cov2, cov3 } = analysis.terms;
  return { armReader, error, cov1, cov2, cov3, cases };
}

/**
 * Power by simulation, readers and cases random: how many of the simulated studies of each size show what they are to show.
 * @throws RangeError for AUCs outside of (0, 1) or sizes that cannot be analysed
 */
export function simulatePower(question: PowerQuestion, progress: (done: number, total: number) => void = () => {}): readonly PowerPoint[] {
  const { auc, difference, simulations, variance } = question;
  if (!(auc > 0 && auc < 1 && auc + difference > 0 && auc + difference < 1)) throw new RangeError(`power: AUCs of ${auc} and ${auc + difference} are not both within 0 and 1`);
  if (question.readers.some((readers) => readers < 2) || question.cases.some((cases) => cases < 8)) throw new RangeError('power: needs two readers and eight cases at least');
  const total = question.readers.length * question.cases.length;
  return question.cases.flatMap((cases, c) =>
    question.readers.map((readers, r): PowerPoint => {
      progress(c * question.readers.length + r, total);
      const random = createRandom(question.seed).fork(`${readers} ${cases}`);
      let shown = 0;
      for (let i = 0; i < simulations; i++) {
        const drawn = typeof variance === 'string' ? drawStated(question, variance, readers, cases, random) : drawPiloted(question, variance, readers, cases, random);
        if (drawn !== undefined && shows(drawn, question.goal)) shown += 1;
      }
      const power = shown / simulations;
      return { readers, cases, power, standardError: Math.sqrt((power * (1 - power)) / simulations) };
    }),
  );
}
