import { execFile } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { program } from '../support/run-program.ts';
import { lookAt, openTab, startBrowser, startWorkbench, type RunningWorkbench, type Tab } from './support/workbench.ts';

let browser: Browser;
let workbench: RunningWorkbench;
let tab: Tab;
beforeAll(async () => {
  browser = await startBrowser();
  workbench = await startWorkbench();
  tab = await openTab(browser, workbench.address);
});
afterAll(async () => {
  await workbench.stop();
  await browser.close();
});

const ask = async <T>(path: string): Promise<T> => (await (await fetch(`${workbench.address}${path}`)).json()) as T;
const runFolder = async (): Promise<string> => join(workbench.workspace, 'runs', (await readdir(join(workbench.workspace, 'runs')))[0] ?? '');

describe('the benchmark on the synthetic sample', () => {
  it('a training is begun, watched live, stopped, and goes on where it stopped', async () => {
    await tab.open('/sample/benchmark?tab=train&track=clean');
    await tab.page.getByLabel('Epochs').fill('8');
    await tab.page.getByRole('button', { name: 'Train', exact: true }).click();
    const card = tab.page.getByRole('article', { name: /Train scratch/ });
    await card.getByText(/Epoch [1-7] of 8: loss/).waitFor({ timeout: 600_000 });
    await card.getByRole('button', { name: 'Stop' }).click();
    await card.getByText('cancelled', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Go on' }).waitFor();
    const before = (await readFile(join(await runFolder(), 'epochs.jsonl'), 'utf8')).split('\n')[0];
    await card.getByRole('button', { name: 'Go on' }).click();
    await card.getByText(/^(running|queued|done)$/).waitFor({ timeout: 60_000 });
    expect(await lookAt(tab, 'benchmark-train')).toEqual([]);
    await card.getByText('done', { exact: true }).waitFor({ timeout: 600_000 });
    const lines = (await readFile(join(await runFolder(), 'epochs.jsonl'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(8);
    expect(lines[0]).toBe(before);
  }, 1_500_000);

  it('the board sets it beside controls that cheat; its curves, hits and misses are shown', async () => {
    await tab.open('/sample/benchmark?track=clean');
    await tab.page.getByRole('region', { name: 'Leaderboard' }).waitFor({ timeout: 600_000 });
    await tab.page.getByText('no better than a control').first().waitFor();
    expect(await lookAt(tab, 'benchmark-board')).toEqual([]);
    await tab.page.getByRole('button', { name: /^scratch-sample/ }).click();
    await tab.page.getByText('Decision curve').waitFor({ timeout: 600_000 });
    await tab.page.getByRole('img', { name: /ROC curve/ }).locator('svg').waitFor();
    await tab.page.getByText('Hits and misses').waitFor();
    expect(await lookAt(tab, 'benchmark-model')).toEqual([]);
    // The address shows the same again.
    expect(tab.page.url()).toContain('model=run-');
  }, 1_500_000);

  it('robustness is measured from the page, and shown as curves with bands', async () => {
    await tab.page.getByRole('button', { name: 'Measure robustness' }).click();
    const curve = tab.page.getByRole('figure', { name: 'Robustness against jpeg' });
    await curve.locator('svg').waitFor({ timeout: 900_000 });
    expect(await tab.page.getByRole('figure', { name: /^Robustness against/ }).count()).toBe(9);
    // A line, a band around it and a point for each strength.
    expect(await curve.locator('svg [aria-label=area] path').count()).toBe(1);
    expect(await curve.locator('svg [aria-label=line] path').count()).toBe(1);
    expect(await curve.locator('svg [aria-label=dot] circle').count()).toBe(8);
    // What the page shows is what the command line left with the run.
    const { conditions } = JSON.parse(await readFile(join(await runFolder(), 'robustness/robustness.json'), 'utf8')) as { conditions: { degradation: string; strength: number; aucChange: { value: number } }[] };
    const strongest = conditions.find(({ degradation, strength }) => degradation === 'jpeg' && strength === 1);
    expect(await curve.textContent()).toContain(Math.abs(strongest?.aucChange.value ?? Number.NaN).toFixed(3));
    await curve.scrollIntoViewIfNeeded();
    expect(await lookAt(tab, 'benchmark-robustness')).toEqual([]);
  }, 1_500_000);

  it('anybody’s predictions are judged on the same board; a table that does not fit is refused by name', async () => {
    const table = await readFile(join(await runFolder(), 'predictions', 'test.csv'), 'utf8');
    await tab.open('/sample/benchmark?track=clean');
    await tab.page.getByRole('button', { name: 'Upload predictions' }).click();
    const dialog = tab.page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from('image,score\n<script>alert(1)</script>.png,0.5\n') });
    // Refused: the browser says so in its console too, which is no fault of the page.
    const complained = tab.complaints.length;
    await dialog.getByRole('button', { name: 'Upload' }).click();
    await dialog.getByText('1 of 1 rows of mine name no image').waitFor();
    (tab.complaints as string[]).splice(complained);
    await dialog.locator('input[type=file]').setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
    await dialog.getByRole('button', { name: 'Upload' }).click();
    await tab.page.getByText('Received. It is being judged').waitFor();
    await tab.page.getByRole('button', { name: /^mine/ }).waitFor({ timeout: 600_000 });
    const { submissions } = await ask<{ submissions: { id: string; origin: string }[] }>('/api/releases/sample/submissions');
    const [run, uploaded] = ['run', 'upload'].map((origin) => submissions.find((one) => one.origin === origin)?.id ?? '');
    await tab.open(`/sample/benchmark?track=clean&tab=compare&a=${run ?? ''}&b=${uploaded ?? ''}`);
    await tab.page.getByText('ROC AUC, DeLong').waitFor({ timeout: 600_000 });
    // The same scores twice: no difference.
    expect(await tab.page.getByRole('row', { name: /DeLong/ }).textContent()).toContain('0.000');
    expect(await lookAt(tab, 'benchmark-compare')).toEqual([]);
  }, 1_500_000);

  it('Try: the network runs in the browser; its score is the command line’s, and nothing was uploaded', async () => {
    const { items } = await ask<{ items: { key: string; name: string }[] }>('/api/releases/sample/images?limit=1&label=COVID');
    const picture = Buffer.from(await (await fetch(`${workbench.address}/api/releases/sample/images/${items[0]?.key ?? ''}/file`)).arrayBuffer());
    await tab.open('/sample/try?backend=wasm');
    expect(await lookAt(tab, 'try')).toEqual([]);
    const before = tab.requests.length;
    await tab.page.getByLabel('Picture', { exact: true }).setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer: picture });
    const score = tab.page.getByTestId('score');
    await score.waitFor({ timeout: 600_000 });
    const file = join(workbench.workspace, 'mine.png');
    await writeFile(file, picture);
    const predicted = JSON.parse((await promisify(execFile)(process.execPath, [program, 'predict', await runFolder(), file, '--json'], { maxBuffer: 50e6 })).stdout) as { scores: { score: number }[] };
    const wanted = predicted.scores[0]?.score ?? Number.NaN;
    expect(Math.abs(Number(await score.getAttribute('data-score')) - wanted)).toBeLessThanOrEqual(1e-4);
    await tab.page.getByText('Training images that look most like it').waitFor();
    await tab.page.getByText('Research only, not for diagnosis.').waitFor();
    const asked = tab.requests.slice(before);
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter(({ method, bytes, address }) => method !== 'GET' || bytes > 0 || !(address.startsWith(workbench.address) || address.startsWith(`blob:${workbench.address}`)))).toEqual([]);
    expect(await lookAt(tab, 'try-scored')).toEqual([]);
  }, 1_500_000);

  it('Try: what is no lung CT is warned of', async () => {
    // A chequered board: 8 × 8 fields of gray, as PNG.
    const board = await tab.page.evaluate<string>(`(() => { const c = document.createElement('canvas'); c.width = c.height = 160; const x = c.getContext('2d'); for (let i = 0; i < 64; i++) { x.fillStyle = (i + (i >> 3)) % 2 ? '#fff' : '#eee'; x.fillRect((i % 8) * 20, (i >> 3) * 20, 20, 20); } return c.toDataURL('image/png').split(',')[1]; })()`);
    await tab.page.getByLabel('Picture', { exact: true }).setInputFiles({ name: 'board.png', mimeType: 'image/png', buffer: Buffer.from(board, 'base64') });
    await tab.page.getByText('This may be no lung CT').waitFor({ timeout: 600_000 });
    expect(await tab.page.getByText('A model gives a number for any picture').isVisible()).toBe(true);
    await tab.page.getByLabel('Picture', { exact: true }).setInputFiles({ name: 'evil.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>') });
    const complained = tab.complaints.length;
    await tab.page.getByText('The picture was not scored').waitFor();
    (tab.complaints as string[]).splice(complained);
  }, 1_500_000);

  it('complained of nothing', () => {
    expect(tab.complaints).toEqual([]);
  });
});
