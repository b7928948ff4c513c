import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { openRelease } from '../../src/release/index.ts';
import { sha256 } from '../../src/base/index.ts';
import { toGray } from '../../src/imaging/index.ts';
import { decodePicture } from '../../src/imaging/node.ts';
import { casePaper } from '../support/case-paper.ts';
import { encryptPdf } from '../support/fuzz/encrypt-pdf.ts';
import { imageStream, paintPicture, PdfWriter, writeLine } from '../support/pdf-writer.ts';
import { program } from '../support/run-program.ts';
import { describeReal, realPath } from '../support/real-release.ts';
import { lookAt, openTab, seriousFaults, startBrowser, startWorkbench, takePicture, type RunningWorkbench, type Tab } from './support/workbench.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** Papers of the list, as the server tells them. */
interface ToldPaper {
  readonly id: string;
  readonly file: string;
  readonly paper: { readonly status: string; readonly candidates: number; readonly doi: string | null } | null;
  readonly selected: number;
  readonly inReview: number;
}
interface ToldPanel {
  readonly id: string;
  readonly box: readonly [number, number, number, number];
  readonly state: string | null;
}
interface ToldPicture {
  readonly whole: { readonly sha256: string; readonly width: number; readonly height: number };
  readonly figure: string | null;
  readonly panels: readonly ToldPanel[];
}

const asker = (workbench: () => RunningWorkbench) => async <T>(path: string): Promise<T> => (await (await fetch(`${workbench().address}${path}`)).json()) as T;

async function givePdfs(tab: Tab, files: readonly (string | { readonly name: string; readonly mimeType: string; readonly buffer: Buffer })[]): Promise<void> {
  for (const file of files) await tab.page.getByLabel('PDFs').setInputFiles(typeof file === 'string' ? { name: basename(file), mimeType: 'application/pdf', buffer: await readFile(file) } : { ...file });
}

/** A synthetic paper around a picture of the release, with the DOI of the paper that it was taken from. */
async function copiedPaper(): Promise<Buffer> {
  const release = await openRelease(realPath('release'));
  try {
    const image = release.images.find(({ label, doi }) => label === 'COVID' && doi !== undefined);
    if (image === undefined) throw new Error('no image of the release has a DOI');
    const { width, height, data } = toGray(await decodePicture(await release.bytes(image)));
    const file = new PdfWriter();
    const picture = file.add(imageStream(width, height, '/DeviceGray', data));
    const fonts = { R: 'Times-Roman', B: 'Times-Bold' };
    const scale = 320 / width;
    file.page({ content: [writeLine('R', 8, 60, 820, `medRxiv preprint doi: https://doi.org/${image.doi ?? ''}. The copyright holder has placed it under a CC-BY 4.0 International license`), writeLine('B', 18, 60, 770, 'A synthetic paper around a known picture'), paintPicture('A', 130, 730 - height * scale, 320, height * scale), writeLine('B', 9, 60, 700 - height * scale, 'Figure 1. Axial chest CT of a patient with COVID-19 pneumonia shows ground-glass opacities.')].join(''), fonts, pictures: { A: picture } });
    return Buffer.from(file.bytes());
  } finally {
    await release.close();
  }
}

describeReal('growing the release in the browser', ['release', 'papers'], () => {
  let workbench: RunningWorkbench;
  let tab: Tab;
  beforeAll(async () => {
    workbench = await startWorkbench({ releases: [realPath('release')] });
    tab = await openTab(browser, workbench.address);
  });
  afterAll(() => workbench.stop());
  const ask = asker(() => workbench);
  const paperFiles = ['medrxiv-2020.02.10.20021758.pdf', 'covid-ct-seg-benchmark.pdf'].map((name) => join(realPath('papers'), name));
  const pictures = async (id: string): Promise<readonly ToldPicture[]> => (await ask<{ pictures: ToldPicture[] }>(`/api/papers/${id}`)).pictures;
  let papers: readonly ToldPaper[] = [];
  /** The paper with composites of CTs, and the first of those. */
  let composite: { readonly paper: string; readonly whole: string } | undefined;

  it('Papers: PDFs are read in jobs that are watched; what is locked or no PDF says so', async () => {
    await tab.open('/covid-ct/papers');
    await tab.page.getByText('No paper was given yet').waitFor();
    expect(await lookAt(tab, 'papers-empty')).toEqual([]);
    await givePdfs(tab, [
      ...paperFiles,
      { name: 'copied case.pdf', mimeType: 'application/pdf', buffer: await copiedPaper() },
      { name: 'locked.pdf', mimeType: 'application/pdf', buffer: Buffer.from(encryptPdf(casePaper({ seed: 11 }), 'secret', 'owner')) },
      { name: '<b>web page; no PDF.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<html><title>Access denied</title></html>') },
    ]);
    await expect.poll(async () => (papers = (await ask<{ papers: ToldPaper[] }>('/api/papers')).papers).filter(({ paper }) => paper !== null).length, { timeout: 900_000, interval: 2000 }).toBe(5);
    await tab.page.getByText('Save it without its password').waitFor();
    await tab.page.getByText('The file is no PDF but a web page').waitFor();
    expect(Object.fromEntries(papers.map(({ file, paper }) => [file, paper?.status]))).toEqual({
      'medrxiv-2020.02.10.20021758.pdf': 'read', 'covid-ct-seg-benchmark.pdf': 'read', 'copied case.pdf': 'read', 'locked.pdf': 'encrypted', '_b_web page_ no PDF.pdf': 'not a PDF',
    });
    expect(await lookAt(tab, 'papers')).toEqual([]);
    // The same as in a terminal, since it is the very command.
    const jobs = await ask<{ jobs: { kind: string; state: string }[] }>('/api/jobs');
    expect(jobs.jobs.filter(({ kind }) => kind === 'extract').map(({ state }) => state).toSorted()).toEqual(['done', 'done', 'done', 'failed', 'failed']);
  }, 1_200_000);

  it('Paper: pages with figures and captions, panels with scores and reasons, DOI and licence', async () => {
    const medrxiv = papers.find(({ file }) => file.startsWith('medrxiv'));
    const segmentation = papers.find(({ file }) => file.startsWith('covid-ct-seg'))?.id ?? '';
    await tab.open(`/covid-ct/papers/${medrxiv?.id ?? ''}?tab=pages`);
    await tab.page.getByAltText('Page 1', { exact: true }).waitFor();
    await tab.page.getByRole('button', { name: /^Figure \d+: its panels/ }).first().waitFor();
    expect(await lookAt(tab, 'paper-pages')).toEqual([]);
    expect(await tab.page.getByRole('link', { name: /^10\.1101/ }).first().getAttribute('href')).toBe('https://doi.org/10.1101/2020.02.10.20021758');
    await tab.page.getByRole('button', { name: /^Figure \d+: its panels/ }).first().click();
    await tab.page.waitForURL(/picture=[0-9a-f]{16}/);
    const wholes = await pictures(segmentation);
    const largest = wholes.toSorted((a, b) => b.panels.length - a.panels.length)[0];
    expect(largest?.panels.length).toBeGreaterThan(4);
    composite = { paper: segmentation, whole: largest?.whole.sha256 ?? '' };
    await tab.open(`/covid-ct/papers/${composite.paper}?picture=${composite.whole.slice(0, 16)}`);
    const list = tab.page.getByRole('list', { name: 'List of panels' });
    await list.getByRole('button').first().click();
    await list.getByText(/CT-like/).first().waitFor();
    expect(await list.locator('[data-panel]').count()).toBe(largest?.panels.length);
    expect(await lookAt(tab, 'paper')).toEqual([]);
  });

  it('Panels: moved by mouse and by keyboard, drawn, deleted and taken back; kept with their histories', async () => {
    const { paper = '', whole = '' } = composite ?? {};
    const panels = async (): Promise<readonly ToldPanel[]> => (await pictures(paper)).find((one) => one.whole.sha256 === whole)?.panels ?? [];
    const before = await panels();
    expect(before.every(({ state }) => state === null)).toBe(true);
    const [first] = before;
    // Nobody has said who corrects: nothing happens, and the page says why.
    const box = (id: string) => tab.page.locator(`[data-box="${id}"]`);
    await box(first?.id ?? '').focus();
    await tab.page.keyboard.press('Shift+ArrowLeft');
    await tab.page.keyboard.press('Enter');
    await tab.page.getByText('Say who corrects first').waitFor();
    await tab.page.getByRole('button', { name: 'New', exact: true }).click();
    await tab.page.getByLabel('Your name').fill('A. Curator');
    await tab.page.getByLabel('Qualification').fill('curator, no radiologist');
    await tab.page.getByRole('button', { name: 'Register' }).click();
    await tab.page.getByRole('dialog').waitFor({ state: 'detached' });
    // By keyboard: three pixels narrower and lower.
    await box(first?.id ?? '').focus();
    for (let i = 0; i < 3; i++) await tab.page.keyboard.press('Shift+ArrowLeft');
    await tab.page.keyboard.press('ArrowDown');
    await tab.page.keyboard.press('ArrowUp');
    await tab.page.keyboard.press('Enter');
    const [x = 0, y = 0, width = 0, height = 0] = first?.box ?? [];
    await expect.poll(async () => (await panels()).find(({ id }) => id === first?.id)?.box, { timeout: 60_000 }).toEqual([x, y, width - 3, height]);
    expect((await panels()).every(({ state }) => state === 'proposed')).toBe(true);
    // By mouse: its lower right handle inwards.
    const list = tab.page.getByRole('list', { name: 'List of panels' });
    await list.locator(`[data-panel="${first?.id ?? ''}"]`).click();
    const handle = await tab.page.locator('[data-handle="11"]').boundingBox();
    const [hx, hy] = [(handle?.x ?? 0) + (handle?.width ?? 0) / 2, (handle?.y ?? 0) + (handle?.height ?? 0) / 2];
    await tab.page.mouse.move(hx, hy);
    await tab.page.mouse.down();
    await tab.page.mouse.move(hx - 12, hy - 9, { steps: 4 });
    await tab.page.mouse.up();
    await expect.poll(async () => (await panels()).find(({ id }) => id === first?.id)?.box[3], { timeout: 60_000 }).toBeLessThan(height);
    await tab.page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(async () => (await panels()).find(({ id }) => id === first?.id)?.box, { timeout: 60_000 }).toEqual([x, y, width - 3, height]);
    // Drawn by keyboard, deleted by keyboard, and brought back.
    // While the page still waits for the answer to what was undone, it takes no key: pressed again until one is taken.
    await expect.poll(async () => {
      const count = (await panels()).length;
      if (count > before.length) return count;
      await tab.page.getByRole('group', { name: /boxes\. Tab goes/ }).focus();
      await tab.page.keyboard.press('n');
      return count;
    }, { timeout: 60_000, interval: 1000 }).toBe(before.length + 1);
    const drawn = (await panels()).find(({ id }) => !before.some((one) => one.id === id));
    await box(drawn?.id ?? '').focus();
    await tab.page.keyboard.press('Delete');
    await expect.poll(async () => (await panels()).find(({ id }) => id === drawn?.id)?.state, { timeout: 60_000 }).toBe('rejected');
    expect(await lookAt(tab, 'paper-corrected')).toEqual([]);
  }, 600_000);

  /** What the server tells of a candidate. */
  interface ToldCandidate {
    readonly id: string;
    readonly state: string;
    readonly label: string | null;
    readonly picture: { readonly sha256: string; readonly width: number; readonly height: number };
    readonly description: { readonly patient: string | null; readonly caption: string | null };
    readonly hidden: number;
    readonly into: readonly string[];
  }
  const candidate = (id: string, by = ''): Promise<ToldCandidate> => ask(`/api/review/${id}?by=${by}`);
  const shownId = (): string => new URL(tab.page.url()).searchParams.get('id') ?? '';
  const due = async (): Promise<readonly string[]> => (await ask<{ items: { id: string }[] }>(`/api/review?show=due`)).items.map(({ id }) => id);
  const soon = { timeout: 120_000, interval: 500 };
  /** Waits until the page shows this candidate, and what was asked of it is done. */
  const settled = async (id: string): Promise<void> => {
    await tab.page.locator(`[data-item="${id}"][aria-current="true"]`).waitFor();
    await tab.page.locator('canvas[data-shown=true]').waitFor();
    await tab.page.getByRole('button', { name: /^Undo/ }).and(tab.page.locator(':enabled')).waitFor();
  };
  const press = (key: string): Promise<void> => tab.page.keyboard.press(key);

  it('Review: accept, reject with a reason, undo, needs work, crop, split, patient, caption, label; all by the keyboard', async () => {
    const ids = await due();
    expect(ids.length).toBeGreaterThan(8);
    await tab.open(`/covid-ct/review?id=${ids[0] ?? ''}`);
    await settled(ids[0] ?? '');
    await press('?');
    await tab.page.getByText('ask for two reviewers, or for one').waitFor();
    await takePicture(tab.page, 'review-keys');
    expect(await seriousFaults(tab.page)).toEqual([]);
    await press('Escape');
    await tab.page.getByRole('dialog').waitFor({ state: 'detached' });
    // Without a label nothing is accepted, and the page says what to do.
    const complained = tab.complaints.length;
    await press('a');
    await tab.page.getByText('has no label, and cannot be accepted').waitFor();
    // A browser complains of every refusal.
    (tab.complaints as string[]).splice(complained);
    await press('l');
    await expect.poll(async () => (await candidate(ids[0] ?? '')).label, soon).toBe('COVID');
    await tab.page.getByText('no label yet').waitFor({ state: 'detached' });
    await press('a');
    await expect.poll(async () => (await candidate(ids[0] ?? '')).state, soon).toBe('accepted');
    await settled(ids[1] ?? '');
    await press('r');
    await tab.page.getByRole('dialog').getByLabel('Or in words').waitFor();
    await press('1');
    await press('Enter');
    await expect.poll(async () => (await candidate(ids[1] ?? '')).state, soon).toBe('rejected');
    await settled(ids[2] ?? '');
    await press('u');
    await expect.poll(async () => (await candidate(ids[1] ?? '')).state, soon).toBe('proposed');
    await settled(ids[1] ?? '');
    expect(await lookAt(tab, 'review')).toEqual([]);
    const before = (await candidate(ids[1] ?? '')).picture;
    await press('c');
    await tab.page.locator('[data-box="0"]:focus').waitFor();
    for (let i = 0; i < 5; i++) await press('Shift+ArrowLeft');
    await takePicture(tab.page, 'review-crop');
    expect(await seriousFaults(tab.page)).toEqual([]);
    await press('Enter');
    await expect.poll(async () => (await candidate(ids[1] ?? '')).picture, soon).toMatchObject({ width: before.width - 5, height: before.height });
    await settled(ids[1] ?? '');
    await press('p');
    await tab.page.getByRole('combobox', { name: 'Patient' }).fill('case 1');
    await press('Enter');
    await expect.poll(async () => (await candidate(ids[1] ?? '')).description.patient, soon).toBe('case 1');
    await settled(ids[1] ?? '');
    await press('e');
    await tab.page.getByLabel('Caption').fill('Axial CT; <img src=x onerror=alert(1)> the second column.');
    await tab.page.getByRole('button', { name: 'Keep', exact: true }).click();
    await expect.poll(async () => (await candidate(ids[1] ?? '')).description.caption, soon).toContain('the second column');
    await settled(ids[1] ?? '');
    await press('l');
    await expect.poll(async () => (await candidate(ids[1] ?? '')).label, soon).toBe('COVID');
    await settled(ids[1] ?? '');
    await press('a');
    await expect.poll(async () => (await candidate(ids[1] ?? '')).state, soon).toBe('accepted');
    await settled(ids[2] ?? '');
    await press('w');
    await tab.page.getByRole('dialog').getByLabel('What').fill('whose lungs?');
    await press('Enter');
    await expect.poll(async () => (await candidate(ids[2] ?? '')).state, soon).toBe('needs work');
    await settled(ids[3] ?? '');
    await press('s');
    await tab.page.locator('[data-box="0"]:focus').waitFor();
    await press('3');
    await tab.page.getByRole('button', { name: /^Split into 3/ }).waitFor();
    await tab.page.getByRole('button', { name: /^Split into 3/ }).click();
    await expect.poll(async () => (await candidate(ids[3] ?? '')).into.length, soon).toBe(3);
    // Two accepted, and the box that was deleted.
    await tab.page.getByText(/3 of \d+ decided/).waitFor();
    const [part = ''] = (await candidate(ids[3] ?? '')).into;
    await expect.poll(shownId, soon).toBe(part);
    await settled(part);
    await press('j');
    await expect.poll(shownId, soon).not.toBe(part);
  }, 900_000);

  it('Review: two reviewers decide independently, and their agreement is told', async () => {
    const register = async (name: string): Promise<string> => ((await (await fetch(`${workbench.address}/api/reviewers`, { method: 'POST', headers: { 'content-type': 'application/json', origin: workbench.address }, body: JSON.stringify({ name, qualification: 'reader of this test' }) })).json()) as { id: string }).id;
    const second = await register('B. Reader');
    const first = (await tab.page.evaluate<string>(`JSON.parse(localStorage.getItem('covid-ct-reviewer'))`));
    const [id = ''] = (await due()).slice(-1);
    await tab.open(`/covid-ct/review?id=${id}&show=all`);
    await settled(id);
    await press('t');
    await tab.page.getByRole('button', { name: /^One reviewer/ }).waitFor();
    await settled(id);
    await press('l');
    await expect.poll(async () => (await candidate(id)).label, soon).toBe('COVID');
    await settled(id);
    await press('a');
    // One of two: it stays proposed, and the other is not told what was decided.
    await expect.poll(async () => (await candidate(id, second)).hidden, soon).toBe(1);
    expect((await candidate(id, first)).state).toBe('proposed');
    await tab.page.evaluate(`localStorage.setItem('covid-ct-reviewer', ${JSON.stringify(JSON.stringify(second))})`);
    await tab.open(`/covid-ct/review?id=${id}&show=all`);
    await tab.page.getByText('Somebody else has decided').waitFor();
    await settled(id);
    await press('a');
    await expect.poll(async () => (await candidate(id, second)).state, soon).toBe('accepted');
    await tab.open('/covid-ct/review?view=agreement');
    await tab.page.getByText('A. Curator, B. Reader').or(tab.page.getByText('B. Reader, A. Curator')).waitFor();
    await tab.page.getByText('100 %', { exact: true }).waitFor();
    expect(await lookAt(tab, 'review-agreement')).toEqual([]);
  }, 600_000);

  it('Review: a copy of an image of the release is warned of, with its paper', async () => {
    const copy = papers.find(({ file }) => file === 'copied case.pdf')?.id ?? '';
    await fetch(`${workbench.address}/api/papers/${copy}/review`, { method: 'POST', headers: { 'content-type': 'application/json', origin: workbench.address }, body: JSON.stringify({ by: 'A. Curator' }) });
    const [id = ''] = (await due()).slice(-1);
    await tab.page.evaluate(`localStorage.setItem('covid-ct-reviewer', JSON.stringify('A. Curator'))`);
    await tab.open(`/covid-ct/review?id=${id}&show=all`);
    const warnings = tab.page.getByRole('note', { name: 'Warnings' });
    await warnings.waitFor({ timeout: 1_200_000 });
    await warnings.getByText('The release has its paper').waitFor();
    await warnings.getByText('It may be in the release already').waitFor();
    await warnings.locator('img').first().waitFor();
    expect(await lookAt(tab, 'review-warnings')).toEqual([]);
    await settled(id);
    await press('r');
    await tab.page.getByRole('dialog').getByLabel('Or in words').waitFor();
    await press('3');
    await press('Enter');
    await expect.poll(async () => (await candidate(id)).state, soon).toBe('rejected');
  }, 1_500_000);

  it('Next release: a job makes it of what was accepted; it verifies, and stands on the shelf', async () => {
    await tab.open('/covid-ct/review?view=release');
    await tab.page.getByRole('button', { name: 'Make the release' }).click();
    await tab.page.getByTestId('made').waitFor({ timeout: 900_000 });
    await tab.page.getByText('Version 1.1.0, 749 images').waitFor();
    expect(await lookAt(tab, 'review-release')).toEqual([]);
    const { made } = await ask<{ made: { out: string; diff: { added: string[]; removed: string[]; moved: unknown[] } } }>('/api/releases/covid-ct/next');
    expect(made.diff).toMatchObject({ removed: [], moved: [] });
    const accepted = (await ask<{ items: { id: string }[] }>('/api/review?show=accepted')).items;
    const pictures = await Promise.all(accepted.map(async ({ id }) => (await candidate(id)).picture.sha256));
    const release = await openRelease(made.out);
    try {
      const added = release.images.filter(({ id }) => made.diff.added.includes(id));
      expect((await Promise.all(added.map(async (image) => sha256(await release.bytes(image))))).toSorted()).toEqual(pictures.toSorted());
      expect(release.images).toHaveLength(749);
    } finally {
      await release.close();
    }
    const verified = await promisify(execFile)(process.execPath, [program, 'verify', '--release', made.out, '--json'], { maxBuffer: 50e6 });
    expect(JSON.parse(verified.stdout)).toBeDefined();
    await tab.page.getByRole('link', { name: 'Open version 1.1.0' }).click();
    await tab.page.waitForURL('**/release-1-1-0/overview');
    await tab.page.getByRole('link', { name: '749 images' }).waitFor();
  }, 1_500_000);

  it('Papers and Review: on a phone and on a small screen', async () => {
    for (const [name, width] of [['phone', 390], ['small', 1024]] as const) {
      const other = await openTab(browser, workbench.address, { width, height: 800 });
      for (const [what, path] of [['papers', '/covid-ct/papers'], ['paper', `/covid-ct/papers/${composite?.paper ?? ''}?picture=${(composite?.whole ?? '').slice(0, 16)}`], ['review', '/covid-ct/review?show=all']] as const) {
        await other.open(path);
        await other.page.locator('li img, [data-paper]').first().waitFor();
        if (what === 'review') await other.page.locator('canvas[data-shown=true]').waitFor();
        await takePicture(other.page, `${name}-${what}`);
        expect(await seriousFaults(other.page)).toEqual([]);
        expect(await other.page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      }
      expect(other.complaints).toEqual([]);
      await other.context.close();
    }
  });

  it('complained of nothing', () => {
    expect(tab.complaints).toEqual([]);
  });
});

describe('papers that are given', () => {
  it('are bounded, and never sent as what they are not', async () => {
    const workbench = await startWorkbench();
    try {
      const post = (type: string, body: Uint8Array<ArrayBuffer>): Promise<Response> => fetch(`${workbench.address}/api/papers/uploads?name=x.pdf`, { method: 'POST', headers: { 'content-type': type, origin: workbench.address }, body });
      expect((await post('text/html', Uint8Array.from([1]))).status).toBe(415);
      expect((await post('application/pdf', new Uint8Array(101 * 1024 * 1024))).status).toBe(413);
      for (const path of ['/api/papers/..%2f..%2fetc', '/api/papers/0123456789abcdef', `/api/pictures/${'0'.repeat(64)}/file`]) expect((await fetch(`${workbench.address}${path}`)).status).toBeGreaterThanOrEqual(400);
    } finally {
      await workbench.stop();
    }
  });
});
