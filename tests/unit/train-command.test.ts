import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../support/run-program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-train-command-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]) => runProgram(['train', ...args], { env: { COVID_CT_WORKSPACE: join(folder, 'workspace') } });

describe('covid-ct train', () => {
  it('trains, judges and reports on the sample within a minute', { timeout: 120_000 }, async () => {
    const out = join(folder, 'run');
    const { code, stdout, stderr, seconds } = await run('scratch', '--sample', '--out', out, '--json');
    expect(stderr).toContain('Research only, never diagnosis.');
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(60);
    const { run: document, evaluation } = JSON.parse(stdout);
    expect(document).toMatchObject({ state: 'finished', configuration: { recipe: { preset: 'sample' }, track: { name: 'clean' }, data: { synthetic: true } } });
    expect(evaluation).toMatchObject({ positive: 'COVID', split: 'test', n: document.configuration.data.test });
    expect((await readdir(out)).toSorted()).toEqual(['checkpoint.safetensors', 'epochs.jsonl', 'evaluation.json', 'model.onnx', 'predictions', 'report.html', 'run.json', 'weights.safetensors']);
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('synthetic');
  });

  it.each([
    [['transfer', '--release', 'sample'], 2, 'starts from weights that were trained before'],
    [['scratch', '--sample', '--track', 'legacy'], 2, '--track has no place beside it'],
    [['scratch', '--preset', 'none'], 2, 'The recipe scratch has no preset none'],
    [['scratch', '--sample', '--model', 'lenet'], 3, 'There is no architecture called "lenet"'],
    [['scratch', '--sample', '--epochs', '0'], 2, '--epochs 0 is no whole number from 1 on'],
    [['--resume', 'nowhere'], 3, 'nowhere is no run'],
    [['scratch', '--release', 'sample'], 3, 'The clean track leaves out what cannot be read'],
    [[], 2, 'Name a recipe'],
  ])('%j says what is wrong', async (args, code, message) => {
    const result = await run(...args);
    expect([result.code, result.stderr.replaceAll(/\s+/g, ' ')]).toEqual([code, expect.stringContaining(message)]);
  });
});
