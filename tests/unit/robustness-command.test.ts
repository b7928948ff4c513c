import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src/base/index.ts';
import { exportRuleModel } from '../support/exported-model.ts';
import { runInProcess, writeSample } from '../support/run-in-process.ts';

let folder: string;
const file = (name: string) => join(folder, name);
const run = (...args: string[]) => runInProcess(['robustness', ...args, '--release', file('release'), '--workspace', file('w'), '--threads', '1']);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-robustness-command-'));
  await writeSample(file('release'));
  await writeFileAtomic(file('model.onnx'), await exportRuleModel('efficientnet_lite0', 32));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('covid-ct robustness', () => {
  it('writes curves, pictures and figures, and goes on from what it has', async () => {
    const first = await run(file('model.onnx'), '--only', 'jpeg,crop', '--out', file('out'), '--json');
    expect(first.stderr).toContain('robustness.html');
    const document = JSON.parse(first.stdout) as { format: string; n: number; positive: string; split: string; conditions: { degradation: string; setting: string; aucChange: { value: number } }[] };
    expect(document).toMatchObject({ format: 'covid-ct robustness 1', n: 22, positive: 'COVID', split: 'test' });
    expect(document.conditions).toHaveLength(8 + 6);
    expect(document.conditions.filter(({ aucChange }) => aucChange.value === 0).map(({ setting }) => setting)).toEqual(expect.arrayContaining(['as it is', '100 % of each side']));
    expect(JSON.parse(await readFile(file('out/robustness.json'), 'utf8'))).toEqual(document);
    const page = await readFile(file('out/robustness.html'), 'utf8');
    expect(page.match(/data:image\/jpeg;base64,/g)).toHaveLength(8 + 6);
    const again = await run(file('model.onnx'), '--only', 'crop', '--only', 'jpeg', '--out', file('out'));
    expect(again.stdout).toMatch(/^jpeg +[+−]?0\.\d{3} \(/m);
    expect(again.stdout.split('\n').filter((line) => line.length > 80)).toEqual([expect.stringContaining('robustness.html')]);
  });

  it('says what is wrong', async () => {
    expect(await run(file('model.onnx'), '--only', 'rust')).toMatchObject({ code: 2, stderr: expect.stringContaining('no degradation rust') });
    expect(await run(file('gone.onnx'))).toMatchObject({ code: 3, stderr: expect.stringContaining('There is no model') });
    expect(await run(file('model.onnx'), '--split', 'tests')).toMatchObject({ code: 2, stderr: expect.stringContaining('no part tests') });
  });
});
