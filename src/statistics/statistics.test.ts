import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRandom } from '../base/index.ts';
import { aucClusterBootstrap, aucDelong, delongVariance, fisherExactP, mannWhitneyP, midranks, normalCdf, normalQuantile, quantile, rocAuc, rocCurve } from './index.ts';

const numbers = z.array(z.number());
const pair = z.tuple([z.number(), z.number()]);
const folder = new URL('../../tests/oracles/statistics/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
/** What scikit-learn and SciPy computed; made by tests/oracles/statistics/make.py. */
const oracle = z
  .object({
    rocs: z.array(z.object({ name: z.string(), truth: numbers, scores: numbers, auc: z.number(), falsePositiveRate: numbers, truePositiveRate: numbers })),
    mannWhitney: z.array(z.object({ a: numbers, b: numbers, p: z.number() })),
    fisher: z.array(z.object({ table: z.tuple([pair, pair]), p: z.number() })),
    normal: z.array(z.object({ z: z.number(), cdf: z.number() })),
    quantiles: z.array(z.object({ p: z.number(), z: z.number() })),
  })
  .parse(read('statistics.json'));
/** What pROC computed of the same cases; made by tests/oracles/statistics/pROC.R. */
const proc = z.object({ rocs: z.array(z.object({ case: z.number(), auc: z.number(), variance: z.number(), low: z.number(), high: z.number() })) }).parse(read('pROC.json'));

const cases = (index: number) => {
  const roc = oracle.rocs[index];
  return (roc?.scores ?? []).map((score, i) => ({ score, positive: roc?.truth[i] === 1 }));
};

describe('ROC, as scikit-learn and pROC compute it', () => {
  it.each(oracle.rocs.map((roc, index) => ({ ...roc, index })))('$name', ({ index, auc, falsePositiveRate, truePositiveRate }) => {
    expect(rocAuc(cases(index))).toBeCloseTo(auc, 12);
    const curve = rocCurve(cases(index));
    expect(curve.map((point) => point.falsePositiveRate)).toEqual(falsePositiveRate.map((rate) => expect.closeTo(rate, 12)));
    expect(curve.map((point) => point.truePositiveRate)).toEqual(truePositiveRate.map((rate) => expect.closeTo(rate, 12)));
  });
  it.each(proc.rocs)('DeLong, case $case', ({ case: index, auc, variance, low, high }) => {
    expect(delongVariance(cases(index))).toBeCloseTo(variance, 10);
    const interval = aucDelong(cases(index));
    expect([interval.estimate, interval.low, interval.high]).toEqual([expect.closeTo(auc, 10), expect.closeTo(low, 9), expect.closeTo(high, 9)]);
  });
  it('refuses what has no curve', () => {
    expect(() => rocAuc([{ positive: true, score: 1 }])).toThrow(RangeError);
    expect(() => rocAuc([{ positive: true, score: Number.NaN }, { positive: false, score: 0 }])).toThrow('finite');
  });
});

describe('the bootstrap over patients', () => {
  const random = createRandom(5);
  const independent = Array.from({ length: 200 }, (_, i) => ({ cluster: String(i), positive: i < 100, score: random.normal() + (i < 100 ? 1 : 0) }));
  it('agrees with DeLong where every case is a patient of its own', () => {
    const bootstrap = aucClusterBootstrap(independent, { random: createRandom(1) });
    const delong = aucDelong(independent);
    expect(bootstrap.estimate).toBe(delong.estimate);
    expect(Math.abs(bootstrap.low - delong.low)).toBeLessThan(0.01);
    expect(Math.abs(bootstrap.high - delong.high)).toBeLessThan(0.01);
  });
  it('is twice as wide where each patient gave four equal pictures', () => {
    const repeated = independent.filter((_, i) => i % 4 === 0).flatMap((one) => [one, one, one, one]);
    const bootstrap = aucClusterBootstrap(repeated, { random: createRandom(1) });
    const delong = aucDelong(repeated);
    const ratio = (bootstrap.high - bootstrap.low) / (delong.high - delong.low);
    expect(ratio).toBeGreaterThan(1.7);
    expect(ratio).toBeLessThan(2.3);
  });
  it('gives the same for the same seed', () => {
    expect(aucClusterBootstrap(independent, { random: createRandom(2), draws: 50 })).toEqual(aucClusterBootstrap(independent, { random: createRandom(2), draws: 50 }));
  });
});

describe('two samples, as SciPy computes them', () => {
  it.each(oracle.mannWhitney)('Mann–Whitney', ({ a, b, p }) => {
    expect(mannWhitneyP(a, b)).toBeCloseTo(p, 12);
  });
  it.each(oracle.fisher)('Fisher, $table', ({ table, p }) => {
    expect(fisherExactP(table)).toBeCloseTo(p, 10);
  });
  it('finds no difference where all values are the same', () => {
    expect(mannWhitneyP([1, 1], [1])).toBe(1);
  });
});

describe('the normal distribution, as SciPy computes it', () => {
  it.each(oracle.normal)('below $z', ({ z, cdf }) => {
    expect(normalCdf(z)).toBeCloseTo(cdf, 14);
  });
  it.each(oracle.quantiles)('quantile $p', ({ p, z }) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 12);
  });
});

describe('ranks and quantiles', () => {
  it('share the ranks of ties', () => {
    expect(midranks([10, 20, 10, 30])).toEqual([1.5, 3, 1.5, 4]);
  });
  it('interpolate', () => {
    expect([0, 0.25, 0.5, 1].map((p) => quantile([1, 2, 3, 4], p))).toEqual([1, 1.75, 2.5, 4]);
  });
});
