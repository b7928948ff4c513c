import { describe, expect, it } from 'vitest';
import { drawnRelease } from '../../../tests/support/drawn-release.ts';
import { cleanFolds, legacyTrack } from '../../splits/index.ts';
import { hashOfParts, partsOf } from './parts.ts';

const release = drawnRelease({ train: 8, val: 3, test: 4 });

describe('partsOf', () => {
  it('takes the published lists, COVID as class 0', () => {
    const { classes, train, val, test } = partsOf(release, legacyTrack(release));
    expect([train.length, val.length, test.length]).toEqual([16, 6, 8]);
    expect(classes).toEqual(['COVID', 'NonCOVID']);
    expect(train.every(({ label, target }) => target === (label === 'COVID' ? 0 : 1))).toBe(true);
  });

  it('of folds: one tests, the next validates, the others train', () => {
    const track = cleanFolds(release, undefined, 3, 1);
    const folds = [1, 2, 3].map((fold) => partsOf(release, track, fold));
    const ids = (examples: readonly { readonly image: { readonly id: string } }[]) => examples.map(({ image }) => image.id);
    expect(folds.flatMap(({ test }) => ids(test)).toSorted()).toEqual(release.images.map(({ id }) => id));
    expect(ids(folds[2]?.val ?? [])).toEqual(ids(folds[0]?.test ?? []));
    for (const { train, val, test } of folds) expect(new Set([...ids(train), ...ids(val), ...ids(test)]).size).toBe(30);
    expect(() => partsOf(release, track, 4)).toThrow('There is no fold 4 of 3.');
  });

  it('refuses a part without both labels', () => {
    const lame = drawnRelease({ train: 2, val: 0, test: 1 });
    expect(() => partsOf(lame, legacyTrack(lame))).toThrow('The part val of drawn does not hold images of both labels.');
  });
});

describe('hashOfParts', () => {
  it('changes with the parts', async () => {
    const hashes = await Promise.all([1, 2].map((fold) => hashOfParts(release, partsOf(release, cleanFolds(release, undefined, 3, 1), fold))));
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(hashes[0]).not.toBe(hashes[1]);
  });
});
