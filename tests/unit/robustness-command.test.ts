import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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

  it('judges recorded scores as it judges its own', async () => {
    const judged = JSON.parse((await run(file('model.onnx'), '--only', 'jpeg,crop', '--out', file('own'), '--json')).stdout) as { n: number; clean: object; conditions: object[] };
    const [scoresFile = ''] = (await readdir(file('own'))).filter((name) => name.startsWith('scores-'));
    const chunks = (await readFile(file(`own/${scoresFile}`), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as { images: string[]; scores: Record<string, number[]> });
    const images = chunks.flatMap((chunk) => chunk.images);
    const scores = Object.fromEntries(Object.keys(chunks[0]?.scores ?? {}).map((key) => [key, chunks.flatMap((chunk) => chunk.scores[key] ?? [])]));
    await writeFile(file('table.csv'), ['image,score', ...images.map((image, i) => `${image},${scores['clean']?.[i] ?? ''}`)].join('\n'));
    const recorded = { run: 'a run of old', images, scores };
    await writeFile(file('recorded.json'), JSON.stringify(recorded));
    const again = await run(file('table.csv'), '--scores', file('recorded.json'), '--only', 'jpeg,crop', '--json');
    expect(again.code).toBe(0);
    const document = JSON.parse(again.stdout) as typeof judged & { run: string; gapToRun: number };
    expect(document).toMatchObject({ run: 'a run of old', n: judged.n, clean: judged.clean, gapToRun: 0 });
    expect(document.conditions).toEqual(judged.conditions);

    expect(await run(file('table.csv'), '--scores', file('recorded.json'))).toMatchObject({ code: 3, stderr: expect.stringContaining('No scores were recorded of bit-depth') });
    await writeFile(file('foreign.json'), JSON.stringify({ ...recorded, images: images.map((image) => `other/${image}`) }));
    expect(await run(file('table.csv'), '--scores', file('foreign.json'), '--only', 'crop')).toMatchObject({ code: 3, stderr: expect.stringContaining('not among') });
    await writeFile(file('short.json'), JSON.stringify({ ...recorded, images: images.slice(1) }));
    expect(await run(file('table.csv'), '--scores', file('short.json'), '--only', 'crop')).toMatchObject({ code: 3, stderr: expect.stringContaining(`${images.length} scores of ${images.length - 1} images`) });
    expect(await run(file('table.csv'), '--scores', file('gone.json'))).toMatchObject({ code: 3, stderr: expect.stringContaining('no scores at') });
  });

  it('says what is wrong', async () => {
    expect(await run(file('model.onnx'), '--only', 'rust')).toMatchObject({ code: 2, stderr: expect.stringContaining('no degradation rust') });
    expect(await run(file('gone.onnx'))).toMatchObject({ code: 3, stderr: expect.stringContaining('There is no model') });
    expect(await run(file('model.onnx'), '--split', 'tests')).toMatchObject({ code: 2, stderr: expect.stringContaining('no part tests') });
  });
});
