import type { CaseComponent, CellComponents } from './readings.ts';

/** How the covariances of readers' figures are estimated from the cases. */
export type CovarianceMethod = 'jackknife' | 'delong';

/** One number a case: what the covariance of two cells is the sum of products of, and its factor. */
interface Spread {
  readonly deviations: Float64Array;
  readonly size: number;
}

/**
 * Figures with one case left out, as their distance from the mean of all such. Leaving out a case of mean v̄ over m cases gives
 * (m v̄ − v)/(m − 1), so that no figure is computed anew; leaving out a case that the reader did not read changes nothing.
 */
function jackknifeDeviations({ positives, negatives, value }: CellComponents, cases: readonly number[], places: ReadonlyMap<number, number>): Float64Array {
  const left = new Float64Array(cases.length).fill(value);
  const leaveOut = (components: readonly CaseComponent[]): void => {
    const m = components.length;
    const mean = components.reduce((sum, { component }) => sum + component, 0) / m;
    for (const { index, component } of components) left[places.get(index) ?? 0] = (m * mean - component) / (m - 1);
  };
  leaveOut(positives);
  leaveOut(negatives);
  const mean = left.reduce((sum, one) => sum + one, 0) / left.length;
  return left.map((one) => one - mean);
}

function delongDeviations(components: readonly CaseComponent[], length: number): Spread {
  const mean = components.reduce((sum, { component }) => sum + component, 0) / components.length;
  const deviations = new Float64Array(length);
  for (const { index, component } of components) deviations[index] = component - mean;
  return { deviations, size: components.length };
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

function jackknife(cells: readonly CellComponents[]): number[][] {
  // Cases that no figure depends on (negative ones, for a sensitivity) are not of the sample that is jackknifed.
  const cases = [...new Set(cells.flatMap(({ positives, negatives }) => [...positives, ...negatives].map(({ index }) => index)))];
  const places = new Map(cases.map((index, place) => [index, place]));
  const deviations = cells.map((cell) => jackknifeDeviations(cell, cases, places));
  const factor = (cases.length - 1) / cases.length;
  return deviations.map((a) => deviations.map((b) => factor * dot(a, b)));
}

function delong(cells: readonly CellComponents[], count: number): number[][] {
  const parts = (['positives', 'negatives'] as const).map((which) => cells.map((cell) => delongDeviations(cell[which], count)));
  const covariance = (a: Spread | undefined, b: Spread | undefined): number =>
    a === undefined || b === undefined || a.size === 0 ? 0 : dot(a.deviations, b.deviations) / (a.size * (a.size - 1));
  return cells.map((_, i) => cells.map((_, j) => parts.reduce((sum, spreads) => sum + covariance(spreads[i], spreads[j]), 0)));
}

/**
 * The covariance matrix of readers' figures over the cases.
 * Jackknife: (n − 1)/n Σ (θ₍ₖ₎ − θ̄)(θ′₍ₖ₎ − θ̄′) over the n cases that anybody read (Efron and Stein, Annals of Statistics 9:586–596, 1981). DeLong:
 * covariances of structural components (Biometrics 44:837–845, 1988); every cell must hold the same cases.
 * @param count cases of the study
 * @throws RangeError for DeLong where readers read different cases
 */
export function figureCovariances(cells: readonly CellComponents[], count: number, method: CovarianceMethod): number[][] {
  if (method === 'jackknife') return jackknife(cells);
  const key = ({ positives, negatives }: CellComponents): string => [...positives, ...negatives].map(({ index }) => index).join(' ');
  if (new Set(cells.map(key)).size > 1) throw new RangeError('DeLong covariances: every reader must have read the same cases in each arm; use the jackknife');
  return delong(cells, count);
}
