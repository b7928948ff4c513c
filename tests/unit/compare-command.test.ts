import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src/base/index.ts';
import { formatPredictions } from '../../src/benchmark/index.ts';
import { openRelease } from '../../src/release/index.ts';
import { runInProcess, writeSample } from '../support/run-in-process.ts';

let folder: string;
const file = (name: string) => join(folder, name);
const run = (...args: string[]) => runInProcess(['compare', ...args, '--release', file('release'), '--workspace', file('w')]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-compare-'));
  await writeSample(file('release'));
  const release = await openRelease(file('release'));
  const table = (split: string, gain: number) =>
    formatPredictions(release.images.filter((image) => image.split === split).map((image, i) => ({ image: image.name, score: 0.1 + ((i * 37) % 50) / 100 + (image.label === 'COVID' ? gain : 0) })));
  await writeFile(file('good.csv'), table('test', 0.3));
  await writeFile(file('poor.csv'), table('test', 0));
  await release.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('covid-ct compare', () => {
  it('compares tables: at 80 columns, as a page', async () => {
    const { code, stdout } = await run(file('good.csv'), file('poor.csv'), '--out', file('c.html'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^A − B {2}ROC AUC {3}DeLong, images +\+0\.\d{3} \(.*\) +[<0].* +[<0]/m);
    expect(stdout).toContain('McNemar, images');
    expect(stdout.split('\n').filter((line) => line.length > 80 && !line.startsWith('Report'))).toEqual([]);
    expect(await readFile(file('c.html'), 'utf8')).toContain('Difference of the ROC AUC');
  });
  it('compares means over trainings, as JSON', async () => {
    const { stdout } = await run(`${file('good.csv')},${file('good.csv')}`, file('poor.csv'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ n: 22, positive: 'COVID', track: 'legacy', models: [{ sources: [file('good.csv'), file('good.csv')] }, { name: 'poor.csv' }], pairs: [{ mcnemar: null }] });
  });
  it('refuses one model alone, and runs of different tracks', async () => {
    expect(await run(file('good.csv'))).toMatchObject({ code: 2, stderr: expect.stringContaining('needs two models') });
    for (const name of ['legacy', 'clean']) {
      const track = { name, seed: name === 'clean' ? 1 : null, folds: null, fold: null };
      const configuration = { track, architecture: 'tiny', seed: 0, recipe: { preset: 'none' }, data: { release: 'sample', synthetic: true, sha256: '0' } };
      await writeFileAtomic(file(`${name}/run.json`), JSON.stringify({ id: name, configuration, state: 'finished' }));
      await writeFileAtomic(file(`${name}/predictions/test.csv`), await readFile(file('good.csv')));
    }
    expect(await run(file('legacy'), file('clean'))).toMatchObject({ code: 2, stderr: expect.stringContaining('runs of different tracks') });
  });
});
