import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRandom } from '../base/index.ts';
import {
  aucHanleyMcNeil, averagePrecision, brierScore, calibrationBins, calibrationError, clusterBootstrap, confusionAt, confusionFigures, decisionCurve, delongTest, delongTestOfMeans, delongVariance, holm, logLoss, mcnemarExact,
  precisionRecallCurve, recalibrate, rocAuc, sensitivityThreshold, wilsonInterval, youdenThreshold,
} from './index.ts';

const numbers = z.array(z.number());
const figure = z.number().nullable();
const folder = new URL('../../tests/oracles/statistics/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const confusion = z.object({
  threshold: z.number(), truePositives: z.number(), falsePositives: z.number(), trueNegatives: z.number(), falseNegatives: z.number(),
  sensitivity: figure, specificity: figure, ppv: figure, npv: figure, accuracy: figure, balancedAccuracy: figure, f1: figure, mcc: figure,
});
/** What scikit-learn and SciPy computed; made by tests/oracles/statistics/figures.py. */
const oracle = z
  .object({
    cases: z.array(
      z.object({
        name: z.string(), truth: numbers, first: numbers, second: numbers, auc: z.number(), averagePrecision: z.number(), brier: z.number(), logLoss: z.number(), calibrationError: z.number(),
        confusions: z.array(confusion), netBenefit: z.array(z.tuple([z.number(), z.number()])),
      }),
    ),
    large: z.object({ rows: z.number(), positives: z.number(), auc: z.number(), averagePrecision: z.number(), brier: z.number(), logLoss: z.number(), mcc: z.number(), f1: z.number() }),
    wilson: z.array(z.object({ part: z.number(), whole: z.number(), low: z.number(), high: z.number() })),
    mcnemar: z.array(z.object({ firstOnly: z.number(), secondOnly: z.number(), p: z.number() })),
  })
  .parse(read('figures.json'));
/** What R and pROC computed of the same cases; made by tests/oracles/statistics/figures.R. */
const peer = z
  .object({
    holm: z.object({ p: numbers, adjusted: numbers }),
    cases: z.array(
      z.object({ case: z.number(), variance: z.number(), difference: z.number(), p: z.number(), low: z.number(), high: z.number(), slope: figure, intercept: z.number(), inTheLarge: z.number() }),
    ),
  })
  .parse(read('figures-r.json'));

const cases = oracle.cases.map((one) => ({ ...one, scored: one.first.map((score, i) => ({ score, positive: one.truth[i] === 1 })) }));
const close = (value: number) => expect.closeTo(value, 9);
/** The rows of figures.py's rule. */
const large = Array.from({ length: oracle.large.rows }, (_, i) => {
  const score = Math.round(((i * 0.754877666246693) % 1) * 10_000) / 10_000;
  return { score, positive: (i * 7919) % 1000 < 1000 * score };
});

describe('figures as scikit-learn computes them', () => {
  it.each(cases)('$name', ({ scored, auc, averagePrecision: ap, brier, logLoss: loss, calibrationError: error, confusions, netBenefit }) => {
    expect(rocAuc(scored)).toEqual(close(auc));
    expect(averagePrecision(scored)).toEqual(close(ap));
    expect(brierScore(scored)).toEqual(close(brier));
    expect(logLoss(scored)).toEqual(close(loss));
    expect(calibrationError(scored)).toEqual(close(error));
    for (const { threshold, truePositives, falsePositives, trueNegatives, falseNegatives, ...wanted } of confusions) {
      const matrix = confusionAt(scored, threshold);
      expect(matrix).toEqual({ truePositives, falsePositives, trueNegatives, falseNegatives });
      expect(confusionFigures(matrix)).toEqual(Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, value === null ? undefined : close(value)])));
    }
    const curve = decisionCurve(scored, netBenefit.map(([threshold]) => threshold));
    expect(curve.map(({ threshold, model }) => [threshold, model])).toEqual(netBenefit.map(([threshold, benefit]) => [threshold, close(benefit)]));
  });

  it('on 100,000 rows, all of them in two seconds', () => {
    const { rows, positives, auc, averagePrecision: ap, brier, logLoss: loss, mcc, f1 } = oracle.large;
    expect([large.length, large.filter(({ positive }) => positive).length]).toEqual([rows, positives]);
    // The processor's time: on a busy machine the clock tells of others.
    const started = process.cpuUsage();
    expect(rocAuc(large)).toEqual(close(auc));
    expect(averagePrecision(large)).toEqual(close(ap));
    expect(brierScore(large)).toEqual(close(brier));
    expect(logLoss(large)).toEqual(close(loss));
    expect(confusionFigures(confusionAt(large, 0.5))).toMatchObject({ mcc: close(mcc), f1: close(f1) });
    expect(delongVariance(large)).toBeGreaterThan(0);
    expect(calibrationError(large)).toBeLessThan(0.01);
    expect(recalibrate(large)?.slope).toBeGreaterThan(0.9);
    expect(youdenThreshold(large)).toBeCloseTo(0.5, 1);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(2);
  });
});

describe('figures as R and pROC compute them', () => {
  it.each(peer.cases)('case $case', ({ case: index, variance, difference, p, low, high, slope, intercept, inTheLarge }) => {
    const one = cases[index];
    const scored = one?.scored ?? [];
    expect(delongVariance(scored)).toEqual(close(variance));
    const paired = scored.map(({ positive, score }, i) => ({ positive, first: score, second: one?.second[i] ?? 0 }));
    expect(delongTest(paired)).toMatchObject({ estimate: close(difference), p: close(p), low: close(low), high: close(high) });
    const fit = recalibrate(scored);
    // Where all scores are 0 or 1, R stops early: the case is symmetric, so that the answer is 0.
    const digits = one?.name === 'zeros and ones' ? 4 : 9;
    const wanted = { slope: close(slope ?? 0), intercept: close(intercept), inTheLarge: expect.closeTo(inTheLarge, digits) };
    expect(fit).toEqual(slope === null ? undefined : wanted);
  });
  it('groups of models: the mean of their AUCs, and DeLong’s own answer where all members are one model', () => {
    const cells = cases[1]?.scored.map(({ positive, score }, i) => ({ positive, first: [score, score], second: [cases[1]?.second[i] ?? 0] })) ?? [];
    expect(delongTestOfMeans(cells)).toMatchObject({ estimate: close(peer.cases[1]?.difference ?? 0), p: close(peer.cases[1]?.p ?? 0) });
    const both = cells.map(({ positive, first, second }) => ({ positive, first: [first[0] ?? 0, second[0] ?? 0], second }));
    expect(delongTestOfMeans(both).estimate).toEqual(close((peer.cases[1]?.difference ?? 0) / 2));
    expect(() => delongTestOfMeans(cells.map((one, i) => (i === 3 ? { ...one, first: [0.5] } : one)))).toThrow('same models');
  });
  it('the interval of a printed AUC', () => {
    expect([aucHanleyMcNeil(0.94, 98, 105), aucHanleyMcNeil(0.919, 98, 105)].map(({ low, high }) => [low.toFixed(3), high.toFixed(3)])).toEqual([['0.905', '0.975'], ['0.879', '0.959']]);
    expect(() => aucHanleyMcNeil(1.1, 98, 105)).toThrow(RangeError);
  });
  it("Holm's correction", () => {
    expect(holm(peer.holm.p)).toEqual(peer.holm.adjusted.map(close));
  });
});

describe('exact and near-exact shares, as SciPy computes them', () => {
  it.each(oracle.wilson)('Wilson, $part of $whole', ({ part, whole, low, high }) => {
    expect(wilsonInterval(part, whole)).toMatchObject({ estimate: part / whole, low: close(low), high: close(high) });
  });
  it.each(oracle.mcnemar)('McNemar, $firstOnly against $secondOnly', ({ firstOnly, secondOnly, p }) => {
    expect(mcnemarExact(firstOnly, secondOnly).p).toEqual(close(p));
  });
});

describe('what cannot be computed', () => {
  const positive = [{ positive: true, score: 0.7 }];
  it.each([rocAuc, averagePrecision, precisionRecallCurve, delongVariance, youdenThreshold])('%o says that a class is missing', (figure) => {
    expect(() => figure(positive)).toThrow(/needs positive and negative cases; of 1 cases 1 are positive/);
    expect(() => figure([])).toThrow(RangeError);
  });
  it('is left undefined where one case has some of the figures', () => {
    expect(brierScore(positive)).toBeCloseTo(0.09, 12);
    expect(logLoss(positive)).toBeCloseTo(-Math.log(0.7), 12);
    expect(calibrationError(positive)).toBeCloseTo(0.3, 12);
    expect(recalibrate(positive)).toBeUndefined();
    expect(confusionFigures(confusionAt(positive, 0.5))).toEqual({ sensitivity: 1, specificity: undefined, ppv: 1, npv: undefined, accuracy: 1, balancedAccuracy: undefined, f1: 1, mcc: 0 });
    expect(confusionFigures(confusionAt([], 0.5)).accuracy).toBeUndefined();
  });
  it('is refused: scores that are no probabilities, shares of nothing, a threshold of 1', () => {
    expect(() => brierScore([{ positive: true, score: 1.2 }])).toThrow('no probability');
    expect(() => logLoss([])).toThrow('no cases');
    expect(() => wilsonInterval(1, 0)).toThrow(RangeError);
    expect(() => decisionCurve(positive, [1])).toThrow(RangeError);
  });
  it('has no slope where a threshold parts the classes', () => {
    expect(recalibrate([0.1, 0.2, 0.6, 0.8].map((score, i) => ({ score, positive: i > 1 })))).toBeUndefined();
  });
});

describe('thresholds', () => {
  const made = (truths: string) => [...truths].map((truth, i) => ({ positive: truth === '+', score: (i + 1) / 10 }));
  it('lie halfway to the next score, at the largest sensitivity + specificity', () => {
    expect(youdenThreshold(made('--+-+++'))).toBeCloseTo(0.45, 12);
    expect(youdenThreshold(made('--++'))).toBeCloseTo(0.25, 12);
  });
  it('prefer sensitivity where two are as good', () => {
    expect(youdenThreshold(made('-+-+'))).toBeCloseTo(0.15, 12);
  });
  it('keep a wanted sensitivity at the best specificity', () => {
    const scored = made('-+-+-+++++');
    expect(sensitivityThreshold(scored, 0.7)).toBeCloseTo(0.55, 12);
    expect(sensitivityThreshold(scored, 1)).toBeCloseTo(0.15, 12);
    expect(confusionFigures(confusionAt(scored, sensitivityThreshold(scored, 0.95))).sensitivity).toBe(1);
  });
  it('are the lowest score where everything is called positive', () => {
    expect(sensitivityThreshold(made('+-'), 1)).toBeCloseTo(0.1, 12);
  });
});

describe('calibration bins', () => {
  it('are closed on the right, and hold every case', () => {
    const scored = [0, 0.1, 0.1000001, 0.3, 0.7, 1].map((score) => ({ score, positive: score > 0.5 }));
    expect(calibrationBins(scored).map(({ low, n, positives }) => [Math.round(low * 10), n, positives])).toEqual([[0, 2, 0], [1, 1, 0], [2, 1, 0], [6, 1, 1], [9, 1, 1]]);
  });
});

describe('the bootstrap over patients of several figures', () => {
  const random = createRandom(3);
  const clustered = Array.from({ length: 203 }, (_, i) => ({ cluster: `p${i >> 1}`, positive: i < 98, score: 1 / (1 + Math.exp(-random.normal() - (i < 98 ? 0.5 : -0.5))) }));
  const figures = (drawn: readonly { readonly positive: boolean; readonly score: number }[]) => {
    const { accuracy, sensitivity } = confusionFigures(confusionAt(drawn, 0.5));
    return { auc: rocAuc(drawn), accuracy, sensitivity, nothing: undefined };
  };

  it('draws 2,000 samples of 203 cases in a second', () => {
    const started = performance.now();
    const made = clusterBootstrap(clustered, figures, { random: createRandom(1) });
    expect(performance.now() - started).toBeLessThan(1000);
    expect(made.auc).toMatchObject({ estimate: rocAuc(clustered), draws: 2000 });
    expect(made.nothing).toBeUndefined();
  });
  it('covers the binomial interval where every case is a patient', () => {
    const alone = clustered.map((one, i) => ({ ...one, cluster: String(i) }));
    const { sensitivity } = clusterBootstrap(alone, figures, { random: createRandom(1) });
    const wilson = wilsonInterval(alone.filter(({ positive, score }) => positive && score >= 0.5).length, 98);
    expect(sensitivity?.low).toBeCloseTo(wilson.low, 1);
    expect(Math.abs((sensitivity?.standardError ?? 0) - Math.sqrt((wilson.estimate * (1 - wilson.estimate)) / 98))).toBeLessThan(0.003);
  });
  it('leaves out a figure that most draws do not have', () => {
    const rare = clusterBootstrap(clustered, (drawn) => ({ rare: drawn === clustered ? 1 : undefined }), { random: createRandom(1), draws: 20 });
    expect(rare.rare).toBeUndefined();
  });
});
