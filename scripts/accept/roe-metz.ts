/**
 * Type I error and coverage of the multi-reader analysis on simulated studies (Roe and Metz, Academic Radiology 4:298–303, 1997): readers and cases
 * random, jackknife covariances, Hillis's degrees of freedom.
 *   npm run accept:roe-metz [-- --count 2000] [--seed 1]
 */
import { parseArgs } from 'node:util';
import { createRandom } from '../../src/base/index.ts';
import { simulateRoeMetz, type RoeMetzConfiguration } from '../../tests/support/roe-metz-proof.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } } });
const [count, seed] = [Number(values.count), Number(values.seed)];
const tolerance = 0.015;

const configurations: readonly RoeMetzConfiguration[] = [
  { structure: 'HL 0.702', readers: 5, positives: 50, negatives: 50 },
  { structure: 'LH 0.702', readers: 5, positives: 50, negatives: 50 },
  { structure: 'LH 0.855', readers: 5, positives: 50, negatives: 50 },
  { structure: 'LH 0.855', readers: 3, positives: 25, negatives: 25 },
  { structure: 'LH 0.855', readers: 10, positives: 100, negatives: 100 },
  { structure: 'LH 0.961', readers: 5, positives: 50, negatives: 50 },
];

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
console.log(`${count} simulations each, seed ${seed}; type I error within 5 % ± 1.5 %, coverage within 95 % ± 1.5 %`);
for (const configuration of configurations) {
  const name = `${configuration.structure}, ${configuration.readers} readers, ${configuration.positives} + ${configuration.negatives} cases`;
  const { typeOneError, coverage, power } = simulateRoeMetz(configuration, count, createRandom(seed).fork(name));
  const met = Math.abs(typeOneError - 0.05) <= tolerance && Math.abs(coverage - 0.95) <= tolerance;
  if (!met) process.exitCode = 1;
  console.log(`${name}: type I error ${percent(typeOneError)}, coverage ${percent(coverage)}, power for 0.05 ${percent(power)}: ${met ? 'met' : 'not met'}`);
}
