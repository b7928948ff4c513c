import { expect, it } from 'vitest';
import { openRelease } from '../../src/release/index.ts';
import { describeReal, realPath } from '../support/real-release.ts';
import { expectUpstreamRoundTrip } from '../support/round-trip.ts';

describeReal('the upstream export of the real release', ['release'], () => {
  it('reads back as the equal release: bytes, lists, every cell of both tables, every oddity', async () => {
    const release = await openRelease(realPath('release'));
    expect(release.images).toHaveLength(746);
    await expectUpstreamRoundTrip(release);
    await release.close();
  });
});
