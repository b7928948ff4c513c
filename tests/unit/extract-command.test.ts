import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { extractionSchema } from '../../src/papers/index.ts';
import { casePaper } from '../support/case-paper.ts';
import { runInProcess } from '../support/run-in-process.ts';

// Worker processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let folder: string;
const at = (...parts: readonly string[]): string => join(folder, ...parts);
const run = (...args: readonly string[]): ReturnType<typeof runInProcess> => runInProcess(['extract', '--workspace', at('workspace'), ...args]);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-extract-'));
  await mkdir(at('papers', 'more'), { recursive: true });
  await writeFile(at('papers', 'one.pdf'), casePaper({ seed: 1, doi: '10.1101/2020.02.17.20024018' }));
  await writeFile(at('papers', 'more', 'two.PDF'), casePaper({ seed: 2, caption: 'Figure 1. Chest radiograph of a patient with influenza.' }));
  await writeFile(at('page.pdf'), '<html>sign in</html>');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('covid-ct extract', () => {
  it('reads folders and files, and writes PNG files beside candidates.json', async () => {
    const { code, stdout, stderr } = await run(at('papers'), at('page.pdf'), '--out', at('found'), '--json');
    expect({ code, names: (await readdir(at('found'))).toSorted() }).toEqual({ code: 1, names: ['2020.02.17.20024018-p1-10.png', 'candidates.json', 'two-p1-10.png'] });
    const { cost, ...printed } = JSON.parse(stdout) as { readonly cost: { readonly pages: number } };
    const kept = extractionSchema.parse(JSON.parse(await readFile(at('found', 'candidates.json'), 'utf8')));
    expect(printed).toEqual(kept);
    expect(cost.pages).toBe(4);
    expect(kept.candidates.map(({ file, selected }) => [file, selected])).toEqual([
      ['two-p1-10.png', false],
      ['2020.02.17.20024018-p1-10.png', true],
    ]);
    expect(kept.papers.map(({ status }) => status)).toEqual(['read', 'read', 'not a PDF']);
    expect(stderr).toContain('2 candidates, 1 selected by their captions');
    expect(stderr).toContain('perhaps a login or an error page');
  });

  it('takes the rules of another disease', async () => {
    const rules = JSON.parse(await readFile(new URL('../../src/release/caption-rules/covid-19.json', import.meta.url), 'utf8')) as Record<string, unknown>;
    await writeFile(at('rules.json'), JSON.stringify({ ...rules, name: 'Influenza on chest radiographs', disease: ['influenza'], otherDiseases: [], ct: ['radiograph'], otherModalities: ['\\bCT\\b'] }));
    const { code, stdout } = await run(at('papers'), '--rules', at('rules.json'), '--json');
    expect(code).toBe(0);
    expect(extractionSchema.omit({}).loose().parse(JSON.parse(stdout)).candidates.map(({ paper, selected }) => [paper, selected])).toEqual([
      ['two', true],
      ['2020.02.17.20024018', false],
    ]);
  });

  it.each([
    ['a file alone that is no PDF', ['page.pdf'], 3, 'not a PDF'],
    ['nothing there', ['nothing.pdf'], 3, 'is no file, no folder and no DOI'],
    ['a rule file that is none', ['papers', '--rules', 'page.pdf'], 3, 'is no file of caption rules'],
    ['a limit of nothing', ['papers', '--timeout', '0'], 2, '--timeout takes a number above 0'],
  ])('%s', async (_, args, code, message) => {
    const ended = await run(...args.map((arg) => (arg.endsWith('.pdf') || arg === 'papers' ? at(arg) : arg)));
    expect(ended.code).toBe(code);
    expect(ended.stdout + ended.stderr).toContain(message);
  });
});
