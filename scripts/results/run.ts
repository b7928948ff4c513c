/**
 * Makes a result: npm run results:run -- NAME | --next | --all      (names: npm run results:missing)
 *
 * Trains the run in the workspace (COVID_CT_WORKSPACE, else .covid-ct), or goes on with it where it was stopped, and copies
 * its small files to results/NAME. The inputs stand in ../shared (COVID_CT_SHARED), as tests/real has them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFile, copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openWorkspace, pathExists, sha256, writeFolderAtomic } from '../../src/base/index.ts';
import { openRunFolder, type RunDocument } from '../../src/benchmark/index.ts';
import { realPath } from '../../tests/support/real-release.ts';
import { missingRuns, resultFolder, resultsFolder, root } from './files.ts';
import { foldCount, plannedModel, plannedRuns, type PlannedRun } from './plan.ts';

const workspace = openWorkspace();
const covidCt = (...args: readonly string[]): number => spawnSync(process.execPath, [join(root, 'bin/covid-ct.js'), ...args, '--workspace', workspace.folder], { stdio: 'inherit' }).status ?? 1;

/** What is looked for once and used by every run on the clean track: the audit, with the pairs of alike pictures. */
async function auditOf(): Promise<string> {
  const folder = workspace.path('results-audit');
  if (!(await pathExists(join(folder, 'audit.json')))) covidCt('audit', '--release', realPath('release'), '--out', folder);
  return join(folder, 'audit.json');
}

async function argumentsOf(run: PlannedRun): Promise<string[]> {
  const clean = run.track === 'clean' ? ['--audit', await auditOf()] : [];
  const fold = run.fold === undefined ? [] : ['--folds', String(foldCount), '--fold', String(run.fold)];
  const init = run.recipe === 'scratch' ? [] : ['--init', realPath('weights')];
  return ['train', run.recipe, '--model', plannedModel, '--track', run.track, '--seed', String(run.seed), ...fold, ...init, ...clean];
}

/** Trains the run to its end, from wherever it stands. */
async function train(run: PlannedRun, folder: string): Promise<boolean> {
  const known = await openRunFolder(folder).readDocument().catch(() => undefined);
  if (known?.state === 'finished') return true;
  const release = ['--release', realPath('release')];
  if (known === undefined) return covidCt(...(await argumentsOf(run)), ...release, '--out', folder) === 0;
  return covidCt('train', '--resume', folder, ...release, ...(run.track === 'clean' ? ['--audit', await auditOf()] : [])) === 0;
}

/** Every scoring of a test part is written down, with the recipe's hash and the commit that the program was. */
async function noteTestAccess(document: RunDocument): Promise<void> {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  const { recipe, data } = document.configuration;
  const line = { when: new Date().toISOString(), run: document.id, recipe: sha256(Buffer.from(JSON.stringify(recipe))), images: data.test, commit };
  await appendFile(join(resultsFolder, 'test-access.jsonl'), `${JSON.stringify(line)}\n`);
}

async function collect(run: PlannedRun, folder: string): Promise<void> {
  await mkdir(resultsFolder, { recursive: true });
  await writeFolderAtomic(resultFolder(run.name), async (target) => {
    await mkdir(join(target, 'predictions'));
    for (const file of ['run.json', 'epochs.jsonl', 'predictions/val.csv', 'predictions/test.csv']) await copyFile(join(folder, file), join(target, file));
  });
  await noteTestAccess(await openRunFolder(folder).readDocument());
}

/** @returns whether the result is there */
async function make(run: PlannedRun): Promise<boolean> {
  const folder = workspace.path('runs', run.name);
  console.log(`${run.name}:`);
  if (!(await train(run, folder))) return false;
  await collect(run, folder);
  const { seconds } = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunDocument;
  console.log(`results/${run.name}: ${Math.round(seconds)} s of training`);
  return true;
}

async function wanted(name: string | undefined): Promise<readonly PlannedRun[]> {
  if (name === '--all') return missingRuns();
  if (name === '--next') return (await missingRuns()).slice(0, 1);
  const run = plannedRuns.find((candidate) => candidate.name === name);
  if (run === undefined) throw new Error(`There is no planned run ${name ?? ''}; npm run results:missing lists them.`);
  return [run];
}

const runs = await wanted(process.argv[2]);
let failed = 0;
for (const run of runs) if (!(await make(run))) failed += 1;
process.exitCode = failed === 0 ? 0 : 1;
