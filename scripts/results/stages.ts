import { execFileSync, spawnSync } from 'node:child_process';
import { appendFile, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CovidCtError, openWorkspace, pathExists, sha256, writeFileAtomic, writeFolderAtomic } from '../../src/base/index.ts';
import { openPretrainingFolder, openRunFolder, type RunDocument } from '../../src/benchmark/index.ts';
import { realPath } from '../../tests/support/real-release.ts';
import { pretrainingFolder, readResult, resultFolder, resultsFolder, root, testAccessFile, type TestAccess } from './files.ts';

/** Where runs are made: COVID_CT_WORKSPACE, else .covid-ct. */
export const workspace = openWorkspace();
/** The folder of a run in the workspace. */
export const runFolder = (name: string): string => workspace.path('runs', name);
/** The option that names the release in ../shared. */
export const releaseArguments: readonly string[] = ['--release', realPath('release')];

/** Runs the command line of this checkout; gives its exit code. */
export const covidCt = (...args: readonly string[]): number => spawnSync(process.execPath, [join(root, 'bin/covid-ct.js'), ...args, '--workspace', workspace.folder], { stdio: 'inherit' }).status ?? 1;

/** A training or pretraining, as it is begun and gone on with. */
export interface Stage {
  readonly name: string;
  /** Beside `--out` and what both need. */
  readonly begin: readonly string[];
  /** What beginning and going on both need. */
  readonly both: readonly string[];
}

/** @returns whether the folder holds a finished run after it; one that was killed before its first checkpoint is begun anew */
async function finish(command: 'train' | 'pretrain', { name, begin, both }: Stage, readState: (folder: string) => Promise<string>): Promise<boolean> {
  const folder = runFolder(name);
  const begun = await pathExists(join(folder, 'checkpoint.safetensors'));
  if (begun && (await readState(folder).catch(() => '')) === 'finished') return true;
  return covidCt(command, ...(begun ? ['--resume', folder] : [...begin, '--out', folder]), ...both) === 0;
}

/** Trains to the end, from wherever it stands. @returns whether it got there */
export const finishTraining = (stage: Stage): Promise<boolean> => finish('train', stage, async (folder) => (await openRunFolder(folder).readDocument()).state);

/** Pretrains to the end, from wherever it stands, and keeps its small files. @returns whether it got there */
export async function finishPretraining(stage: Stage): Promise<boolean> {
  if (!(await finish('pretrain', stage, async (folder) => (await openPretrainingFolder(folder).readDocument()).state))) return false;
  await copySmallFiles(runFolder(stage.name), pretrainingFolder(stage.name), ['run.json', 'epochs.jsonl']);
  return true;
}

async function copySmallFiles(from: string, to: string, files: readonly string[]): Promise<void> {
  await mkdir(join(to, '..'), { recursive: true });
  await writeFolderAtomic(to, async (target) => {
    for (const file of files) {
      await mkdir(join(target, file, '..'), { recursive: true });
      await copyFile(join(from, file), join(target, file));
    }
  }, { replace: true });
}

/** Every scoring of a test part is written down, with the recipe's hash and the commit that the program was. */
async function noteTestAccess(document: RunDocument, { when, note }: { readonly when: string; readonly note?: string }): Promise<void> {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  const { recipe, data } = document.configuration;
  const line: TestAccess = { when, run: document.id, recipe: sha256(Buffer.from(JSON.stringify(recipe))), images: data.test, commit, ...(note === undefined ? {} : { note }) };
  await mkdir(resultsFolder, { recursive: true });
  await appendFile(testAccessFile, `${JSON.stringify(line)}\n`);
}

/** The document of a run that is finished in the workspace and whose result is kept. @throws CovidCtError BAD_INPUT where they are two trainings */
export async function finishedRun(name: string): Promise<RunDocument> {
  const { id } = await openRunFolder(runFolder(name)).readDocument();
  const document = await readResult(name);
  if (document.id !== id) throw new CovidCtError('BAD_INPUT', `results/${name} is of ${document.id}, the workspace's run of ${id}.`, { hint: 'Name the workspace that the result was made in: COVID_CT_WORKSPACE.' });
  return document;
}

/** Keeps what was found on a run's test images in a file of results/; the first time is written down as an access to test. */
export async function keepFindings(path: string, findings: object, document: RunDocument, note: string): Promise<void> {
  const isNew = !(await pathExists(path));
  await writeFileAtomic(path, `${JSON.stringify(findings)}\n`);
  if (isNew) await noteTestAccess(document, { when: new Date().toISOString(), note: `${note}; nothing was chosen by it` });
}

/** Keeps the small files of a finished run as a result, once. */
export async function keepResult(name: string): Promise<RunDocument> {
  const document = await openRunFolder(runFolder(name)).readDocument();
  if (!(await pathExists(resultFolder(name)))) {
    await noteTestAccess(document, { when: document.changed });
    await copySmallFiles(runFolder(name), resultFolder(name), ['run.json', 'epochs.jsonl', 'predictions/val.csv', 'predictions/test.csv']);
  }
  return document;
}
