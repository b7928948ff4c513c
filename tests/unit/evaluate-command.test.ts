import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPredictions } from '../../src/benchmark/index.ts';
import { openRelease } from '../../src/release/index.ts';
import { runInProcess, writeSample } from '../support/run-in-process.ts';

let folder: string;
const file = (name: string) => join(folder, name);
/** Scores of the sample's images of a list, by a rule. */
async function writeScores(name: string, split: 'val' | 'test', score: (label: string, i: number) => number): Promise<void> {
  const release = await openRelease(file('release'));
  const rows = release.images.filter((image) => image.split === split).map((image, i) => ({ image: image.name, score: score(image.label, i) }));
  await writeFile(file(name), formatPredictions(rows));
  await release.close();
}
const spread = (label: string, i: number) => (label === 'COVID' ? 0.3 + (i % 7) / 10 : 0.1 + (i % 5) / 10);
const run = (...args: string[]) => runInProcess(['evaluate', ...args, '--release', file('release'), '--workspace', file('w')]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-evaluate-'));
  await writeSample(file('release'));
  await mkdir(join(folder, 'run', 'predictions'), { recursive: true });
  await writeScores('test.csv', 'test', spread);
  await writeScores('val.csv', 'val', spread);
  await writeScores('run/predictions/test.csv', 'test', spread);
  await writeScores('run/predictions/val.csv', 'val', spread);
  const track = { name: 'legacy', seed: null, folds: null, fold: null };
  const configuration = { track, architecture: 'tiny', seed: 0, recipe: { preset: 'none' }, data: { release: 'sample', synthetic: true, sha256: '0' } };
  await writeFile(file('run/run.json'), JSON.stringify({ id: 'run-1', configuration, state: 'finished' }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('covid-ct evaluate', () => {
  it('judges a table: figures at 80 columns, a report, the same figures as JSON', async () => {
    const { code, stdout } = await run(file('test.csv'), '--validation', file('val.csv'), '--out', file('report.html'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ROC AUC +0\.\d{3} \(0\.\d{3}–[01]\.\d{3}\) /m);
    expect(stdout).toContain('Youden, on validation');
    expect(stdout.split('\n').filter((line) => line.length > 80 && !line.startsWith('Report') && !line.includes(folder))).toEqual([]);
    expect(await readFile(file('report.html'), 'utf8')).toContain('Decision curve');
  });

  it('judges a table as JSON', async () => {
    const { stdout } = await run(file('test.csv'), '--validation', file('val.csv'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ n: 22, positive: 'COVID', track: 'legacy', split: 'test', metrics: { auc: { value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) } }, threshold: { rule: 'youden' } });
  });

  it('judges a run on its own track with its own validation scores, and refuses another track', async () => {
    const { code, stdout } = await run(file('run'), '--json');
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, run: 'run-1', threshold: { rule: 'youden' }, validation: join(file('run'), 'predictions', 'val.csv') });
    const other = await run(file('run'), '--track', 'clean');
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('was trained on the legacy track')]);
    const val = await run(file('run'), '--split', 'val', '--json');
    expect(JSON.parse(val.stdout)).toMatchObject({ n: 12, split: 'val', threshold: { rule: 'half', value: 0.5 } });
  });

  it('prints what the original scripts would, and says that no threshold was chosen', async () => {
    const { stdout } = await run(file('test.csv'), '--positive', 'NonCOVID', '--legacy-metrics');
    expect(stdout).toContain('NonCOVID positive.');
    expect(stdout).toMatch(/TP= \d+ TN= \d+ FN= \d+ FP= \d+/);
    expect(stdout.replaceAll('\n', ' ')).toContain('No validation predictions were given: the threshold is 0.5');
  });

  it('refuses what is wrong: by name, with the exit codes of usage and of input', async () => {
    await writeFile(file('bad.csv'), (await readFile(file('test.csv'), 'utf8')).split('\n').slice(0, -3).concat('nobody.png,0.5\n').join('\n'));
    const bad = await run(file('bad.csv'));
    expect(bad.code).toBe(3);
    expect(bad.stderr).toMatch(/does not give the 22 test images of the legacy track one score each:\n {2}1 row is of no image of it:\n {4}row \d+: nobody\.png\n {2}2 images are missing:\n/);
    expect((await run(file('test.csv'), '--threshold', '1.5')).code).toBe(2);
    expect((await run(file('test.csv'), '--positive', 'Flu')).stderr).toContain('Its labels are COVID and NonCOVID.');
    expect((await run(file('nothing.csv'))).code).toBe(3);
    expect((await run(file('test.csv'), '--split', 'val', '--validation', file('val.csv'))).code).toBe(3);
  });
});
