import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditRelease, toAuditDocument } from '../../src/audit/index.ts';
import { writeFileAtomic } from '../../src/base/index.ts';
import { formatPredictions } from '../../src/benchmark/index.ts';
import { openRelease } from '../../src/release/index.ts';
import { cleanFolds, evidenceFromAudit, noEvidence, type TrackImage } from '../../src/splits/index.ts';
import { runInProcess, writeSample } from '../support/run-in-process.ts';

let folder: string;
const file = (name: string) => join(folder, name);
const run = (...args: string[]) => runInProcess(['board', ...args, '--release', file('release'), '--workspace', file('w')]);
const score = (label: string, i: number) => 0.1 + ((i * 37) % 60) / 100 + (label === 'COVID' ? 0.25 : 0);

async function writeRun(name: string, track: object, seed: number, parts: Readonly<Record<'test' | 'val', readonly { readonly name: string; readonly label: string }[]>>, control?: string): Promise<void> {
  const configuration = { control, track, architecture: 'tiny', seed, recipe: { preset: 'sketch' }, data: { release: 'sample', synthetic: true, sha256: '0' } };
  await writeFileAtomic(file(`runs/${name}/run.json`), JSON.stringify({ id: name, configuration, state: 'finished' }));
  for (const part of ['test', 'val'] as const) {
    await writeFileAtomic(file(`runs/${name}/predictions/${part}.csv`), formatPredictions(parts[part].map((image, i) => ({ image: image.name, score: score(image.label, i + seed) }))));
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-boards-'));
  await writeSample(file('release'));
  const release = await openRelease(file('release'));
  const listed = (split: string) => release.images.filter((image) => image.split === split);
  for (const seed of [0, 1]) await writeRun(`legacy-${seed}`, { name: 'legacy', seed: null, folds: null, fold: null }, seed, { test: listed('test'), val: listed('val') });
  await writeFileAtomic(file('runs/theirs.csv'), formatPredictions(listed('test').map((image, i) => ({ image: image.name, score: score(image.label, 3 * i) }))));
  const audit = toAuditDocument(await auditRelease(release, { checks: ['files', 'duplicates'] }), '0');
  await writeFileAtomic(file('audit.json'), JSON.stringify(audit));
  const folds = cleanFolds(release, evidenceFromAudit(release, audit, noEvidence.overlay, 'audit'), 3, 1);
  const images = (k: number) => folds.images.filter((entry: TrackImage) => entry.part === `fold-${(k % 3) + 1}`).map(({ image, label }) => ({ name: image.name, label }));
  for (const k of [0, 1, 2]) await writeRun(`fold-${k + 1}`, { name: 'clean', seed: 1, folds: 3, fold: k + 1 }, 0, { test: images(k), val: images(k + 1) });
  await writeRun('cheat', { name: 'legacy', seed: null, folds: null, fold: null }, 5, { test: listed('test'), val: listed('val') }, 'lungs-out');
  await writeRun('fold-1-seed-9', { name: 'clean', seed: 1, folds: 3, fold: 1 }, 9, { test: images(0), val: images(1) });
  await release.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('covid-ct board', () => {
  it('makes one board a track: runs, tables, controls; folds put together, missing ones named', async () => {
    const { code, stdout } = await run(file('runs'), '--audit', file('audit.json'), '--json', '--out', file('board.html'));
    expect(code).toBe(0);
    const { boards } = JSON.parse(stdout) as { boards: { track: string; folds: number | null; n: number; rows: { kind: string; name: string }[]; incomplete: string[]; methods: { models: { sources: string[] }[] } }[] };
    expect(boards.map(({ track, folds, n, incomplete }) => [track, folds, n > 22, incomplete])).toEqual([
      ['legacy', null, false, []],
      ['clean', 3, true, ['sketch, tiny, seed 9 (fold-2, fold-3)']],
    ]);
    const names = (kind: string, at: number) => boards[at]?.rows.filter((row) => row.kind === kind).map(({ name }) => name).toSorted();
    expect(names('model', 0)).toEqual(['legacy-0', 'legacy-1', 'theirs.csv']);
    expect(names('model', 1)).toEqual(['sketch, tiny, seed 0']);
    expect(names('control', 0)).toEqual(['border', 'colour', 'header', 'lungs-out, trained, seed 5', 'marks', 'nearest-duplicate']);
    expect(names('control', 1)).toEqual(['border', 'colour', 'header', 'marks', 'nearest-duplicate']);
    expect(boards[0]?.methods.models[0]?.sources).toHaveLength(2);
    expect(await readFile(file('board.html'), 'utf8')).toContain('Track clean, seed 1, 3 folds, out of fold');
  });
  it('fits 80 columns, and takes controls that are given', async () => {
    const { stdout } = await run(file('runs/legacy-0'), '--controls', file('runs/theirs.csv'), '--no-feature-controls');
    expect(stdout).toMatch(/^ +control: theirs\.csv +0\.\d{3} /m);
    expect(stdout).not.toContain('“Self-Trans');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('covid-ct slices', () => {
  it('puts the folds together, and says where no patient has images enough', async () => {
    const { code, stdout, stderr } = await runInProcess(['slices', file('runs'), '--release', file('release'), '--workspace', file('w'), '--audit', file('audit.json'), '--json', '--out', file('slices.html')]);
    // The sample's NonCOVID images are a patient's one or two: there is nothing to compare, which is said.
    expect(code).toBe(1);
    expect(stderr).toContain('sketch, tiny, seed 9 (fold-2, fold-3)');
    const { models } = JSON.parse(stdout) as { models: { name: string; crossValidated: boolean; study: object | null }[] };
    expect(models.find(({ crossValidated }) => crossValidated)).toMatchObject({ name: 'sketch, tiny, seed 0', study: null });
    expect(await readFile(file('slices.html'), 'utf8')).toContain('nothing can be compared');
  });
});
