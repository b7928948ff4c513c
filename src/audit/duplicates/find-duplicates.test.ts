import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { alterationNames, drawPhantom, flipVertical, type Picture } from '../../imaging/index.ts';
import { alterPicture } from '../../imaging/node.ts';
import { createDuplicateIndex, describePicture, findDuplicates, findDuplicatesOf, type DescribedPicture, type DuplicateIndex } from './find-duplicates.ts';
import { connectedGroups } from './groups.ts';

const patients = 16;
const phantom = (patient: number, slice = 0): Picture => drawPhantom({ patient, slice, lesions: patient % 2 === 0 ? 'opacities' : 'nodules', width: 360, height: 280 });

describe('findDuplicates', () => {
  let described: DescribedPicture[];
  let index: DuplicateIndex;
  beforeAll(() => {
    described = Array.from({ length: patients }, (_, patient) => describePicture(`p${patient}`, phantom(patient)));
    index = createDuplicateIndex(described);
  });

  it('finds no pair among different pictures', async () => {
    const { pairs, groups, adjacentGroups } = await findDuplicates(described);
    expect(pairs).toEqual([]);
    expect(groups).toEqual([]);
    expect(adjacentGroups).toEqual([]);
  });

  it.each(alterationNames)('finds each picture again after: %s', async (name) => {
    for (let patient = 0; patient < patients; patient++) {
      const altered = await alterPicture(phantom(patient), name, createRandom(500 + patient));
      const found = findDuplicatesOf(describePicture('altered', altered.picture), index).filter((pair) => pair.kind === 'duplicate');
      expect(found.map((pair) => pair.second)).toEqual([`p${patient}`]);
      expect(found[0]?.alignment.flip).toBe(name === 'flip' ? 1 : 0);
    }
  });

  it('finds pictures turned upside down', () => {
    const found = findDuplicatesOf(describePicture('upside down', flipVertical(phantom(3))), index);
    expect(found.map((pair) => [pair.second, pair.alignment.flip])).toEqual([['p3', 2]]);
  });

  it('passes over a stored picture of the same name, and takes what no patch can be cut from', () => {
    expect(findDuplicatesOf(described[0] ?? describePicture('none', phantom(0)), index)).toEqual([]);
    for (const [width, height] of [[1, 1], [3, 400], [64, 64]] as const) {
      expect(findDuplicatesOf(describePicture('flat', { width, height, channels: 1, data: new Uint8Array(width * height) }), index)).toEqual([]);
    }
  });

  it('joins three copies to one group, and keeps neighbouring slices apart from them', async () => {
    const copy = async (name: 'crop' | 'jpeg', as: string) => describePicture(as, (await alterPicture(phantom(5), name, createRandom(9))).picture);
    const set = [...described, await copy('crop', 'c'), await copy('jpeg', 'd'), describePicture('next', phantom(7, 12))];
    const { pairs, groups } = await findDuplicates(set);
    expect(groups).toEqual([['p5', 'c', 'd']]);
    expect(pairs.filter((pair) => pair.kind === 'duplicate')).toHaveLength(3);
    expect(pairs.filter((pair) => [pair.first, pair.second].includes('next') && pair.kind === 'duplicate')).toEqual([]);
  });

  it('can be interrupted', async () => {
    const controller = new AbortController();
    controller.abort();
    const twice = [...described, { ...(described[0] ?? describePicture('none', phantom(0))), name: 'again' }];
    await expect(findDuplicates(twice, { signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('connectedGroups', () => {
  it('joins chains and leaves singles out', () => {
    expect(connectedGroups(7, [{ a: 5, b: 2 }, { a: 0, b: 6 }, { a: 2, b: 3 }])).toEqual([[0, 6], [2, 3, 5]]);
    expect(connectedGroups(3, [])).toEqual([]);
  });
});
