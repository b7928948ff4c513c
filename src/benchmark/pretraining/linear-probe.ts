import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { aucDelong } from '../../statistics/index.ts';

/** A linear classifier of rows: the score of a row x is bias + Σ weight · x, 0 being undecided. */
export interface LinearClassifier {
  readonly weights: Float64Array;
  readonly bias: number;
}

/**
 * Logistic regression with a penalty of ½ Σ w² on its weights and its bias alike: the one classifier that minimises
 * Σ log loss + ½ Σ w². Newton's method on the rows' combinations w = Xᵀ a, of which there are as many as rows, so that wide
 * embeddings cost little (n³ a step).
 * @param rows all of one length
 */
export function fitLogistic(rows: readonly ArrayLike<number>[], positive: readonly boolean[]): LinearClassifier {
  const n = rows.length;
  const width = rows[0]?.length ?? 0;
  // A column of ones: the bias.
  const x = new Matrix(n, width + 1);
  rows.forEach((row, i) => {
    for (let d = 0; d < width; d++) x.set(i, d, row[d] as number);
    x.set(i, width, 1);
  });
  const kernel = x.mmul(x.transpose());
  let a = Matrix.zeros(n, 1);
  for (let step = 0; step < 50; step++) {
    const score = kernel.mmul(a);
    const system = kernel.clone();
    const target = Matrix.zeros(n, 1);
    for (let i = 0; i < n; i++) {
      const p = 1 / (1 + Math.exp(-score.get(i, 0)));
      // Far from the border the curvature vanishes; this keeps the system solvable, and the fixed point is the same.
      const curvature = Math.max(p * (1 - p), 1e-10);
      system.set(i, i, system.get(i, i) + 1 / curvature);
      target.set(i, 0, score.get(i, 0) + ((positive[i] === true ? 1 : 0) - p) / curvature);
    }
    const next = new CholeskyDecomposition(system).solve(target);
    const moved = Matrix.sub(next, a).abs().max();
    a = next;
    if (moved < 1e-10) break;
  }
  const weights = x.transpose().mmul(a).to1DArray();
  return { weights: Float64Array.from(weights.slice(0, width)), bias: weights[width] ?? 0 };
}

/** Rows, their columns moved and scaled as the training rows need for mean 0 and deviation 1; a constant column becomes 0. */
function standardise(train: readonly ArrayLike<number>[], rows: readonly ArrayLike<number>[]): Float64Array[] {
  const width = train[0]?.length ?? 0;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (const row of train) for (let d = 0; d < width; d++) mean[d] = (mean[d] as number) + (row[d] as number) / train.length;
  for (const row of train) for (let d = 0; d < width; d++) square[d] = (square[d] as number) + ((row[d] as number) - (mean[d] as number)) ** 2 / train.length;
  return rows.map((row) => Float64Array.from({ length: width }, (_, d) => {
    const deviation = Math.sqrt(square[d] as number);
    return deviation < 1e-12 ? 0 : ((row[d] as number) - (mean[d] as number)) / deviation;
  }));
}

/** Embeddings and labels of a part. */
export interface ProbedPart {
  readonly rows: readonly ArrayLike<number>[];
  readonly positive: readonly boolean[];
}

/** How well a line tells the labels of `val` apart, when it was drawn by `train`: the AUC with DeLong's 95 % interval. */
export function linearProbe(train: ProbedPart, val: ProbedPart): { readonly auc: number; readonly low: number; readonly high: number } {
  const { weights, bias } = fitLogistic(standardise(train.rows, train.rows), train.positive);
  const scored = standardise(train.rows, val.rows).map((row, i) => ({ positive: val.positive[i] === true, score: row.reduce((sum, value, d) => sum + value * (weights[d] as number), bias) }));
  const { estimate, low, high } = aucDelong(scored);
  return { auc: estimate, low, high };
}
