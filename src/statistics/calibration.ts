import { requireProbabilities, type Scored } from './scored.ts';

/**
 * Brier score: the mean squared distance of probability and truth (Brier, Monthly Weather Review 78:1–3, 1950).
 * @param cases scores in [0, 1]
 * @throws RangeError when there is no case or a score is no probability
 */
export function brierScore(cases: readonly Scored[]): number {
  requireProbabilities(cases, 'brierScore');
  return cases.reduce((sum, { positive, score }) => sum + (score - Number(positive)) ** 2, 0) / cases.length;
}

/**
 * Log loss, in nats: the mean of −log of the probability given to what was true, which is cut to [ε, 1 − ε] with
 * ε = 2⁻⁵² as scikit-learn's `log_loss` does.
 * @param cases scores in [0, 1]
 * @throws RangeError when there is no case or a score is no probability
 */
export function logLoss(cases: readonly Scored[]): number {
  requireProbabilities(cases, 'logLoss');
  const loss = ({ positive, score }: Scored): number => {
    const cut = Math.min(Math.max(score, Number.EPSILON), 1 - Number.EPSILON);
    return -Math.log(positive ? cut : 1 - cut);
  };
  return cases.reduce((sum, one) => sum + loss(one), 0) / cases.length;
}

/** Cases of similar score. */
export interface CalibrationBin {
  /** Scores above `low` (and `low` itself in the first bin) up to `high`. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly positives: number;
  /** Mean score of its cases. */
  readonly meanScore: number;
}

/**
 * Cases by score in bins of equal width over [0, 1], closed on the right as in scikit-learn's `calibration_curve`; empty
 * bins are left out.
 * @param cases scores in [0, 1]
 * @throws RangeError when there is no case or a score is no probability
 */
export function calibrationBins(cases: readonly Scored[], bins = 10): CalibrationBin[] {
  requireProbabilities(cases, 'calibrationBins');
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? 1 : i * (1 / bins)));
  const made = Array.from({ length: bins }, () => ({ n: 0, positives: 0, sum: 0 }));
  for (const { positive, score } of cases) {
    let at = Math.min(bins - 1, Math.floor(score * bins));
    while (at > 0 && score <= (edges[at] ?? 0)) at -= 1;
    while (at < bins - 1 && score > (edges[at + 1] ?? 1)) at += 1;
    const bin = made[at];
    if (bin === undefined) continue;
    bin.n += 1;
    bin.sum += score;
    if (positive) bin.positives += 1;
  }
  return made.flatMap(({ n, positives, sum }, i) => (n === 0 ? [] : [{ low: edges[i] ?? 0, high: edges[i + 1] ?? 1, n, positives, meanScore: sum / n }]));
}

/**
 * Expected calibration error: the distance of mean score and share of positives, averaged over bins of equal width,
 * weighted by their cases (Naeini, Cooper and Hauskrecht, AAAI 2015; ten bins). Few cases make it larger than it is.
 * @param cases scores in [0, 1]
 * @throws RangeError when there is no case or a score is no probability
 */
export function calibrationError(cases: readonly Scored[], bins = 10): number {
  return calibrationBins(cases, bins).reduce((sum, { n, positives, meanScore }) => sum + Math.abs(n * meanScore - positives), 0) / cases.length;
}

/** Scores are kept this far from 0 and 1 before their logit is taken, so that one certain score does not decide all. */
const logitMargin = 1e-6;

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = (score: number): number => {
  const cut = Math.min(Math.max(score, logitMargin), 1 - logitMargin);
  return Math.log(cut / (1 - cut));
};

/** How the log odds of the truth follow those of the score. */
export interface Recalibration {
  /** 1 when calibrated; below 1 the scores are too extreme, above 1 too timid. */
  readonly slope: number;
  /** Of the same fit. */
  readonly intercept: number;
  /** The intercept where the slope is held at 1 (calibration in the large): 0 when calibrated; below 0 the scores are too high. */
  readonly inTheLarge: number;
}

/**
 * Logistic recalibration: the maximum-likelihood fit of logit P(positive) = intercept + slope · logit(score) (Cox,
 * Biometrika 45:562–565, 1958; Van Calster et al., BMC Medicine 17:230, 2019), by Newton's method. Scores are cut to
 * [10⁻⁶, 1 − 10⁻⁶].
 * @param cases scores in [0, 1]
 * @returns `undefined` where the fit has no maximum: a class is missing, all scores are equal, or a threshold parts the
 *   classes without error
 * @throws RangeError when there is no case or a score is no probability
 */
export function recalibrate(cases: readonly Scored[]): Recalibration | undefined {
  requireProbabilities(cases, 'recalibrate');
  const x = Float64Array.from(cases, ({ score }) => logit(score));
  const range = (wanted: boolean): [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    cases.forEach(({ positive }, i) => {
      if (positive !== wanted) return;
      low = Math.min(low, x[i] ?? 0);
      high = Math.max(high, x[i] ?? 0);
    });
    return [low, high];
  };
  const [lowPositive, highPositive] = range(true);
  const [lowNegative, highNegative] = range(false);
  if (lowPositive >= highNegative || lowNegative >= highPositive) return undefined;
  let [intercept, slope] = [0, 0];
  for (let step = 0; step < 100; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    cases.forEach(({ positive }, i) => {
      const value = x[i] ?? 0;
      const p = logistic(intercept + slope * value);
      const residual = Number(positive) - p;
      const weight = p * (1 - p);
      g0 += residual;
      g1 += residual * value;
      h00 += weight;
      h01 += weight * value;
      h11 += weight * value * value;
    });
    const determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 0)) return undefined;
    const change0 = (h11 * g0 - h01 * g1) / determinant;
    const change1 = (h00 * g1 - h01 * g0) / determinant;
    // A long step can overshoot into where all weights vanish; the likelihood is concave, so shorter ones arrive as well.
    const shrink = Math.min(1, 4 / Math.max(Math.abs(change0), Math.abs(change1), 1e-300));
    intercept += shrink * change0;
    slope += shrink * change1;
    if (Math.abs(change0) + Math.abs(change1) < 1e-13) break;
  }
  return { slope, intercept, inTheLarge: interceptAtSlopeOne(cases, x) };
}

function interceptAtSlopeOne(cases: readonly Scored[], x: Float64Array): number {
  let intercept = 0;
  for (let step = 0; step < 100; step++) {
    let [gradient, hessian] = [0, 0];
    cases.forEach(({ positive }, i) => {
      const p = logistic(intercept + (x[i] ?? 0));
      gradient += Number(positive) - p;
      hessian += p * (1 - p);
    });
    const change = Math.max(-4, Math.min(4, gradient / Math.max(hessian, 1e-300)));
    intercept += change;
    if (Math.abs(change) < 1e-13) break;
  }
  return intercept;
}
