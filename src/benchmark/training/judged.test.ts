import { describe, expect, it } from 'vitest';
import { fromFloat32, type StateDict } from '../../nn/index.ts';
import { openJudged } from './judged.ts';

const stateOf = (value: number): StateDict => new Map([['w', fromFloat32(Float32Array.of(value), [1])]]);
const nothing: StateDict = new Map();

describe('openJudged', () => {
  it('last: keeps nothing', () => {
    const judged = openJudged({ judged: 'last', epochs: 3 }, nothing);
    judged.afterEpoch(1, 0.9, { val: [1], test: undefined }, () => stateOf(1));
    expect([judged.tensors().size, judged.state(), judged.scores()]).toEqual([0, undefined, undefined]);
  });

  it('best-validation: keeps the first of the best networks, over a checkpoint too', () => {
    const recipe = { judged: 'best-validation', epochs: 4 } as const;
    const judged = openJudged(recipe, nothing);
    judged.afterEpoch(1, 0.5, { val: [], test: undefined }, () => stateOf(1));
    judged.afterEpoch(2, 0.7, { val: [], test: undefined }, () => stateOf(2));
    const resumed = openJudged(recipe, judged.tensors());
    resumed.afterEpoch(3, 0.7, { val: [], test: undefined }, () => stateOf(3));
    expect(resumed.state()).toEqual(stateOf(2));
    resumed.afterEpoch(4, 0.8, { val: [], test: undefined }, () => stateOf(4));
    expect(resumed.state()).toEqual(stateOf(4));
  });

  it('vote: the mean score of the last epochs, over a checkpoint too', () => {
    const recipe = { judged: { vote: 2 }, epochs: 3 };
    const judged = openJudged(recipe, nothing);
    expect([1, 2, 3].map((epoch) => judged.wantsTest(epoch))).toEqual([false, true, true]);
    judged.afterEpoch(1, 0.5, { val: [9, 9], test: undefined }, () => nothing);
    judged.afterEpoch(2, 0.5, { val: [0.2, 0.4], test: [0.1] }, () => nothing);
    const resumed = openJudged(recipe, judged.tensors());
    resumed.afterEpoch(3, 0.5, { val: [0.4, 0.8], test: [0.3] }, () => nothing);
    expect(resumed.scores()?.val).toEqual([(0.2 + 0.4) / 2, (0.4 + 0.8) / 2]);
    expect(resumed.scores()?.test).toEqual([0.2]);
  });

  it('vote: fewer epochs than voters all vote', () => {
    const judged = openJudged({ judged: { vote: 10 }, epochs: 1 }, nothing);
    judged.afterEpoch(1, 0.5, { val: [0.25], test: [0.5] }, () => nothing);
    expect(judged.scores()).toEqual({ val: [0.25], test: [0.5] });
  });
});
