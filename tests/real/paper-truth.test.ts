import { expect, it } from 'vitest';
import { openRelease } from '../../src/release/index.ts';
import { captionHash, readTrueCaptions } from '../support/paper-truth.ts';
import { describeReal, realPath } from '../support/real-release.ts';

describeReal('captions of the workbook', ['release'], () => {
  it('are each labelled once', async () => {
    const release = await openRelease(realPath('release'));
    const hashes = new Set(release.metadata.flatMap(({ file, captions }) => (file.endsWith('.xlsx') ? (captions.value ?? []).map(captionHash) : [])));
    await release.close();
    const labelled = readTrueCaptions().filter(({ source }) => source === 'workbook');
    expect(labelled.map(({ sha256 }) => sha256).toSorted()).toEqual([...hashes].toSorted());
    expect(labelled).toHaveLength(145);
  });
});
