import { expect, test } from 'vitest';
import { judgeLungMask, medianOf } from '../support/lung-proof.ts';
import { describeReal } from '../support/real-release.ts';

describeReal('the lung mask, against outlines drawn by hand before it', ['release', 'luna'], () => {
  test('median Dice is at least 0.90 on all and on those held out; it abstains where no lungs are, and nearly nowhere else', async () => {
    const judged = await judgeLungMask();
    expect(judged).toHaveLength(60);
    for (const set of [judged, judged.filter(({ half }) => half === 'held-out')]) {
      expect(medianOf(set.flatMap(({ dice }) => dice ?? []))).toBeGreaterThanOrEqual(0.9);
      // An abstention on a picture that shows lungs counts as 0 here.
      expect(medianOf(set.filter(({ truth }) => truth > 0.02).map(({ dice }) => dice ?? 0))).toBeGreaterThanOrEqual(0.9);
    }
    expect(judged.filter(({ truth }) => truth <= 0.02).map(({ dice }) => dice)).toStrictEqual([undefined, undefined]);
  });
});
