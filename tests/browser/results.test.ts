import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { describeReal, realPath } from '../support/real-release.ts';
import { lookAt, openTab, startBrowser, startWorkbench, type RunningWorkbench, type Tab } from './support/workbench.ts';

/** What matters here of a run.json. */
interface RunFile {
  readonly configuration: { readonly track: { readonly name: string; readonly fold: number | null }; readonly control?: string | null };
}

const results = fileURLToPath(new URL('../../results', import.meta.url));

describeReal('the recorded runs on the real release', ['release'], () => {
  let browser: Browser;
  let workbench: RunningWorkbench;
  let tab: Tab;
  beforeAll(async () => {
    browser = await startBrowser();
    workbench = await startWorkbench({ releases: [realPath('release')] });
    tab = await openTab(browser, workbench.address);
  });
  afterAll(async () => {
    await workbench.stop();
    await browser.close();
  });

  it('all stand on the board of their track, beside the controls', async () => {
    const folders = (await readdir(results, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const read = async (name: string): Promise<RunFile | undefined> => JSON.parse(await readFile(join(results, name, 'run.json'), 'utf8').catch(() => 'null')) ?? undefined;
    const runs = (await Promise.all(folders.map(async (name) => ({ name, run: await read(name) })))).flatMap(({ name, run }) => (run === undefined ? [] : [{ name, ...run.configuration }]));
    for (const track of ['legacy', 'clean'] as const) {
      // Folds stand in one row, and trained controls under the control's name.
      const wanted = runs.filter((run) => run.track.name === track && run.track.fold === null && (run.control ?? null) === null).map(({ name }) => name);
      expect(wanted.length).toBeGreaterThan(0);
      await tab.open(`/covid-ct/benchmark?track=${track}`);
      const board = tab.page.getByRole('region', { name: 'Leaderboard' });
      await board.first().waitFor({ timeout: 900_000 });
      for (const name of wanted) expect(await board.getByRole('button', { name, exact: true }).count()).toBe(1);
      await board.getByText('header', { exact: true }).first().waitFor();
      const trained = runs.filter((run) => run.track.name === track && (run.control ?? null) !== null);
      expect(await tab.page.getByText(/minus the same training as a control \(.+\): [+−]\d/).count()).toBeGreaterThanOrEqual(trained.length);
      // Nothing is cut off at the narrowest screen that is not a phone.
      await tab.page.setViewportSize({ width: 1024, height: 800 });
      expect(await board.first().evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(1);
      expect(await lookAt(tab, `results-${track}-1024`)).toEqual([]);
      await tab.page.setViewportSize({ width: 1280, height: 800 });
    }
  }, 1_500_000);

  it('one whose degraded images were scored shows its robustness', async () => {
    const [recorded = ''] = (await readdir(join(results, 'robustness'))).map((name) => name.replace('.json', ''));
    const { images } = JSON.parse(await readFile(join(results, 'robustness', `${recorded}.json`), 'utf8')) as { images: string[] };
    await tab.open('/covid-ct/benchmark');
    await tab.page.getByRole('button', { name: recorded, exact: true }).click();
    const curve = tab.page.getByRole('figure', { name: 'Robustness against phone-photo' });
    await curve.locator('svg [aria-label=area] path').waitFor({ timeout: 600_000 });
    await tab.page.getByText(`on the ${images.length} clean images`).waitFor();
    expect(await tab.page.getByRole('figure', { name: /^Robustness against/ }).count()).toBe(9);
    await curve.scrollIntoViewIfNeeded();
    expect(await lookAt(tab, 'results-robustness')).toEqual([]);
    expect(tab.complaints).toEqual([]);
  }, 1_500_000);
});
