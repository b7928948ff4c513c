import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../bin/covid-ct.js', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-line-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd: folder }, (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }));
  });

describe('the command line', () => {
  it.each([
    ['an unknown command', ['fetc'], 'Did you mean fetch?'],
    ['an argument too many', ['fetch', 'nothing', 'more'], 'Unknown argument: more'],
    ['an unknown option', ['fetch', 'nothing', '--swift'], 'Unknown argument: swift'],
    ['no command', [], 'Name a command'],
  ])('exits with 2 for %s, says what is wrong, and runs nothing', async (_, args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toContain(message);
    expect(stderr).toMatch(/^ {2}See: covid-ct .*--help$/m);
    expect(stderr).not.toContain('There is nothing');
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends quietly when its reader stops early, as head does', async () => {
    const ended = await new Promise<string>((resolve) => {
      const child = spawn(process.execPath, [program, 'list', '--release', 'sample'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      let errors = '';
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      child.on('close', (code) => resolve(`${code} ${errors}`));
      child.stdout.destroy();
    });
    expect(ended).toBe('0 ');
  });

  it('exits with 3 for bad input, in a sentence and a hint; --debug shows where it comes from', async () => {
    expect(await run('fetch', 'nowhere', '--json', '--workspace', 'w')).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(/^covid-ct: There is nothing at nowhere\.\n {2}Give a folder.*\n$/) });
    expect((await run('fetch', 'nowhere', '--debug', '--workspace', 'w')).stderr).toContain('[NOT_FOUND]');
    await rm(join(folder, 'w'), { recursive: true });
  });
});
