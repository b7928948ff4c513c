const tailFrom = 3;

function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** The share above `z` ≥ 3: density times Mills' ratio 1/(z + 1/(z + 2/(z + 3/(z + …)))) (Abramowitz and Stegun, 26.2.14). */
function upperTail(z: number): number {
  let fraction = z;
  for (let k = 160; k >= 1; k--) fraction = z + k / fraction;
  return density(z) / fraction;
}

/**
 * The share of the standard normal distribution below `z`, to the last digits of a double: the series
 * 1/2 + φ(z) (z + z³/3 + z⁵/(3·5) + …) in the middle (Marsaglia, Journal of Statistical Software 11(4), 2004), a continued
 * fraction in the tails.
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z <= -tailFrom) return upperTail(-z);
  if (z >= tailFrom) return 1 - upperTail(z);
  let sum = z;
  let term = z;
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + density(z) * sum;
}

/**
 * The z below which a share of the standard normal distribution lies: P. J. Acklam's rational approximation (relative
 * error below 1.15·10⁻⁹), made exact to a double by one step of Halley's method.
 * @param p in (0, 1)
 * @throws RangeError outside of (0, 1)
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`normalQuantile: ${p} is not in (0, 1)`);
  if (p > 0.5) return -normalQuantile(1 - p);
  const polynomial = (coefficients: readonly number[], x: number) => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const tail = Math.sqrt(-2 * Math.log(p));
  const q = p - 0.5;
  const z = p < 0.02425 ? polynomial(c, tail) / polynomial(d, tail) : (polynomial(a, q * q) * q) / polynomial(b, q * q);
  const step = (normalCdf(z) - p) / density(z);
  return z - step / (1 + (z * step) / 2);
}
