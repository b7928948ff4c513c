import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRandom } from '../../base/index.ts';
import {
  analyseReaders,
  chiSquareUpperTail,
  cohenKappa,
  drawRoeMetz,
  equivalence,
  fleissKappa,
  fUpperTail,
  hillisDegrees,
  intraclassCorrelation,
  nonInferiority,
  readerDifferences,
  roeMetzAucs,
  roeMetzStructures,
  scoreLocalisation,
  studentQuantile,
  type ArmDifference,
  type MultiReaderData,
} from '../index.ts';

const folder = new URL('../../../tests/oracles/statistics/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const numbers = z.array(z.number());
const interval = z.object({ estimate: z.number(), standardError: z.number(), degrees: z.number().nullable(), low: z.number(), high: z.number(), p: z.number() });
const analysis = z.object({
  method: z.enum(['jackknife', 'delong']),
  inference: z.enum(['random', 'fixed-readers', 'fixed-cases']),
  kind: z.enum(['auc', 'sensitivity', 'specificity']),
  threshold: z.number(),
  degreesMethod: z.enum(['bounded', 'hillis']),
  values: z.array(numbers),
  meanSquares: z.object({ arm: z.number(), reader: z.number(), armReader: z.number() }),
  terms: z.object({ error: z.number(), cov1: z.number(), cov2: z.number(), cov3: z.number() }),
  test: z.object({ statistic: z.number(), numerator: z.number(), denominator: z.number().nullable(), p: z.number() }),
  arms: z.array(interval.extend({ logit: z.object({ low: z.number(), high: z.number() }) })),
  differences: z.array(interval),
});
/** What the brute-force analysis in Python computed; made by tests/oracles/statistics/multi_reader.py. */
const oracle = z
  .object({
    multiReader: z.array(z.object({ name: z.string(), positive: z.array(z.boolean()), ratings: z.array(z.array(z.array(z.number().nullable()))), analyses: z.array(analysis) })),
    agreement: z.array(z.object({ ratings: z.array(numbers), categories: z.number(), fleiss: z.number(), linear: z.number(), quadratic: z.number(), agreement: z.number(), consistency: z.number(), f: z.number(), p: z.number() })),
    distributions: z.object({
      f: z.array(z.object({ f: z.number(), numerator: z.number(), denominator: z.number(), p: z.number() })),
      student: z.array(z.object({ p: z.number(), degrees: z.number(), t: z.number() })),
      chiSquare: z.array(z.object({ x: z.number(), degrees: z.number(), p: z.number() })),
    }),
  })
  .parse(read('multi-reader.json'));

/** Where numbers differ from another program's by more than 10⁻⁹; `null` there is an infinite number of degrees of freedom. */
function differing(actual: unknown, expected: unknown, path = ''): string[] {
  if (typeof expected === 'number' || expected === null) {
    const wanted = expected ?? Infinity;
    const close = actual === wanted || (typeof actual === 'number' && Math.abs(actual - wanted) / Math.max(1, Math.abs(wanted)) < 1e-9);
    return close ? [] : [`${path}: ${String(actual)} and not ${wanted}`];
  }
  return Object.entries(expected as object).flatMap(([key, value]) => differing((actual as Record<string, unknown> | undefined)?.[key], value, `${path}.${key}`));
}

const names = (count: number, what: string): string[] => Array.from({ length: count }, (_, i) => `${what} ${i + 1}`);
function dataOf(positive: readonly boolean[], ratings: readonly (readonly (readonly (number | null)[])[])[]): MultiReaderData {
  return { arms: names(ratings.length, 'arm'), readers: names(ratings[0]?.length ?? 0, 'reader'), positive, ratings: ratings.map((arm) => arm.map((cell) => cell.map((rating) => rating ?? undefined))) };
}

describe('Obuchowski and Rockette, as brute force in Python has it, to 1e-9', () => {
  it.each(oracle.multiReader.flatMap(({ name, positive, ratings, analyses }) => analyses.map((expected) => ({ name, positive, ratings, expected, ...expected }))))(
    '$name: $kind, $inference, $method, degrees of freedom $degreesMethod',
    ({ positive, ratings, expected }) => {
      const { method, inference, kind, threshold, degreesMethod, ...figures } = expected;
      const result = analyseReaders(dataOf(positive, ratings), { method, inference, degrees: degreesMethod, figure: kind === 'auc' ? { kind } : { kind, threshold } });
      expect(differing(result, figures)).toEqual([]);
    },
  );
});

describe('degrees of freedom', () => {
  it('are Hillis’s own but where readers vary by less than their cases account for', () => {
    expect(hillisDegrees(2, 1, 4)).toBe(9);
    expect(hillisDegrees(2, 1, 4, 1)).toBe(9);
    expect(hillisDegrees(2, 1, 4, 2.5)).toBeCloseTo(4 * 1.4 ** 2, 12);
    expect(hillisDegrees(0, 1, 4)).toBe(Infinity);
    const { positive, ratings } = oracle.multiReader.find(({ name }) => name === 'readers alike by chance') ?? { positive: [], ratings: [] };
    const { test, terms } = analyseReaders(dataOf(positive, ratings));
    expect(terms.armReader).toBeLessThan(0);
    expect(test.denominator).toBeLessThan(test.hillis);
  });
});

describe('Van Dyke’s ratings, to the digits printed by the literature', () => {
  const source = z.object({ negatives: z.number(), positives: z.number(), ratings: z.array(z.array(z.string())) }).parse(read('van-dyke.json'));
  const positive = Array.from({ length: source.negatives + source.positives }, (_, i) => i >= source.negatives);
  const data = dataOf(positive, source.ratings.map((arm) => arm.map((cell) => [...cell].map(Number))));
  const part = z.record(z.string(), z.number());
  const section = z.object({ terms: part.optional(), test: part, meanSquares: part.optional(), difference: part, arms: z.array(part).optional(), readers: z.array(part).optional(), threshold: z.number().optional() });
  const published = z
    .object({ aucs: z.array(numbers), delong: section, fixedReaders: section, fixedCases: section, nestedInReaders: section, nestedInArms: section, sensitivity: section })
    .parse(read('van-dyke-published.json'));
  /** Where a figure is not the printed one. R prints seven digits, of a column's smallest number at least. */
  const misprinted = (actual: object | undefined, expected: Record<string, number> | undefined, where: string): string[] =>
    Object.entries(expected ?? {}).flatMap(([key, value]) => {
      const found = Number((actual as Record<string, unknown> | undefined)?.[key]);
      return Math.abs(found - value) <= Math.max(5.01e-7 * Math.abs(value), 5.01e-9) ? [] : [`${where} ${key}: ${found} and not ${value}`];
    });
  const misprints = (chosen: MultiReaderData, expected: z.infer<typeof section>, options: Parameters<typeof analyseReaders>[1]): string[] => {
    const result = analyseReaders(chosen, options);
    return [
      ...misprinted(result.terms, expected.terms, 'terms'),
      ...misprinted(result.test, expected.test, 'test'),
      ...misprinted(result.meanSquares, expected.meanSquares, 'mean squares'),
      ...misprinted(result.differences[0], expected.difference, 'difference'),
      ...(expected.arms ?? []).flatMap((arm, i) => misprinted(result.arms[i], arm, `arm ${i + 1}`)),
    ];
  };
  /** Every reader, or every arm, with cases of its own. */
  const nested = (by: 'reader' | 'arm'): MultiReaderData => {
    const groups = by === 'reader' ? data.readers.length : data.arms.length;
    const spread = data.ratings.map((arm, a) => arm.map((cell, r) => Array.from({ length: groups }, (_, group) => cell.map((rating) => (group === (by === 'reader' ? r : a) ? rating : undefined))).flat()));
    return { ...data, positive: Array.from({ length: groups }, () => positive).flat(), ratings: spread };
  };

  it('AUCs of both arms and five readers', () => {
    analyseReaders(data).values.forEach((arm, i) => arm.forEach((value, j) => expect(Math.abs(value - (published.aucs[i]?.[j] ?? 0))).toBeLessThan(5.01e-8)));
  });
  it.each(['bounded', 'hillis'] as const)('random readers and cases: F, degrees of freedom (%s), p, intervals', (degrees) => expect(misprints(data, published.delong, { method: 'delong', degrees })).toEqual([]));
  it('fixed readers', () => {
    expect(misprints(data, published.fixedReaders, { inference: 'fixed-readers' })).toEqual([]);
    expect(readerDifferences(data, 'arm 1', 'arm 2').flatMap((difference, j) => misprinted(difference, published.fixedReaders.readers?.[j], `reader ${j + 1}`))).toEqual([]);
  });
  it('fixed cases', () => expect(misprints(data, published.fixedCases, { inference: 'fixed-cases' })).toEqual([]));
  it('cases nested in readers', () => expect(misprints(nested('reader'), published.nestedInReaders, {})).toEqual([]));
  it('cases nested in arms', () => expect(misprints(nested('arm'), published.nestedInArms, {})).toEqual([]));
  it('sensitivity at a rating of 3', () => expect(misprints(data, published.sensitivity, { figure: { kind: 'sensitivity', threshold: 3 } })).toEqual([]));
});

describe('agreement, as statsmodels, scikit-learn and pingouin compute it', () => {
  it.each(oracle.agreement)('$categories categories', ({ ratings, categories, ...expected }) => {
    const counts = ratings.map((row) => Array.from({ length: categories }, (_, c) => row.filter((value) => value === c).length));
    const pairs = ratings.map((row): [number, number] => [row[0] ?? 0, row[1] ?? 0]);
    const weighted = (weights: 'linear' | 'quadratic') => cohenKappa(pairs, Array.from({ length: categories }, (_, c) => c), weights).kappa?.estimate;
    const icc = intraclassCorrelation(ratings);
    expect(differing({ fleiss: fleissKappa(counts), linear: weighted('linear'), quadratic: weighted('quadratic'), ...icc }, expected)).toEqual([]);
  });
  it('gives Shrout and Fleiss’s own example (1979, table 4): 0.29 and 0.71', () => {
    const icc = intraclassCorrelation([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]);
    expect([icc?.agreement.toFixed(2), icc?.consistency.toFixed(2)]).toEqual(['0.29', '0.71']);
  });
  it('has no figure where nobody disagrees about anything', () => {
    expect(fleissKappa([[3, 0], [3, 0]])).toBeUndefined();
    expect(intraclassCorrelation([[1, 1], [1, 1]])).toBeUndefined();
    expect(() => fleissKappa([[2, 1], [2, 0]])).toThrow(RangeError);
  });
});

describe('distributions, as SciPy computes them', () => {
  it.each(oracle.distributions.f)('F $f with $numerator and $denominator', ({ f, numerator, denominator, p }) => {
    expect(Math.abs(fUpperTail(f, numerator, denominator) - p)).toBeLessThan(1e-10);
  });
  it.each(oracle.distributions.student)('t $p with $degrees', ({ p, degrees, t }) => {
    expect(Math.abs(studentQuantile(p, degrees) / t - 1)).toBeLessThan(1e-9);
  });
  it.each(oracle.distributions.chiSquare)('χ² $x with $degrees', ({ x, degrees, p }) => {
    expect(Math.abs(chiSquareUpperTail(x, degrees) - p)).toBeLessThan(1e-12);
  });
});

describe('margins', () => {
  const difference = (estimate: number, standardError: number, degrees = Infinity): ArmDifference => ({ first: 'a', second: 'b', estimate, low: 0, high: 0, confidence: 0.95, standardError, degrees, statistic: 0, p: 0 });
  it('are shown where the interval lies within them', () => {
    expect(nonInferiority(difference(-0.01, 0.02), 0.05)).toMatchObject({ low: expect.closeTo(-0.01 - 1.959964 * 0.02, 6), shown: true, p: expect.closeTo(0.0227501, 6) });
    expect(nonInferiority(difference(-0.02, 0.02), 0.05).shown).toBe(false);
    expect(nonInferiority(difference(-0.01, 0.02, 3), 0.05).shown).toBe(false);
    expect(equivalence(difference(0.01, 0.02), 0.05)).toMatchObject({ high: expect.closeTo(0.01 + 1.644854 * 0.02, 6), shown: true, p: expect.closeTo(0.0227501, 6) });
    expect(equivalence(difference(0.03, 0.02), 0.05).shown).toBe(false);
  });
  it('judge differences without variance, and must be set', () => {
    expect(nonInferiority(difference(0, 0), 0.05).shown).toBe(true);
    expect(equivalence(difference(0.06, 0), 0.05).shown).toBe(false);
    expect(() => nonInferiority(difference(0, 1), 0)).toThrow(RangeError);
  });
});

describe('localisation', () => {
  it('counts hits, misses and false marks, and asks for the right place in the AUC', () => {
    const places = [{ x: 0.5, y: 0.5, radius: 0.1 }];
    const figures = scoreLocalisation([
      { positive: true, score: 5, marks: [{ x: 0.55, y: 0.5 }], places },
      { positive: true, score: 4, marks: [{ x: 0.9, y: 0.9 }], places },
      { positive: false, score: 3, marks: [], places: [] },
      { positive: false, score: 4.5, marks: [{ x: 0.1, y: 0.1 }], places: [] },
    ]);
    expect(figures).toEqual({ hits: 1, places: 2, falseMarksPerCase: 0.5, lrocAuc: 0.5 });
    expect(scoreLocalisation([]).lrocAuc).toBeUndefined();
  });
});

describe('the model of Roe and Metz', () => {
  const { separation, ...variances } = roeMetzStructures['LH 0.855'];
  it('gives the AUC that the row is named after', () => {
    for (const [name, row] of Object.entries(roeMetzStructures)) {
      // The authors name the rows by the AUC of the mean reader, without the variance between readers.
      const [auc] = roeMetzAucs({ ...row, varianceReader: 0, varianceArmReader: 0, separations: [row.separation] });
      expect(auc).toBeCloseTo(Number(name.slice(3)), 2);
    }
  });
  it('is kept by the draws: the mean AUC of many small studies is the expected one', () => {
    const model = { ...variances, separations: [separation, 2] };
    const random = createRandom(4);
    const means = Array.from({ length: 200 }, () => analyseReaders(drawRoeMetz(model, { readers: 3, positives: 15, negatives: 15 }, random)).arms.map(({ estimate }) => estimate));
    roeMetzAucs(model).forEach((auc, i) => expect(Math.abs(means.reduce((sum, one) => sum + (one[i] ?? 0), 0) / means.length - auc)).toBeLessThan(0.012));
  });
});

describe('what cannot be analysed', () => {
  const data = dataOf([true, true, false, false], [[[1, 2, 3, 4]], [[1, 2, 3, 4]]]);
  it('is refused with the reason', () => {
    expect(() => analyseReaders(data)).toThrow('two readers');
    expect(() => analyseReaders({ ...data, arms: ['one'] })).toThrow('[arms][readers][cases]');
    expect(() => analyseReaders(dataOf([true, false, false, false], [[[1, 2, 3, 4]], [[1, 2, 3, 4]]]), { inference: 'fixed-readers' })).toThrow('two of each');
    expect(() => analyseReaders(dataOf([true, true, false, false], [[[1, 2, 3, Number.NaN]], [[1, 2, 3, 4]]]))).toThrow('finite');
  });
  it('without any difference has p 1, not a division by nothing', () => {
    const same = dataOf([true, true, false, false], [[[3, 4, 1, 2], [3, 4, 1, 2]], [[3, 4, 1, 2], [3, 4, 1, 2]]]);
    expect(analyseReaders(same)).toMatchObject({ test: { statistic: 0, p: 1 }, differences: [{ estimate: 0, p: 1 }] });
  });
});
