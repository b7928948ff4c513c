import { expect, it } from 'vitest';
import { expectUpstreamRoundTrip } from '../../../tests/support/round-trip.ts';
import { openSample } from '../index.ts';

it('reads back as the equal release: the sample, with every kind of defect planted', async () => {
  const sample = await openSample();
  expect(sample.problems.length).toBeGreaterThan(0);
  await expectUpstreamRoundTrip(sample);
});
