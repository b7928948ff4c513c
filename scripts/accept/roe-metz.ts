/**
 * Type I error and coverage of the multi-reader analysis on simulated studies (Roe and Metz, Academic Radiology 4:298–303, 1997): readers and cases
 * random, jackknife covariances, degrees of freedom as the studies' analysis has them; beside them what Hillis's own would have given on the same studies.
 *   npm run accept:roe-metz [-- --count 2000] [--seed 1] [--only 4]
 * `--only` runs one configuration by its number, so that they can be run in pieces.
 */
import { parseArgs } from 'node:util';
import { createRandom } from '../../src/base/index.ts';
import { simulateRoeMetz, type RoeMetzConfiguration } from '../../tests/support/roe-metz-proof.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' }, only: { type: 'string' } } });
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
const chance = `chance alone moves each figure by ± ${percent(Math.sqrt((0.05 * 0.95) / count))} (a standard error)`;
console.log(`${count} simulations each, seed ${seed}: type I error within 5 % ± 1.5 %, coverage within 95 % ± 1.5 %; ${chance}`);
for (const [i, configuration] of configurations.entries()) {
  if (values.only !== undefined && Number(values.only) !== i + 1) continue;
  const name = `${configuration.structure}, ${configuration.readers} readers, ${configuration.positives} + ${configuration.negatives} cases`;
  const { typeOneError, coverage, armCoverage, power, hillis } = simulateRoeMetz(configuration, count, createRandom(seed).fork(name));
  const met = Math.abs(typeOneError - 0.05) <= tolerance && Math.abs(coverage - 0.95) <= tolerance;
  if (!met) process.exitCode = 1;
  console.log(`${i + 1}. ${name}: type I error ${percent(typeOneError)}, coverage ${percent(coverage)}: ${met ? 'met' : 'not met'}`);
  console.log(`   an arm's own AUC ${percent(armCoverage)}; power for 0.05 ${percent(power)}; Hillis's own degrees of freedom: type I error ${percent(hillis.typeOneError)}, coverage ${percent(hillis.coverage)}`);
}
