/**
 * One real epoch of the preset published-densenet169, with time and memory, and the whole preset's cost computed from it:
 * npm run results:published-epoch      (some minutes on two cores that do nothing else)
 *
 * The weights are drawn by the seed: what they are makes no difference to time and memory. Nothing is scored on test.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatBytes, formatDuration, openWorkspace, terminalProgress, writeFileAtomic } from '../../src/base/index.ts';
import { createRunFolder, defaultThreads, findRecipe, prepareRun, trainRun, type EpochRecord } from '../../src/benchmark/index.ts';
import { openRelease } from '../../src/release/index.ts';
import { legacyTrack } from '../../src/splits/index.ts';
import { realPath } from '../../tests/support/real-release.ts';
import { epochCostFile, resultsFolder, type EpochCost } from './files.ts';

const home = await mkdtemp(join(tmpdir(), 'covid-ct-epoch-'));
const release = await openRelease(realPath('release'));
try {
  const recipe = findRecipe('transfer', 'published-densenet169');
  const { document, parts, start } = await prepareRun({ release, track: legacyTrack(release), recipe: { ...recipe, judged: 'last' }, seed: 0, threads: defaultThreads(), workspace: openWorkspace(join(home, 'workspace')), version: '0' });
  const stop = new AbortController();
  const [before] = loadavg();
  const cpu = process.cpuUsage();
  let found: EpochRecord | undefined;
  let cpuSeconds = 0;
  const onEpoch = (record: EpochRecord): void => {
    found = record;
    const { user, system } = process.cpuUsage(cpu);
    cpuSeconds = (user + system) / 1e6;
    stop.abort();
  };
  // Stopped after its first epoch, before any test image is scored.
  await trainRun(await createRunFolder(join(home, 'run')), document, start, { release, parts, progress: terminalProgress(), signal: stop.signal, onEpoch }).catch((error: unknown) => {
    if (found === undefined) throw error;
  });
  if (found === undefined) throw new Error('the epoch did not end');
  const cost: EpochCost = { recipe: recipe.preset, architecture: recipe.architecture, environment: document.environment, load: { before: before ?? 0, after: loadavg()[0] ?? 0 }, epochs: recipe.epochs, epoch: found, cpuSeconds: Number(cpuSeconds.toFixed(1)), images: parts.train.length };
  await mkdir(resultsFolder, { recursive: true });
  await writeFileAtomic(epochCostFile, `${JSON.stringify(cost, null, 2)}\n`);
  console.log(`${formatDuration(found.seconds)} an epoch, ${formatBytes(found.peakMemoryBytes)}; ${recipe.epochs} epochs: ${formatDuration(found.seconds * recipe.epochs)}`);
} finally {
  await release.close();
  await rm(home, { recursive: true, force: true });
}
