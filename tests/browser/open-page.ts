/** Builds the page of this folder, serves it on this machine only, and opens it in Chromium. */
import { createServer, type Server } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import type { PageCalls } from './calls.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

/** The page, ready to be asked. */
export interface OpenPage {
  readonly calls: PageCalls;
  /** Serves bytes under a name, and gives their address. */
  readonly serve: (name: string, bytes: Uint8Array) => string;
  /** What the page's console said, warnings and errors only. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL('page/', import.meta.url)),
    base: './',
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, minify: false },
    plugins: [
      {
        name: 'nothing-of-node',
        enforce: 'pre',
        resolveId(source, importer) {
          if (isBuiltin(source)) throw new Error(`${importer ?? 'the page'} imports ${source}, which no browser has.`);
        },
      },
    ],
  });
}

function startServer(folder: string, served: ReadonlyMap<string, Uint8Array>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)).slice(1) || 'index.html';
    void (async () => {
      const bytes = served.get(path) ?? (await readFile(join(folder, path)));
      response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(bytes);
    })().catch(() => response.writeHead(404).end());
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Builds and opens the page. @throws where Chromium is missing, or the page would import something of Node */
export async function openPage(): Promise<OpenPage> {
  const folder = await mkdtemp(join(tmpdir(), 'covid-ct-page-'));
  await buildPage(folder);
  const served = new Map<string, Uint8Array>();
  const server = await startServer(folder, served);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const browser = await chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`http://localhost:${port}/`);
  await page.waitForFunction('globalThis.testPage !== undefined');
  // Values go as JSON, so that the page's answers are what the interface says and nothing else.
  const call = <Name extends keyof PageCalls>(name: Name, ...values: Parameters<PageCalls[Name]>): Promise<Awaited<ReturnType<PageCalls[Name]>>> =>
    page.evaluate<Awaited<ReturnType<PageCalls[Name]>>>(`globalThis.testPage[${JSON.stringify(name)}](...${JSON.stringify(values)})`);
  return {
    calls: {
      decode: (...values) => call('decode', ...values),
      preprocess: (...values) => call('preprocess', ...values),
      run: (...values) => call('run', ...values),
      predict: (...values) => call('predict', ...values),
      failure: (...values) => call('failure', ...values),
    },
    serve: (name, bytes) => {
      served.set(name, bytes);
      return `./${name}`;
    },
    complaints,
    close: async () => {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
