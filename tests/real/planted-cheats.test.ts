import { expect, test } from 'vitest';
import { cheats, flaggedOf, plantedRelease } from '../support/planted-cheats.ts';
import { lunaPictures } from '../support/real-pictures.ts';
import { describeReal } from '../support/real-release.ts';

describeReal('planted cheats, on slices of LUNA16 whose labels are drawn', ['luna'], () => {
  test('each is flagged, and without one nothing is', async () => {
    const pictures = (await lunaPictures(3)).map(({ picture }) => picture);
    expect(await flaggedOf(await plantedRelease(pictures, undefined))).toEqual([]);
    const found = new Map<string, readonly string[]>();
    for (const cheat of cheats) found.set(cheat, await flaggedOf(await plantedRelease(pictures, cheat)));
    expect(found.get('corner square')).toContain('border');
    expect(found.get('file format')).toContain('header');
    expect(found.get('resolution')).toContain('header');
  });
});
