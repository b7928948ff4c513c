import { expect, it } from 'vitest';
import { awakeTime } from './awake-time.ts';

it('counts the time between looks, but not that a process stood still', () => {
  const spent = awakeTime();
  expect([10_000, 10_050, 10_100, 11_600].map(spent)).toEqual([0, 50, 100, 1600]);
  // Six minutes stopped.
  expect([371_600, 371_650].map(spent)).toEqual([3600, 3650]);
});
