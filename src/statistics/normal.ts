/**
 * The error function's complement for x ≥ 0, by the rational Chebyshev fit of Numerical Recipes (3rd ed., 6.2.2),
 * relative error below 1.2·10⁻⁷ everywhere.
 */
function erfcPositive(x: number): number {
  const t = 1 / (1 + 0.5 * x);
  const coefficients = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];
  const polynomial = coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  return t * Math.exp(-x * x + polynomial);
}

/** The share of the standard normal distribution below `z`. */
export function normalCdf(z: number): number {
  const half = 0.5 * erfcPositive(Math.abs(z) / Math.SQRT2);
  return z < 0 ? half : 1 - half;
}

/**
 * The z below which a share of the standard normal distribution lies: P. J. Acklam's rational approximation (relative
 * error below 1.15·10⁻⁹).
 * @param p in (0, 1)
 * @throws RangeError outside of (0, 1)
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`normalQuantile: ${p} is not in (0, 1)`);
  const polynomial = (coefficients: readonly number[], x: number) => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  if (p > 0.97575) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(c, q) / polynomial(d, q);
  }
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(a, r) * q) / polynomial(b, r);
}
