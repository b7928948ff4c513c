import { expect, it } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import { simulateRoeMetz } from '../support/roe-metz-proof.ts';

it('150 simulated studies: type I error and coverage as far from nominal as chance allows (npm run accept:roe-metz has 2,000 of each of six kinds)', () => {
  const { typeOneError, coverage, power } = simulateRoeMetz({ structure: 'LH 0.855', readers: 4, positives: 20, negatives: 20 }, 150, createRandom(9));
  // Three standard errors of a share of 0.05 in 150: ± 0.053.
  expect(typeOneError).toBeLessThan(0.103);
  expect(coverage).toBeGreaterThan(0.897);
  expect(power).toBeGreaterThan(typeOneError);
});
