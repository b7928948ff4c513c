import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { cohenKappa, type KappaWeights } from './index.ts';

interface OracleCase {
  readonly categories: readonly string[];
  readonly weights: KappaWeights;
  readonly pairs: readonly (readonly [string, string])[];
  readonly kappa: number;
  readonly standardError: number | null;
}

describe("Cohen's kappa", () => {
  it('is scikit-learn’s, and its interval statsmodels’', async () => {
    const { cases } = JSON.parse(await readFile(new URL('../../tests/oracles/statistics/kappa.json', import.meta.url), 'utf8')) as { readonly cases: readonly OracleCase[] };
    expect(cases).toHaveLength(18);
    for (const { categories, weights, pairs, kappa, standardError } of cases) {
      const ours = cohenKappa(pairs, categories, weights);
      expect(ours.kappa?.estimate).toBeCloseTo(kappa, 12);
      if (standardError === null) continue;
      const half = 1.959963984540054 * standardError;
      expect(ours.kappa?.low).toBeCloseTo(Math.max(-1, kappa - half), 9);
      expect(ours.kappa?.high).toBeCloseTo(Math.min(1, kappa + half), 9);
    }
  });

  it('is not defined where both raters use one category, or rated nothing', () => {
    expect(cohenKappa([['a', 'a'], ['a', 'a']], ['a', 'b']).kappa).toBeUndefined();
    expect(cohenKappa([], ['a']).kappa).toBeUndefined();
    expect(() => cohenKappa([['a', 'x']], ['a'])).toThrow(RangeError);
  });
});
