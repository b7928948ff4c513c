import { beforeAll, expect, it } from 'vitest';
import { alterationNames } from '../../src/imaging/index.ts';
import { duplicateNames, layGround, proveAlteration, type Ground } from '../support/alteration-proof.ts';
import { pairKey, readDuplicateTruth, trueGroups } from '../support/duplicate-truth.ts';
import { lunaPictures, releasePictures, type RealPicture } from '../support/real-pictures.ts';
import { describeReal } from '../support/real-release.ts';

const truth = readDuplicateTruth();

describeReal('true duplicates of the real release', ['release', 'luna'], () => {
  let pictures: readonly RealPicture[];
  let ground: Ground;
  beforeAll(async () => {
    pictures = await releasePictures();
    ground = layGround([...pictures, ...(await lunaPictures())], trueGroups(truth));
  });

  it('are the pairs of the truth list, all of them and no other', async () => {
    const called = (await duplicateNames(pictures)).map(([first, second]) => pairKey(first, second));
    const wanted = truth.filter((pair) => pair.truth === 'duplicate').map((pair) => pairKey(pair.first, pair.second));
    expect(called.toSorted()).toEqual(wanted.toSorted());
  });

  // The small size of npm run accept:alterations, which proves it on every picture and more seeds.
  it.each(alterationNames)('are found again after: %s, with no false pair among 1,746 pictures', async (name) => {
    const proof = await proveAlteration(ground, name, 104, 50);
    expect(proof.falsePairs).toEqual([]);
    expect(proof.found / proof.altered).toBeGreaterThanOrEqual(0.95);
  });
});
