import { afterAll, beforeAll, expect, it } from 'vitest';
import { toRgb } from '../../src/imaging/index.ts';
import { decodePicture } from '../../src/imaging/node.ts';
import { openZipFileTree } from '../../src/release/index.ts';
import { describeReal, realPath } from '../support/real-release.ts';
import { openPage, type OpenPage } from './open-page.ts';

describeReal('every picture of the real release, decoded in Chromium and in Node', ['release'], () => {
  let page: OpenPage;
  beforeAll(async () => {
    page = await openPage();
  });
  afterAll(() => page.close());

  it('PNG: the same samples; JPEG: within one level', async () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const label of ['COVID', 'NonCOVID']) {
      const tree = await openZipFileTree(`${realPath('release')}/Images-processed/CT_${label}.zip`);
      for (const { path } of tree.entries) {
        const bytes = await tree.read(path);
        const ours = toRgb(await decodePicture(bytes));
        const answer = await page.calls.decode(Buffer.from(bytes).toString('base64'));
        const theirs = toRgb({ width: answer.width, height: answer.height, channels: answer.channels, data: new Uint8Array(Buffer.from(answer.data, 'base64')) });
        const allowed = path.toLowerCase().endsWith('.png') ? 0 : 1;
        const far = theirs.data.length !== ours.data.length || theirs.data.some((value, i) => Math.abs(value - (ours.data[i] ?? NaN)) > allowed);
        if (far) wrong.push(path);
        compared += 1;
      }
      await tree.close();
    }
    expect(wrong).toEqual([]);
    expect(compared).toBe(746);
    // A minute on two cores of its own.
  }, 1_200_000);
});
