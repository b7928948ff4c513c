import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { drawPhantom } from '../../src/imaging/index.ts';
import { encodePng } from '../../src/imaging/node.ts';
import { startFaultServer } from '../support/fault-server.ts';
import { makeSmallRelease } from '../support/small-release.ts';
import { openTab, startBrowser, startWorkbench, type RunningWorkbench, type Tab } from './support/workbench.ts';

interface Job {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly note: string | null;
}

let browser: Browser;
let workspace: string;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** Works in one workspace with a server that is killed and begun anew as often as is wanted. */
async function withServers(work: (open: () => Promise<{ readonly workbench: RunningWorkbench; readonly tab: Tab }>) => Promise<void>): Promise<void> {
  workspace = await mkdtemp(join(tmpdir(), 'covid-ct-killed-'));
  const opened: RunningWorkbench[] = [];
  try {
    await work(async () => {
      const workbench = await startWorkbench({ workspace });
      opened.push(workbench);
      return { workbench, tab: await openTab(browser, workbench.address) };
    });
  } finally {
    for (const workbench of opened) await workbench.stop('SIGTERM');
    // A worker that was killed's may still be writing its last file.
    await rm(workspace, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  }
}

const ask = async <T>({ address }: RunningWorkbench, path: string): Promise<T> => (await (await fetch(`${address}/api${path}`)).json()) as T;
const jobOf = async (workbench: RunningWorkbench, kind: string): Promise<Job> => {
  const found = (await ask<{ jobs: Job[] }>(workbench, '/jobs')).jobs.find((job) => job.kind === kind);
  if (found === undefined) throw new Error(`there is no job ${kind}`);
  return found;
};

describe('a server that is killed (kill -9)', () => {
  it('during an import: the next one goes on with it, and nothing that was here is fetched again', async () => {
    const release = makeSmallRelease(12, 150, 3);
    const source = await startFaultServer(new Map([...release.files].map(([path, bytes]) => [`/${path}`, bytes])));
    source.traits = { bytesPerSecond: 60_000 };
    const sumOf = (sizes: Iterable<number>): number => [...sizes].reduce((sum, size) => sum + size, 0);
    const total = sumOf([...source.files.values()].map(({ length }) => length));
    const sent = (): number => sumOf(source.sent.values());
    try {
      await withServers(async (open) => {
        const first = await open();
        await first.tab.open('/sample/overview');
        await first.tab.page.getByRole('button', { name: 'Bring the real release' }).click();
        await first.tab.page.getByLabel('From').fill(source.address);
        await first.tab.page.getByRole('button', { name: 'Import', exact: true }).click();
        // A third is here, and the rest is not.
        await expect.poll(() => sent() / total, { timeout: 240_000 }).toBeGreaterThan(0.33);
        expect(sent() / total).toBeLessThan(0.95);
        await first.workbench.stop('SIGKILL');
        const second = await open();
        await expect.poll(async () => (await jobOf(second.workbench, 'import')).state, { timeout: 240_000, interval: 500 }).toBe('done');
        expect(await jobOf(second.workbench, 'import')).toMatchObject({ attempts: 2, state: 'done' });
        const { releases } = await ask<{ releases: { id: string }[] }>(second.workbench, '/status');
        expect(releases.map(({ id }) => id)).toContain('workspace');
        const summary = await ask<{ images: number }>(second.workbench, '/releases/workspace');
        expect(summary.images).toBe(release.images.size);
        // Of what was on its way when the process died, a piece may have been sent and not written.
        expect(sent() / total).toBeLessThan(1.3);
        await second.tab.open('/workspace/overview');
        await second.tab.page.getByRole('link', { name: `${release.images.size} images` }).waitFor();
        await second.tab.open('/workspace/jobs');
        await second.tab.page.getByText('attempt 2').first().waitFor();
      });
    } finally {
      await source.close();
    }
  }, 1_200_000);

  it('during a training: the next one goes on from its last whole epoch, and says so', async () => {
    await withServers(async (open) => {
      const first = await open();
      await first.tab.open('/sample/benchmark?tab=train&track=clean');
      await first.tab.page.getByLabel('Epochs').fill('6');
      await first.tab.page.getByRole('button', { name: 'Train', exact: true }).click();
      const lines = async (): Promise<string[]> => {
        const [run = ''] = await readdir(join(workspace, 'runs')).catch(() => []);
        const text = await readFile(join(workspace, 'runs', run, 'epochs.jsonl'), 'utf8').catch(() => '');
        return text.split('\n').slice(0, -1);
      };
      while ((await lines()).length < 2) await delay(50);
      await first.workbench.stop('SIGKILL');
      const second = await open();
      await expect.poll(async () => (await jobOf(second.workbench, 'train')).attempts, { timeout: 240_000, interval: 500 }).toBe(2);
      const before = await lines();
      expect(before.length).toBeGreaterThanOrEqual(2);
      await second.tab.open('/sample/jobs');
      await second.tab.page.getByText('The server ended while it ran (attempt 1); it was begun again.').first().waitFor();
      await expect.poll(async () => (await jobOf(second.workbench, 'train')).state, { timeout: 900_000, interval: 500 }).toBe('done');
      const after = await lines();
      expect(after).toHaveLength(6);
      expect(after.slice(0, before.length)).toEqual(before);
      await second.tab.open('/sample/benchmark?track=clean');
      await second.tab.page.getByRole('button', { name: /^scratch-sample/ }).waitFor({ timeout: 600_000 });
    });
  }, 2_400_000);

  it('after a contribution was taken, and while another is typed: neither is lost', async () => {
    await withServers(async (open) => {
      const first = await open();
      const { page } = first.tab;
      await first.tab.open('/sample/contribute');
      const give = async (patient: number): Promise<void> => page.getByLabel('Pictures', { exact: true }).setInputFiles({ name: 'slice.png', mimeType: 'image/png', buffer: Buffer.from(await encodePng(drawPhantom({ patient, lesions: 'opacities', width: 200, height: 180 }))) });
      await give(881_001);
      const card = page.getByRole('article', { name: 'Picture 1' });
      await card.getByText('COVID-19 findings').click({ timeout: 240_000 });
      await card.getByLabel('Patient ID').fill('p1');
      await card.getByLabel('DOI of the paper').fill('10.1000/killed');
      await card.getByLabel('Caption').fill('A synthetic phantom.');
      await page.getByLabel('Your name').fill('A. Contributor');
      await page.getByLabel('Nothing in files, pixels or words').check();
      await page.getByLabel('Consent, or the ethics decision').fill('synthetic');
      await page.getByLabel('By which right').fill('synthetic');
      await page.getByText('Nothing is wrong with this image').waitFor({ timeout: 900_000 });
      await page.getByRole('button', { name: 'Submit for review' }).click();
      await page.getByRole('region', { name: /^Receipt s-/ }).waitFor({ timeout: 240_000 });
      const receipt = new URL(page.url()).search;
      await first.tab.open('/sample/contribute');
      await give(881_002);
      await card.getByLabel('Patient ID').fill('p2');
      await expect.poll(async () => (await readFile(join(workspace, 'drafts', new URL(page.url()).searchParams.get('draft') ?? '', 'draft.json'), 'utf8').catch(() => '')).includes('"p2"'), { timeout: 240_000 }).toBe(true);
      const draft = new URL(page.url()).search;
      await first.workbench.stop('SIGKILL');
      const second = await open();
      await second.tab.open(`/sample/contribute${receipt}`);
      await second.tab.page.getByRole('region', { name: /^Receipt s-/ }).getByText('proposed').waitFor({ timeout: 240_000 });
      await second.tab.open(`/sample/contribute${draft}`);
      await expect.poll(() => second.tab.page.getByRole('article', { name: 'Picture 1' }).getByLabel('Patient ID').inputValue(), { timeout: 240_000 }).toBe('p2');
    });
  }, 2_400_000);
});
