import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runInProcess, writeSample } from '../support/run-in-process.ts';

let folder: string;
const file = (name: string) => join(folder, name);
const run = (...args: string[]) => runInProcess([...args, '--release', file('release'), '--workspace', file('w')]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-controls-'));
  await writeSample(file('release'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const documentSchema = z.object({ track: z.object({ name: z.string() }), n: z.number(), controls: z.array(z.object({ name: z.string(), flagged: z.boolean(), auc: z.object({ value: z.number() }) })) });

describe('covid-ct controls', () => {
  it('writes a table of each control that evaluate takes, and flags what the sample plants', async () => {
    const { code, stdout } = await run('controls', '--out', file('controls'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^! +header /m);
    expect(stdout.split('\n').every((line) => line.length <= 80 || line.includes(folder))).toBe(true);
    expect((await readdir(file('controls'))).toSorted()).toEqual(['border.csv', 'colour.csv', 'controls.html', 'controls.json', 'header.csv', 'marks.csv', 'nearest-duplicate.csv']);
    const { track, n, controls } = documentSchema.parse(JSON.parse(await readFile(file('controls/controls.json'), 'utf8')));
    expect([track.name, controls.map(({ name }) => name)]).toEqual(['legacy', ['header', 'border', 'colour', 'marks', 'nearest-duplicate']]);
    const judged = await run('evaluate', file('controls/header.csv'), '--json');
    const { n: evaluated, metrics } = z.object({ n: z.number(), metrics: z.object({ auc: z.object({ value: z.number() }) }) }).parse(JSON.parse(judged.stdout));
    expect(evaluated).toBe(n);
    expect(metrics.auc.value).toBe(controls[0]?.auc.value);
    expect(await readFile(file('controls/controls.html'), 'utf8')).toContain('shortcut');
  });

  it('prints the same as JSON', async () => {
    const { stdout } = await run('controls', '--json');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(await readFile(file('controls/controls.json'), 'utf8')));
  });
});
