import { expect, test } from 'vitest';
import { findBurnedInText } from '../../src/imaging/index.ts';
import { loadLettering } from '../../src/papers/generator/index.ts';
import { releasePictures } from '../support/real-pictures.ts';
import { describeReal } from '../support/real-release.ts';
import { isFound, isHeldOut, namedPicture } from '../support/text-proof.ts';

// The small twin of `npm run accept:burned-text`.
describeReal('names burned into the release\'s pictures', ['release'], () => {
  test('of 12 to 40 pixels are found', async () => {
    const lettering = await loadLettering();
    const pictures = (await releasePictures(6)).filter(({ name }) => isHeldOut(name)).map(({ picture }) => picture);
    const missed: string[] = [];
    for (let [seed, named] = [100_000, 0]; named < 30; seed++) {
      const one = await namedPicture(pictures, lettering, seed);
      if (one === undefined) continue;
      named += 1;
      if (!isFound(one.box, findBurnedInText(one.picture).map(({ box }) => box))) missed.push(`seed ${seed}: ${one.text}, ${one.height} pixels`);
    }
    expect(missed).toEqual([]);
  });
});
