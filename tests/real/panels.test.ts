import { expect, it } from 'vitest';
import { splitPanels } from '../../src/papers/index.ts';
import { judgeTrueComposites } from '../support/panel-proof.ts';
import { releasePictures } from '../support/real-pictures.ts';
import { describeReal } from '../support/real-release.ts';

// What of `npm run accept:panels` is met (docs/PAPERS.md says what is not).
describeReal('panels of composite figures', ['release', 'papers'], () => {
  it('of the seven papers, beside the boxes made by hand', async () => {
    const judged = await judgeTrueComposites();
    const sum = (of: (one: (typeof judged)[number]) => number): number => judged.reduce((total, one) => total + of(one), 0);
    expect(sum(({ right }) => right) / sum(({ wanted }) => wanted.length)).toBeGreaterThanOrEqual(0.9);
    expect(sum(({ right }) => right) / sum(({ found }) => found.length)).toBeGreaterThanOrEqual(0.9);
  });

  it("leave the release's single pictures whole: at most 1 % is split", async () => {
    const real = await releasePictures();
    expect(real.filter(({ picture }) => splitPanels(picture).panels.length > 1).length).toBeLessThanOrEqual(0.01 * real.length);
  }, 900_000);
});
