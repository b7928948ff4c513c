import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWorkbookTable } from '../../src/release/index.ts';
import { runInProcess } from '../support/run-in-process.ts';

let folder: string;
const file = (name: string) => join(folder, name);
const study = (...args: string[]) => runInProcess(['study', ...args, '--workspace', file('w')]);

const plan = `covidCtStudy: 1
id: on-the-sample
title: A study on the sample
question: Does JPEG matter?
seed: 1
cases: { source: release, perLabel: { COVID: 6, NonCOVID: 6 }, onePer: image }
canvas: 128
arms:
  - { id: original }
  - { id: jpeg, steps: [{ degradation: jpeg, strength: 0.8 }] }
design: { kind: crossover, washOutDays: 28 }
rating: { kind: percent }
readers: [{ id: a }, { id: b }, { id: c }]
analysis: { nonInferiorityMargin: 0.1 }
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-study-'));
  await writeFile(file('plan.yaml'), plan);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('covid-ct study', () => {
  it('makes a study of the release, which is synthetic and says so', async () => {
    const { code, stdout } = await study('new', file('plan.yaml'), '--release', 'sample', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'on-the-sample', cases: 12, arms: 2, synthetic: true, readers: [{ id: 'a', done: 0, total: 24 }, {}, {}] });
    expect(await study('new', file('plan.yaml'), '--release', 'sample')).toMatchObject({ code: 3, stderr: expect.stringContaining('is not empty') });
    expect((await study('list')).stdout).toContain('not begun, synthetic cases');
    const links = (await study('invite', 'on-the-sample', '--base-url', 'https://study.example/')).stdout;
    expect(links.match(/https:\/\/study\.example\/read\/on-the-sample\/[0-9a-f]{32}/g)).toHaveLength(3);
  }, 300_000);

  it('goes through simulated readers, lock, analysis, export and the analysis of the export, with the same figures', async () => {
    expect((await study('simulate', 'on-the-sample', '--auc', 'jpeg=0.7', '--seed', '3')).stdout).toContain('SIMULATED: a, b, c');
    expect(await study('analyse', 'on-the-sample')).toMatchObject({ code: 3, stderr: expect.stringContaining('not locked') });
    expect((await study('lock', 'on-the-sample')).code).toBe(0);
    const analysed = await study('analyse', 'on-the-sample', '--json', '--out', file('report.html'));
    expect(analysed.code).toBe(0);
    expect((await study('export', 'on-the-sample', '--out', file('export'))).code).toBe(0);
    const again = await study('analyse', '--from', file('export/readings.json'), '--json');
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(analysed.stdout));
    const printed = (await study('analyse', '--from', file('export/readings.json'))).stdout;
    expect(printed).toContain('SIMULATED readers');
    expect(printed.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect(await readFile(file('report.html'), 'utf8')).toContain('Simulated readers');
    expect((await readdir(file('export'))).toSorted()).toEqual(['README.txt', 'numbers.csv', 'readings.csv', 'readings.json', 'study.imrmc', 'study.xlsx']);
    const truth = await readWorkbookTable(await readFile(file('export/study.xlsx')), 'study.xlsx');
    expect([truth.header.slice(0, 6), truth.rows.length]).toEqual([['CaseID', 'LesionID', 'Weight', 'ReaderID', 'ModalityID', 'Paradigm'], 12]);
  });

  it('verifies, and finds one altered rating', async () => {
    expect(await study('verify', 'on-the-sample')).toMatchObject({ code: 0, stdout: expect.stringContaining('as they were written') });
    const path = file('w/studies/on-the-sample/records.jsonl');
    const records = await readFile(path, 'utf8');
    await writeFile(path, records.replace(/"rating":(\d+)/, (_, rating: string) => `"rating":${(Number(rating) + 1) % 100}`));
    const altered = await study('verify', 'on-the-sample', '--json');
    expect([altered.code, (JSON.parse(altered.stdout) as { faults: string[] }).faults]).toEqual([1, [expect.stringMatching(/^Record \d+ \(confirmed\) has been altered\.$/)]]);
    expect(await study('analyse', 'on-the-sample')).toMatchObject({ code: 3, stderr: expect.stringContaining('has been altered') });
    await writeFile(path, records);
  });

  it('prints templates, a schema and power; tells what is wrong', async () => {
    for (const name of ['paper', 'slices']) expect((await study('template', name)).stdout).toContain('covidCtStudy: 1');
    expect(JSON.parse((await study('schema')).stdout)).toMatchObject({ type: 'object' });
    const power = await study('power', '--readers', '2,4', '--cases', '20', '--simulations', '20', '--margin', '0.2', '--out', file('power.html'), '--json');
    expect(JSON.parse(power.stdout)).toMatchObject({ question: { difference: 0, goal: { kind: 'non-inferiority', margin: 0.2 } }, points: [{ readers: 2, cases: 20 }, { readers: 4, cases: 20 }] });
    expect(await readFile(file('power.html'), 'utf8')).toContain('Power by readers and cases');
    const piloted = await study('power', '--pilot', file('export/readings.json'), '--readers', '4', '--cases', '40', '--simulations', '50', '--json');
    expect(JSON.parse(piloted.stdout)).toMatchObject({ question: { variance: { cases: 12 } } });
    for (const [args, hint] of [[['new'], 'needs a plan'], [['power', '--readers', 'x'], 'no list of whole numbers'], [['show', 'nothing'], 'holds no study'], [['template', 'x'], 'no template'], [['power', '--equivalence'], 'needs --margin']] as const) {
      expect(await study(...args)).toMatchObject({ code: expect.toSatisfy((code: number) => code >= 2), stderr: expect.stringContaining(hint) });
    }
  });
});
