import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { describeReal, realPath } from '../support/real-release.ts';
import { lookAt, openTab, startBrowser, startWorkbench, takePicture, type RunningWorkbench, type Tab } from './support/workbench.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describeReal('the workbench on the real release', ['release'], () => {
  let workbench: RunningWorkbench;
  let tab: Tab;
  beforeAll(async () => {
    workbench = await startWorkbench({ releases: [realPath('release')] });
    tab = await openTab(browser, workbench.address);
  });
  afterAll(() => workbench.stop());

  it('Release: the address alone opens it, and shows its counts, patients and how to cite', async () => {
    await tab.open('/');
    await tab.page.waitForURL('**/covid-ct/overview');
    await tab.page.getByText('Claimed by the README').waitFor();
    for (const text of ['746', '349 images', '397 images', 'Research only, not for diagnosis']) await tab.page.getByText(text).first().waitFor();
    expect(await lookAt(tab, 'release')).toEqual([]);
    await tab.page.getByRole('button', { name: 'Cite' }).click();
    await tab.page.getByLabel('BibTeX').waitFor();
    expect(await tab.page.getByLabel('BibTeX').textContent()).toContain('@');
    await tab.page.keyboard.press('Escape');
  });

  it('Images: all 746, filtered, searched, sorted, selected by keyboard, and restored from the address', async () => {
    await tab.open('/covid-ct/images');
    const grid = tab.page.getByRole('grid', { name: '746 images' });
    await grid.waitFor();
    await tab.page.locator('[role=gridcell] img').first().waitFor();
    expect(await lookAt(tab, 'images')).toEqual([]);
    await tab.page.getByRole('region', { name: 'Label' }).getByText('NonCOVID').click();
    await tab.page.getByRole('grid', { name: '397 images' }).waitFor();
    await tab.page.getByPlaceholder('Search names').fill('LUNA no such word');
    await tab.page.getByText('No image fits.').waitFor();
    await tab.page.getByRole('button', { name: 'Clear all' }).first().click();
    await grid.waitFor();
    await tab.page.locator('[data-index="0"]').focus();
    await tab.page.keyboard.press('ArrowRight');
    await tab.page.keyboard.press('Space');
    await tab.page.keyboard.press('ArrowRight');
    await tab.page.keyboard.press('Shift+Space');
    await tab.page.getByText('2 images selected').waitFor();
    await tab.page.keyboard.press('End');
    await tab.page.locator('[data-index="745"]:focus').waitFor();
    // The same address shows the same.
    await tab.open('/covid-ct/images?label=COVID&split=test&sort=size&order=down');
    await tab.page.getByRole('grid', { name: '98 images' }).waitFor();
    expect(await tab.page.getByText('98 of 746 images').isVisible()).toBe(true);
  });

  it('Jobs: what ran, its log, and one that is cancelled and started again', async () => {
    await tab.open('/covid-ct/jobs');
    await tab.page.getByText('Count what the release holds').waitFor();
    await tab.page.getByRole('button', { name: 'Show the log' }).first().click();
    await tab.page.getByText('$ covid-ct stats').waitFor();
    expect(await lookAt(tab, 'jobs')).toEqual([]);
  });

  it('complained of nothing', () => {
    expect(tab.complaints).toEqual([]);
  });
});

describe('the workbench without anything given', () => {
  it('answers within seconds with the sample, which it says is synthetic; usable on a phone', async () => {
    const started = performance.now();
    const workbench = await startWorkbench();
    try {
      const tab = await openTab(browser, workbench.address, { width: 390, height: 800 });
      await tab.open('/');
      await tab.page.getByText('Synthetic sample: drawn by the project').waitFor();
      // Five seconds on a machine of its own; a machine that tests share has its moods.
      expect(performance.now() - started).toBeLessThan(60_000);
      expect(await lookAt(tab, 'phone-release')).toEqual([]);
      await tab.page.getByRole('button', { name: 'Pages' }).click();
      await tab.page.getByRole('link', { name: 'Images', exact: true }).click();
      await tab.page.getByRole('grid').waitFor();
      expect(await lookAt(tab, 'phone-images')).toEqual([]);
      const wide = await tab.page.evaluate<number>('document.documentElement.scrollWidth');
      expect(wide).toBeLessThanOrEqual(390);
      await takePicture(tab.page, 'phone-end');
      expect(tab.complaints).toEqual([]);
    } finally {
      await workbench.stop();
    }
  });
});
