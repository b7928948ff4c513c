import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { aucClusterBootstrap, clusterDraws, percentileInterval, rocAuc, weightedAuc } from './index.ts';

const random = createRandom(8);
// One decimal: many ties, within a class and across.
const cases = Array.from({ length: 60 }, (_, i) => ({ positive: i % 3 === 0, score: Math.round(10 * (random.uniform() + (i % 3 === 0 ? 0.3 : 0))) / 10, cluster: String(i >> 1) }));

describe('the AUC of weighted cases', () => {
  it('is that of the cases written out', () => {
    const auc = weightedAuc(cases);
    expect(auc(cases.map(() => 1))).toBeCloseTo(rocAuc(cases), 14);
    for (let draw = 0; draw < 20; draw++) {
      const times = cases.map(() => random.integer(0, 3));
      expect(auc(times)).toBeCloseTo(rocAuc(cases.flatMap((one, i) => Array.from({ length: times[i] ?? 0 }, () => one))), 14);
    }
  });

  it('is undefined where a draw lacks a class, and refuses cases that lack one', () => {
    expect(weightedAuc(cases)(cases.map(({ positive }) => Number(positive)))).toBeUndefined();
    expect(() => weightedAuc([{ positive: true, score: 1 }])).toThrow(RangeError);
  });

  it('gives the interval that the bootstrap over written-out samples gives', () => {
    const auc = weightedAuc(cases);
    const drawn: number[] = [];
    for (const times of clusterDraws(cases, { random: createRandom(4), draws: 300 })) drawn.push(auc(times) ?? Number.NaN);
    const { low, high } = percentileInterval(rocAuc(cases), drawn);
    const plain = aucClusterBootstrap(cases, { random: createRandom(4), draws: 300 });
    expect([low, high]).toEqual([expect.closeTo(plain.low, 12), expect.closeTo(plain.high, 12)]);
  });
});
