import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../support/run-program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-pretrain-command-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]) => runProgram(['pretrain', ...args], { env: { COVID_CT_WORKSPACE: join(folder, 'workspace') } });

describe('covid-ct pretrain', () => {
  it('pretrains on the sample, and says what it came to', { timeout: 300_000 }, async () => {
    const out = join(folder, 'run');
    const { code, stdout, stderr } = await run('--sample', '--epochs', '1', '--out', out, '--json');
    expect(stderr).toContain('Linear probe, AUC on');
    expect(code).toBe(0);
    const { run: document, epochs } = JSON.parse(stdout);
    expect(document).toMatchObject({ format: 'covid-ct pretraining 1', state: 'finished', configuration: { data: { kind: 'training-images', synthetic: true, transductive: false } } });
    expect(epochs).toHaveLength(1);
    expect((await readdir(out)).toSorted()).toEqual(['checkpoint.safetensors', 'epochs.jsonl', 'run.json', 'weights.safetensors']);
    expect(JSON.parse(await readFile(join(out, 'run.json'), 'utf8'))).toEqual(document);
    const again = await run('--sample', '--epochs', '1', '--out', out);
    expect([again.code, again.stderr.replaceAll(/\s+/g, ' ')]).toEqual([3, expect.stringContaining('is not empty')]);
    const other = await runProgram(['train', '--resume', out, '--release', 'sample']);
    expect([other.code, other.stderr.replaceAll(/\s+/g, ' ')]).toEqual([3, expect.stringContaining('does not describe a run of covid-ct train')]);
  });

  it.each([
    [['--sample', '--track', 'legacy'], 2, '--track has no place beside it'],
    [['--preset', 'none'], 2, 'Pretraining has no preset none'],
    [['--images', 'nowhere'], 3, 'There is nothing at nowhere'],
    [['--resume', 'nowhere'], 3, 'nowhere is no run'],
    [['--sample', '--epochs', '0'], 2, '--epochs 0 is no whole number from 1 on'],
    [['--release', 'sample', '--track', 'clean', '--folds', '3'], 2, '--folds and --fold go together'],
  ])('%j says what is wrong', { timeout: 60_000 }, async (args, code, message) => {
    const result = await run(...args);
    expect([result.code, result.stderr.replaceAll(/\s+/g, ' ')]).toEqual([code, expect.stringContaining(message)]);
  });
});
