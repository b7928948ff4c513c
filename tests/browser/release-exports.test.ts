import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { openZipFileTree } from '../../src/release/index.ts';
import { lookAt, openTab, seriousFaults, startBrowser, startWorkbench, takePicture, type RunningWorkbench, type Tab } from './support/workbench.ts';

let browser: Browser;
let workbench: RunningWorkbench;
let tab: Tab;
let folder: string;
beforeAll(async () => {
  browser = await startBrowser();
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-exports-'));
  workbench = await startWorkbench();
  tab = await openTab(browser, workbench.address, { width: 1024, height: 768 });
}, 600_000);
afterAll(async () => {
  await workbench.stop();
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}, 600_000);

/** The figures of the table of labels and splits: of each label train, val, test, and what is in none. */
const figures = async (): Promise<number[][]> => {
  const rows = await tab.page.getByRole('table', { name: 'Images by label and split' }).locator('tbody tr').all();
  return Promise.all(rows.map(async (row) => (await row.locator('td').allTextContents()).slice(1).map(Number)));
};

describe('the page Release, on the synthetic sample', () => {
  it('switches between the published lists and the clean track, and the counts change', async () => {
    await tab.open('/sample/overview');
    await tab.page.getByText('Labels and published splits').waitFor();
    const published = await figures();
    await tab.page.getByRole('radiogroup', { name: 'Track' }).getByText('Clean').click();
    await tab.page.getByText('nothing leaks').waitFor({ timeout: 1_200_000 });
    const clean = await figures();
    expect(clean).not.toEqual(published);
    // No image is gained.
    expect(clean.flat().length).toBe(published.flat().length);
    expect(await lookAt(tab, 'release-clean')).toEqual([]);
    const { document } = (await (await fetch(`${workbench.address}/api/releases/sample/tracks/clean`)).json()) as { document: { parts: { labels: { images: number }[] }[] } };
    expect(document.parts.map(({ labels }) => labels.map(({ images }) => images))).toEqual([0, 1, 2].map((split) => clean.map((row) => row[split])));
    await tab.open('/sample/overview?track=clean');
    await tab.page.getByText('nothing leaks').waitFor({ timeout: 240_000 });
  }, 2_400_000);

  it('gives a track as name lists and in other layouts, each as a zip', async () => {
    await tab.page.getByRole('button', { name: 'Export' }).click();
    const dialog = tab.page.getByRole('dialog');
    for (const [format, title, member] of [['Name lists', 'Write the name lists of the clean track', /^Data-split\/COVID\/trainCT_COVID\.txt$/], ['Croissant', 'Export the clean track as croissant', /croissant\.json$/]] as const) {
      await dialog.getByLabel('As', { exact: true }).click();
      await tab.page.getByRole('option', { name: format }).click();
      await dialog.getByRole('button', { name: 'Export', exact: true }).click();
      const made = dialog.getByRole('article', { name: title });
      const [download] = await Promise.all([tab.page.waitForEvent('download', { timeout: 900_000 }), made.getByRole('link', { name: 'Download (.zip)' }).click({ timeout: 900_000 })]);
      const path = join(folder, download.suggestedFilename());
      await download.saveAs(path);
      const tree = await openZipFileTree(path);
      expect(tree.entries.map((entry) => entry.path).filter((name) => member.test(name))).toHaveLength(1);
      await tree.close();
    }
    // The theme's switch lies behind the dialog.
    await takePicture(tab.page, 'release-export');
    expect(await seriousFaults(tab.page)).toEqual([]);
  }, 2_400_000);

  it('refuses exports that are none, and downloads of what is no export', async () => {
    const post = (json: object) => fetch(`${workbench.address}/api/releases/sample/exports`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) });
    expect((await post({ format: '--help', track: 'clean' })).status).toBe(400);
    expect((await post({ format: 'csv', track: 'clean', out: '/tmp/x' })).status).toBe(400);
    for (const id of ['j-0000000000000000', '..%2fjobs']) expect((await fetch(`${workbench.address}/api/exports/${id}/archive`)).status).toBeGreaterThanOrEqual(400);
    expect(tab.complaints).toEqual([]);
  });
});
