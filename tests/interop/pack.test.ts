import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAt, openTab, startBrowser } from '../browser/support/workbench.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;
let consumer: string;

/** The environment of somebody who installs the package: without the Node that the checkout puts first. */
const environment = {
  ...process.env,
  PATH: (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((part) => !part.includes('node_modules'))
    .join(delimiter),
  NODE_OPTIONS: '',
  ONNXRUNTIME_NODE_INSTALL: 'skip',
};

async function npx(...args: readonly string[]) {
  return run('npx', ['--no-install', ...args], { cwd: consumer, env: environment, maxBuffer: 50e6 });
}

/** The ```js blocks of a document, in order. */
function examplesOf(markdown: string): string[] {
  return [...markdown.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-pack-'));
  consumer = join(folder, 'empty');
  await mkdir(consumer);
  await run('npm', ['pack', '--pack-destination', folder], { cwd: root });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? 'no tarball';
  await writeFile(join(consumer, 'package.json'), '{"name":"consumer","private":true,"type":"module"}');
  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, tarball)], { cwd: consumer, env: environment });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the packed package, installed in an empty folder', () => {
  it('holds JavaScript and declarations, and no test and no source', async () => {
    const files = (await readdir(join(consumer, 'node_modules/covid-ct'), { recursive: true })).map(String);
    expect(files).toContain('dist/cli/main.js');
    expect(files).toContain('dist/release/index.d.ts');
    expect(files.filter((name) => name.startsWith('src/') || /\.test\./.test(name) || /(?<!\.d)\.ts$/.test(name))).toEqual([]);
  });

  it('runs stats on the sample, with nothing but the document on stdout', async () => {
    const { stdout } = await npx('covid-ct', 'stats', '--json');
    const stats = JSON.parse(stdout) as { images: { COVID: { total: number } } };
    expect(stats.images.COVID.total).toBeGreaterThan(0);
  });

  it('serves the workbench, whose pages show the sample in Chromium', async () => {
    const served = spawn('npx', ['--no-install', 'covid-ct', 'serve', '--json', '--port', '0', '--workspace', join(folder, 'workspace')], { cwd: consumer, env: environment, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    const ended = new Promise<void>((resolve) => served.once('close', () => resolve()));
    const browser = await startBrowser();
    try {
      const address = await new Promise<string>((resolve, reject) => {
        let out = '';
        served.once('close', (code) => reject(new Error(`covid-ct serve ended with ${code}: ${out}`)));
        served.stdout.setEncoding('utf8').on('data', (text: string) => {
          out += text;
          const found = /"address": "([^"]+?)\/?"/.exec(out)?.[1];
          if (found !== undefined) resolve(found);
        });
      });
      const tab = await openTab(browser, address);
      await tab.open('/');
      await tab.page.getByText('Synthetic sample: drawn by the project').waitFor();
      // Counted by a job: a command of the installed package.
      await tab.page.getByText('Patients, claimed and found').waitFor();
      expect(await lookAt(tab, 'installed-release')).toEqual([]);
      await tab.open('/sample/images');
      await expect.poll(() => tab.page.locator('[role=gridcell] img').evaluateAll((pictures) => pictures.filter((picture) => (picture as unknown as { naturalWidth: number }).naturalWidth > 0).length), { timeout: 60_000 }).toBeGreaterThan(5);
      expect(tab.complaints).toEqual([]);
    } finally {
      await browser.close();
      // npx hands no signal on: its whole group is asked to end.
      if (served.pid !== undefined) process.kill(-served.pid, 'SIGTERM');
      await ended;
    }
  });

  it('runs every example of docs/API.md', async () => {
    const examples = examplesOf(await readFile(join(root, 'docs/API.md'), 'utf8'));
    expect(examples.length).toBeGreaterThan(4);
    for (const [i, example] of examples.entries()) {
      const path = join(consumer, `example-${i}.mjs`);
      await writeFile(path, example);
      const { stdout } = await run('node', [path], { cwd: consumer, env: environment });
      expect(stdout.trim(), `example ${i} prints something`).not.toBe('');
    }
  });
});
