/** Starts the workbench as people do, a process of its own, and opens it in Chromium. */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { program } from '../../support/run-program.ts';
import { buildWebIfNeeded } from '../../../src/cli/build-web.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = fileURLToPath(new URL('../../../test-results/screenshots/', import.meta.url));

/** The workbench's server. */
export interface RunningWorkbench {
  readonly address: string;
  readonly workspace: string;
  readonly process: ChildProcess;
  /** What it wrote to stderr: its log. */
  readonly log: () => string;
  /** As `kill -9`, or politely. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
}

/** Starts `covid-ct serve` on a free port. @param workspace an existing one, to go on in; else a new one, removed at the end */
export async function startWorkbench(options: { readonly releases?: readonly string[]; readonly workspace?: string; readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {}): Promise<RunningWorkbench> {
  await buildWebIfNeeded(() => undefined);
  const workspace = options.workspace ?? (await mkdtemp(join(tmpdir(), 'covid-ct-workbench-')));
  const releases = (options.releases ?? []).flatMap((path) => ['--release', path]);
  const child = fork(program, ['serve', '--json', '--port', '0', '--workspace', workspace, ...releases, ...(options.args ?? [])], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [], env: { ...process.env, ...options.env } });
  let log = '';
  let out = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`The workbench ended with ${code}: ${log}`)));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const found = /"address": "([^"]+)"/.exec(out)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    address: address.replace(/\/$/, ''),
    workspace,
    process: child,
    log: () => log,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
      if (options.workspace === undefined && signal !== 'SIGKILL') await rm(workspace, { recursive: true, force: true });
    },
  };
}

/** Starts Chromium. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--force-color-profile=srgb'],
  });
}

/** A tab with what it complained of and asked for. */
export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Warnings and errors of its console, and errors that nobody caught. */
  readonly complaints: readonly string[];
  /** Every request: method and address. */
  readonly requests: readonly { readonly method: string; readonly address: string; readonly bytes: number }[];
  /** Goes to an address of the workbench, and waits until nothing moves. */
  open(path: string): Promise<void>;
  setTheme(theme: 'dark' | 'light'): Promise<void>;
}

/** Opens a tab. Complaints are kept from the first moment. */
export async function openTab(browser: Browser, address: string, viewport = { width: 1280, height: 800 }): Promise<Tab> {
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce', acceptDownloads: true, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  const requests: { method: string; address: string; bytes: number }[] = [];
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push({ method: request.method(), address: request.url(), bytes: request.postDataBuffer()?.byteLength ?? 0 }));
  return {
    page, context, complaints, requests,
    async open(path) {
      await page.goto(`${address}${path}`);
      await page.locator('h1').first().waitFor();
    },
    async setTheme(theme) {
      const now = await page.locator('html').getAttribute('data-mantine-color-scheme');
      if (now !== theme) await page.getByRole('button', { name: theme === 'light' ? 'Light theme' : 'Dark reading room' }).click();
      await page.mouse.move(2, 2);
    },
  };
}

/** Serious faults that axe finds on the page as it is, each with where. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const results = (await page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`)) as AxeResults;
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.slice(0, 6).map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} ${node.any[0]?.message ?? node.all[0]?.message ?? ''}`));
}

/** Keeps a picture of the page, for a person to look at. */
export async function takePicture(page: Page, name: string): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** Looks at the page in both themes: a picture of each, and what axe finds in each. */
export async function lookAt(tab: Tab, name: string): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await tab.setTheme(theme);
    await takePicture(tab.page, `${name}-${theme}`);
    faults.push(...(await seriousFaults(tab.page)).map((fault) => `${theme}: ${fault}`));
  }
  return faults;
}
