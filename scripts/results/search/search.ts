/**
 * Searches for a recipe by cross-validation on train + val of the published lists: npm run results:search -- [--hours H] | --status | --freeze
 *
 * Test images are not looked at. Candidates, rounds and the limit of 12 machine hours are data (candidates.ts); every training
 * is a line of results/search/ledger.jsonl, so that the search goes on in nights to come, where it was stopped. Started twice,
 * on a core each (taskset), it makes two trainings at once, and none twice. `--freeze` writes the winner to
 * results/search/frozen.json: commit it, then npm run results:searched scores it.
 */
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CovidCtError, formatDuration, pathExists, sha256, terminalProgress, writeFileAtomic } from '../../../src/base/index.ts';
import { createRunFolder, defaultThreads, openRunFolder, prepareRun, reopenRunFolder, trainRun, type Parts } from '../../../src/benchmark/index.ts';
import { openRelease, type Release } from '../../../src/release/index.ts';
import { legacyTrack, type Track } from '../../../src/splits/index.ts';
import { rocAuc } from '../../../src/statistics/index.ts';
import { realPath } from '../../../tests/support/real-release.ts';
import { frozenRecipeFile, root } from '../files.ts';
import { runScript } from '../named.ts';
import { workspace } from '../stages.ts';
import { takeOne } from '../take-turns.ts';
import { candidates } from './candidates.ts';
import { foldParts } from './fold-parts.ts';
import { appendToLedger, isDone, readLedger, standingOf, type Standing, type Wanted } from './ledger.ts';
import { makeStart } from './start.ts';

function printStanding({ ranking, hours, exhausted, winner, wanted: [next] }: Standing): void {
  for (const { name, trainings, meanAuc } of ranking) console.log(`${name.padEnd(24)} ${String(trainings).padStart(2)} trainings  AUC ${Number.isNaN(meanAuc) ? '–' : meanAuc.toFixed(4)}`);
  const state = winner === undefined ? (exhausted ? 'the hours are used up' : `next: ${next?.candidate.name ?? ''}, fold ${next?.fold ?? ''}, seed ${next?.seed ?? ''}`) : `the winner is ${winner}`;
  console.log(`${hours.toFixed(2)} machine hours; ${state}.`);
}

const folderOf = ({ candidate, fold, seed }: Wanted): string => workspace.path('search', `${candidate.name}-fold${fold}-seed${seed}`);

/** Trains one candidate on one fold, or goes on with it, and writes it down. */
async function train(wanted: Wanted, release: Release, track: Track, parts: Parts): Promise<void> {
  const { candidate, fold, seed } = wanted;
  const path = folderOf(wanted);
  const input = { release, parts, progress: terminalProgress(), signal: new AbortController().signal };
  const begun = await pathExists(`${path}/checkpoint.safetensors`);
  const { init, pretrainings } = await makeStart(wanted, release, parts);
  const prepared = begun ? undefined : await prepareRun({ release, track, parts, recipe: candidate.recipe, seed, init, threads: defaultThreads(), workspace, version: '0' });
  const document = prepared?.document ?? (await openRunFolder(path).readDocument());
  if (JSON.stringify(document.configuration.recipe) !== JSON.stringify(candidate.recipe)) throw new CovidCtError('BAD_INPUT', `${path} was begun with another recipe of this name.`, { hint: 'Remove that folder.' });
  const folder = begun ? (await reopenRunFolder(path)).folder : await createRunFolder(path);
  const outcome = await trainRun(folder, document, prepared?.start, input);
  const auc = rocAuc(parts.test.map(({ target }, i) => ({ positive: target === 0, score: outcome.test[i] ?? Number.NaN })));
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  await appendToLedger({
    when: new Date().toISOString(), candidate: candidate.name, recipe: sha256(Buffer.from(JSON.stringify(candidate.recipe))), fold, seed, seconds: outcome.document.seconds,
    ...(pretrainings.length === 0 ? {} : { pretrainings }), auc, commit,
  });
  await rm(path, { recursive: true });
  console.log(`${candidate.name}, fold ${fold}, seed ${seed}: AUC ${auc.toFixed(4)} in ${formatDuration(outcome.document.seconds)}`);
}

async function search(hours: number): Promise<void> {
  const until = Date.now() + hours * 3_600_000;
  const release = await openRelease(realPath('release'));
  try {
    const track = legacyTrack(release);
    for (;;) {
      const standing = standingOf(candidates, await readLedger());
      if (standing.wanted.length === 0 || Date.now() >= until) return;
      // Where others make all that is known to be wanted, what comes next is known when they are done.
      const taken = await takeOne([...standing.wanted, ...standing.ahead], (one) => `${folderOf(one)}.lock`, async (one) => {
        if (!isDone(await readLedger(), one)) await train(one, release, track, foldParts(release, track, one.fold));
      });
      if (taken === undefined) await setTimeout(10_000);
    }
  } finally {
    await release.close();
  }
}

async function freeze(): Promise<void> {
  const { winner } = standingOf(candidates, await readLedger());
  const won = candidates.find(({ name }) => name === winner);
  if (won === undefined) throw new CovidCtError('BAD_INPUT', 'The search is not done.', { hint: 'npm run results:search goes on with it.' });
  await writeFileAtomic(frozenRecipeFile, `${JSON.stringify(won.recipe, null, 2)}\n`);
  console.log(`${won.name} is written to results/search/frozen.json. Commit it before it is scored: npm run results:searched`);
}

/** @throws CovidCtError USAGE for what is no option, so that a slip of the pen does not begin hours of training */
function readOptions(): { readonly hours: number; readonly status: boolean; readonly freeze: boolean } {
  try {
    const { hours, status = false, freeze = false } = parseArgs({ options: { hours: { type: 'string' }, status: { type: 'boolean' }, freeze: { type: 'boolean' } } }).values;
    const limit = hours === undefined ? Number.POSITIVE_INFINITY : Number(hours);
    if (!(limit > 0)) throw new TypeError(`--hours ${hours ?? ''} is no number above 0.`);
    return { hours: limit, status, freeze };
  } catch (error) {
    throw new CovidCtError('USAGE', error instanceof Error ? error.message : String(error), { hint: 'npm run results:search -- [--hours H] | --status | --freeze' });
  }
}

await runScript(async () => {
  const options = readOptions();
  if (options.freeze) {
    await freeze();
    return 0;
  }
  if (!options.status) await search(options.hours);
  printStanding(standingOf(candidates, await readLedger()));
  return 0;
});
