/**
 * The distributions of Student, Fisher and χ² by their incomplete functions. jStat stops at a relative error of 3·10⁻⁷, which is too
 * coarse to be held to other programs' printed digits.
 */

const lanczos = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_13, -176.615_029_162_140_59, 12.507_343_278_686_905, -0.138_571_095_265_720_12,
  9.984_369_578_019_571_6e-6, 1.505_632_735_149_311_6e-7,
];

/** Natural logarithm of the gamma function for x > 0 (Lanczos, SIAM Journal on Numerical Analysis 1:86–96, 1964; g = 7, nine terms). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const base = shifted + 7.5;
  const sum = lanczos.reduce((total, term, i) => (i === 0 ? term : total + term / (shifted + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

const tiny = 1e-300;

/**
 * The regularised incomplete beta function I_x(a, b), by its continued fraction (Abramowitz and Stegun, 26.5.8; evaluated by the
 * modified method of Lentz).
 * @param x in [0, 1]
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below this point only; beyond it the symmetry helps.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    let change = 1;
    for (const numerator of [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))]) {
      d = 1 + numerator * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + numerator / c;
      if (Math.abs(c) < tiny) c = tiny;
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return front * fraction;
}

/** The chance of an F statistic of at least `f` with `numerator` and `denominator` degrees of freedom (which may be fractions, or `Infinity` below). */
export function fUpperTail(f: number, numerator: number, denominator: number): number {
  if (!(f > 0)) return 1;
  if (!Number.isFinite(f)) return 0;
  if (denominator === Infinity) return chiSquareUpperTail(f * numerator, numerator);
  return incompleteBeta(denominator / (denominator + numerator * f), denominator / 2, numerator / 2);
}

/** The share of Student's distribution below `t`; `Infinity` degrees of freedom are the normal distribution. */
export function studentCdf(t: number, degrees: number): number {
  const tail = 0.5 * fUpperTail(t * t, 1, degrees);
  return t > 0 ? 1 - tail : tail;
}

/**
 * The t below which a share of Student's distribution lies, by bisection and to the last digits: an analysis asks for some hundreds.
 * @param p in (0, 1)
 * @throws RangeError outside of (0, 1), or where the degrees of freedom are not above 0
 */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1) || !(degrees > 0)) throw new RangeError(`studentQuantile: ${p} with ${degrees} degrees of freedom has no quantile`);
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  const upper = 1 - p;
  const above = (t: number): boolean => 0.5 * fUpperTail(t * t, 1, degrees) > upper;
  let high = 1;
  while (above(high) && high < 1e300) high *= 2;
  let low = 0;
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (above(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The chance of a χ² of at least `x`, by the series or the continued fraction of the incomplete gamma function (Abramowitz and Stegun, 6.5.29, 6.5.31). */
export function chiSquareUpperTail(x: number, degrees: number): number {
  if (!(x > 0)) return 1;
  const [a, z] = [degrees / 2, x / 2];
  const front = Math.exp(a * Math.log(z) - z - logGamma(a));
  if (z < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; term > 1e-17 * sum; k++) {
      term *= z / (a + k);
      sum += term;
    }
    return 1 - front * sum;
  }
  let b = z + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; k < 100_000; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = numerator * d + b;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = b + numerator / c;
    if (Math.abs(c) < tiny) c = tiny;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return front * fraction;
}
