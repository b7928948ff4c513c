/**
 * The statistics against what scikit-learn, SciPy, R and pROC computed of the same cases (tests/oracles/statistics): the largest difference
 * of each figure, what is said of cases that have none, and the time of large ones.
 * Run: npm run bench:statistics
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { createRandom } from '../src/base/index.ts';
import {
  aucClusterBootstrap, aucDelong, averagePrecision, brierScore, calibrationError, confusionAt, confusionFigures, delongTest, delongVariance, logLoss, mcnemarExact, recalibrate, rocAuc, wilsonInterval,
  youdenThreshold, type Scored,
} from '../src/statistics/index.ts';

const numbers = z.array(z.number());
const folder = new URL('../tests/oracles/statistics/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const figure = z.number().nullable();
const confusion = z.object({ threshold: z.number(), sensitivity: figure, specificity: figure, ppv: figure, npv: figure, accuracy: figure, balancedAccuracy: figure, f1: figure, mcc: figure });
const python = z
  .object({
    cases: z.array(z.object({ name: z.string(), truth: numbers, first: numbers, second: numbers, auc: z.number(), averagePrecision: z.number(), brier: z.number(), logLoss: z.number(), calibrationError: z.number(), confusions: z.array(confusion) })),
    large: z.object({ rows: z.number(), auc: z.number(), averagePrecision: z.number(), brier: z.number(), logLoss: z.number(), mcc: z.number(), f1: z.number() }),
    wilson: z.array(z.object({ part: z.number(), whole: z.number(), low: z.number(), high: z.number() })),
    mcnemar: z.array(z.object({ firstOnly: z.number(), secondOnly: z.number(), p: z.number() })),
  })
  .parse(read('figures.json'));
const r = z
  .object({ cases: z.array(z.object({ case: z.number(), variance: z.number(), difference: z.number(), p: z.number(), low: z.number(), high: z.number() })) })
  .parse(read('figures-r.json'));
const rocs = z.object({ rocs: z.array(z.object({ truth: numbers, scores: numbers, auc: z.number() })) }).parse(read('statistics.json')).rocs;
const proc = z.object({ rocs: z.array(z.object({ case: z.number(), auc: z.number(), variance: z.number(), low: z.number(), high: z.number() })) }).parse(read('pROC.json')).rocs;

/** The largest difference of each figure, and of how many comparisons. */
const worst = new Map<string, { difference: number; count: number }>();
function compare(name: string, found: number | undefined, expected: number | null): void {
  const difference = found === undefined && expected === null ? 0 : Math.abs((found ?? Number.NaN) - (expected ?? Number.NaN));
  const before = worst.get(name) ?? { difference: 0, count: 0 };
  worst.set(name, { difference: Number.isNaN(difference) ? Infinity : Math.max(before.difference, difference), count: before.count + 1 });
}
const scoredOf = (truth: readonly number[], scores: readonly number[]): Scored[] => scores.map((score, i) => ({ score, positive: truth[i] === 1 }));

for (const one of python.cases) {
  const cases = scoredOf(one.truth, one.first);
  compare('ROC AUC (scikit-learn)', rocAuc(cases), one.auc);
  compare('PR AUC (scikit-learn)', averagePrecision(cases), one.averagePrecision);
  compare('Brier (scikit-learn)', brierScore(cases), one.brier);
  compare('log loss (scikit-learn)', logLoss(cases), one.logLoss);
  compare('calibration error (NumPy)', calibrationError(cases), one.calibrationError);
  for (const { threshold, ...expected } of one.confusions) {
    const found = confusionFigures(confusionAt(cases, threshold));
    for (const [name, value] of Object.entries(expected)) compare(`${name === 'f1' ? 'F1' : name === 'mcc' ? 'MCC' : name} (scikit-learn)`, found[name as keyof typeof found], value);
  }
}
for (const { truth, scores, auc } of rocs) compare('ROC AUC (scikit-learn)', rocAuc(scoredOf(truth, scores)), auc);
for (const { case: index, auc, variance, low, high } of proc) {
  const cases = scoredOf(rocs[index]?.truth ?? [], rocs[index]?.scores ?? []);
  const interval = aucDelong(cases);
  compare('ROC AUC (pROC)', interval.estimate, auc);
  compare('DeLong variance (pROC)', delongVariance(cases), variance);
  compare('DeLong interval (pROC)', interval.low, low);
  compare('DeLong interval (pROC)', interval.high, high);
}
for (const { case: index, variance, difference, p, low, high } of r.cases) {
  const one = python.cases[index];
  if (one === undefined) continue;
  const test = delongTest(one.truth.map((truth, i) => ({ positive: truth === 1, first: one.first[i] ?? 0, second: one.second[i] ?? 0 })));
  compare('DeLong variance (pROC)', delongVariance(scoredOf(one.truth, one.first)), variance);
  compare('DeLong difference (pROC)', test.estimate, difference);
  compare('DeLong p (pROC)', test.p, p);
  compare('DeLong interval of a difference (pROC)', test.low, low);
  compare('DeLong interval of a difference (pROC)', test.high, high);
}
for (const { part, whole, low, high } of python.wilson) {
  compare('Wilson (SciPy)', wilsonInterval(part, whole).low, low);
  compare('Wilson (SciPy)', wilsonInterval(part, whole).high, high);
}
for (const { firstOnly, secondOnly, p } of python.mcnemar) compare('McNemar, exact (SciPy)', mcnemarExact(firstOnly, secondOnly).p, p);

console.log('Largest difference from                    comparisons  difference');
for (const [name, { difference, count }] of worst) console.log(`${name.padEnd(42)} ${String(count).padStart(11)}  ${difference.toExponential(1)}${difference > 1e-9 ? '  ABOVE 1e-9' : ''}`);

const tied = python.cases.filter(({ first }) => new Set(first).size < first.length).map(({ name }) => name);
console.log(`\nCases with ties: ${tied.join(', ')}.`);

/** What is said instead of a figure. */
function said(what: () => unknown): string {
  try {
    return `gives ${JSON.stringify(what())}`;
  } catch (error) {
    return `${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}
const single: readonly Scored[] = [{ positive: true, score: 0.7 }];
console.log(`One class missing: ${said(() => rocAuc([...single, { positive: true, score: 0.2 }]))}`);
console.log(`n = 1, AUC: ${said(() => rocAuc(single))}`);
console.log(`n = 1, sensitivity and accuracy at 0.5: ${said(() => ((figures) => [figures.sensitivity, figures.accuracy])(confusionFigures(confusionAt(single, 0.5))))}`);
console.log(`n = 1, Brier: ${said(() => Number(brierScore(single).toFixed(12)))}`);

/** Seconds of the clock and of this thread's processor, which on a busy machine says more. */
function timed(what: () => void): string {
  const [clock, cpu] = [performance.now(), process.cpuUsage()];
  what();
  const used = process.cpuUsage(cpu);
  return `${((performance.now() - clock) / 1000).toFixed(2)} s, ${((used.user + used.system) / 1e6).toFixed(2)} s of processor`;
}
/** The rows of figures.py's rule. */
const large = Array.from({ length: python.large.rows }, (_, i) => {
  const score = Math.round(((i * 0.754877666246693) % 1) * 10_000) / 10_000;
  return { score, positive: (i * 7919) % 1000 < 1000 * score };
});
const differences: number[] = [];
const time = timed(() => {
  const { auc, averagePrecision: ap, brier, logLoss: loss, mcc, f1 } = python.large;
  const figures = confusionFigures(confusionAt(large, 0.5));
  differences.push(rocAuc(large) - auc, averagePrecision(large) - ap, brierScore(large) - brier, logLoss(large) - loss, (figures.mcc ?? 0) - mcc, (figures.f1 ?? 0) - f1);
  delongVariance(large);
  calibrationError(large);
  recalibrate(large);
  youdenThreshold(large);
});
console.log(`\n${python.large.rows.toLocaleString('en')} rows, every figure: ${time} (asked: 2 s); largest difference ${Math.max(...differences.map(Math.abs)).toExponential(1)}.`);
const random = createRandom(3);
const clustered = Array.from({ length: 203 }, (_, i) => ({ positive: i < 98, score: random.uniform() + (i < 98 ? 0.3 : 0), cluster: String(i % 95) }));
console.log(`2,000 bootstraps over patients, n = 203, AUC: ${timed(() => void aucClusterBootstrap(clustered, { random: createRandom(1), draws: 2000 }))} (asked: 1 s).`);
if ([...worst.values()].some(({ difference }) => !(difference <= 1e-9)) || differences.some((difference) => !(Math.abs(difference) <= 1e-9))) process.exitCode = 1;
