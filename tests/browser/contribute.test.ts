import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { data } from 'dcmjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, Download } from 'playwright-core';
import { bundleInMessage, readBundle } from '../../src/curation/index.ts';
import { drawPhantomVolume, findBurnedInText } from '../../src/imaging/index.ts';
import { dicomOfSlice, encodePng } from '../../src/imaging/node.ts';
import { openRelease } from '../../src/release/index.ts';
import { lunaPictures } from '../support/real-pictures.ts';
import { writePartOfRelease } from '../support/part-of-release.ts';
import { describeReal } from '../support/real-release.ts';
import { lookAt, openTab, startBrowser, startWorkbench, type RunningWorkbench, type Tab } from './support/workbench.ts';

let browser: Browser;
let folder: string;
let part: string;
beforeAll(async () => {
  browser = await startBrowser();
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-contribute-'));
  part = join(folder, 'covid-ct');
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

describeReal('contributing to a part of the real release, whose papers are all known', ['release', 'luna'], () => {
  let workbench: RunningWorkbench;
  let tab: Tab;
  let slice: Buffer;
  beforeAll(async () => {
    await writePartOfRelease(part, 4);
    workbench = await startWorkbench({ releases: [part] });
    tab = await openTab(browser, workbench.address);
    // A slice in which nothing is taken for writing, which the page would ask about.
    const found = (await lunaPictures(100)).find(({ picture }) => findBurnedInText(picture).length === 0);
    if (found === undefined) throw new Error('no slice of LUNA16 without marks');
    slice = Buffer.from(await encodePng(found.picture));
  }, 600_000);
  afterAll(() => workbench.stop());

  const give = (name: string, mimeType: string, buffer: Buffer): Promise<void> => tab.page.getByLabel('Pictures', { exact: true }).setInputFiles({ name, mimeType, buffer });
  const picture = (number: number) => tab.page.getByRole('article', { name: `Picture ${number}` });
  const saved = async (download: Download): Promise<string> => {
    const path = join(folder, download.suggestedFilename());
    await download.saveAs(path);
    return path;
  };

  it('what no words can mend is refused at once, by name and with what to do, and nothing of it is kept', async () => {
    await tab.open('/covid-ct/contribute');
    await tab.page.getByRole('button', { name: 'What to send' }).click();
    await tab.page.getByLabel('Contribution guide').getByText('Contributing CT images').waitFor();
    await tab.page.keyboard.press('Escape');
    expect(await lookAt(tab, 'contribute-empty')).toEqual([]);
    const file = data.DicomMessage.readFile(new Uint8Array(dicomOfSlice(drawPhantomVolume({ patient: 3, lesions: 'none', width: 130, height: 130, slices: 2 }), 1, 7)).buffer);
    file.dict['00100010'] = { vr: 'PN', Value: ['Roe^Jane'] };
    const complained = tab.complaints.length;
    await give('drawing.png', 'image/png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'));
    await tab.page.getByText('1 file refused').waitFor({ timeout: 240_000 });
    await give('patient.dcm', 'application/dicom', Buffer.from(new Uint8Array(file.write())));
    await tab.page.getByText('2 files refused').waitFor({ timeout: 240_000 });
    await tab.page.getByText('patient.dcm says who the patient is: PatientName').waitFor();
    expect(await tab.page.getByText('Roe').count()).toBe(0);
    // Refused: the browser says so in its console too, which is no fault of the page.
    (tab.complaints as string[]).splice(complained);
    await tab.page.getByRole('button', { name: 'Understood' }).click();
  }, 900_000);

  it('a slice and a copy of a release image: checked as they are described, until nothing is wrong', async () => {
    const release = await openRelease(part);
    const copy = release.images.find(({ name }) => name.endsWith('.png'));
    const doi = release.metadata.find(({ doi: one }) => one.value !== undefined)?.doi.value ?? '';
    if (copy === undefined || doi === '') throw new Error('the release has no PNG or no DOI');
    await give('slice.png', 'image/png', slice);
    await picture(1).waitFor({ timeout: 240_000 });
    await give('copy.png', 'image/png', Buffer.from(await release.bytes(copy)));
    await picture(2).waitFor({ timeout: 240_000 });
    await release.close();
    await picture(1).getByText('none of them').click();
    await picture(1).getByLabel('Patient ID').fill('p1');
    await picture(1).getByLabel('DOI of the paper').fill(doi);
    await picture(1).getByText(/the paper .* is in the release/).waitFor({ timeout: 240_000 });
    await picture(1).getByLabel('DOI of the paper').fill('no doi');
    await picture(1).getByText('is no DOI: 10.…/…').waitFor({ timeout: 240_000 });
    await picture(1).getByLabel('DOI of the paper').fill('10.1000/never-published');
    await picture(1).getByLabel('Caption').fill('Axial slice of the chest, no findings of COVID-19.');
    // The release's pictures are described once.
    await picture(2).getByText(/byte for byte|shows the same picture/).waitFor({ timeout: 1_800_000 });
    await picture(2).getByText('has no caption').waitFor();
    expect(await lookAt(tab, 'contribute-checked')).toEqual([]);
    await picture(2).getByRole('button', { name: 'Leave Picture 2 out' }).click();
    await tab.page.getByLabel('Your name').fill('A. Contributor');
    await tab.page.getByText('Not attested').waitFor({ timeout: 240_000 });
    await tab.page.getByLabel('Nothing in files, pixels or words').check();
    await tab.page.getByLabel('Consent, or the ethics decision').fill('LUNA16, public data set');
    await tab.page.getByLabel('By which right').fill('CC-BY-4.0');
    await tab.page.getByText('Nothing is wrong with this image').waitFor({ timeout: 240_000 });
    // The same address shows the same draft.
    await tab.open(new URL(tab.page.url()).pathname + new URL(tab.page.url()).search);
    await tab.page.getByText('Nothing is wrong with this image').waitFor({ timeout: 240_000 });
    expect(await picture(1).getByLabel('Patient ID').inputValue()).toBe('p1');
    expect(await lookAt(tab, 'contribute-ready')).toEqual([]);
  }, 2_700_000);

  it('becomes a bundle, a message and a submission; the message is received elsewhere with the same number', async () => {
    const [zip] = await Promise.all([tab.page.waitForEvent('download'), tab.page.getByRole('link', { name: 'Bundle (.zip)' }).click()]);
    const bundle = await saved(zip);
    expect((await readBundle(bundle)).submission.cases).toMatchObject([{ file: 'images/001.png', label: 'NonCOVID', patient: 'p1', doi: '10.1000/never-published' }]);
    const [mail] = await Promise.all([tab.page.waitForEvent('download'), tab.page.getByRole('link', { name: 'Message (.eml)' }).click()]);
    const message = await saved(mail);
    expect(Buffer.from(await bundleInMessage(message)).equals(await readFile(bundle))).toBe(true);
    await tab.page.getByRole('button', { name: 'Submit for review' }).click();
    const receipt = tab.page.getByRole('region', { name: /^Receipt s-/ });
    await receipt.getByText('under review').waitFor({ timeout: 240_000 });
    await receipt.getByText('proposed').waitFor();
    const number = /s-[0-9a-f]{12}/.exec((await receipt.getAttribute('aria-label')) ?? '')?.[0] ?? '';
    expect(mail.suggestedFilename()).toBe(`${number}.eml`);
    expect(await lookAt(tab, 'contribute-receipt')).toEqual([]);

    await tab.page.getByRole('tab', { name: 'Receive a bundle' }).click();
    const form = tab.page.getByRole('tabpanel');
    await form.getByLabel('Received by').fill('A. Curator');
    await form.locator('input[type=file]').setInputFiles(message);
    await form.getByRole('button', { name: 'Receive' }).click();
    await tab.page.getByRole('region', { name: `Receipt ${number}` }).waitFor({ timeout: 240_000 });
    await tab.page.getByRole('tab', { name: 'Receive a bundle' }).click();
    const complained = tab.complaints.length;
    const hostile = join(folder, 'hostile.zip');
    await writeFile(hostile, '<!doctype html><script>alert(1)</script>');
    await form.locator('input[type=file]').setInputFiles(hostile);
    await form.getByRole('button', { name: 'Receive' }).click();
    await form.getByRole('alert').waitFor({ timeout: 240_000 });
    (tab.complaints as string[]).splice(complained);
    expect(await lookAt(tab, 'contribute-receive')).toEqual([]);
  }, 1_800_000);

  it('complained of nothing', () => {
    expect(tab.complaints).toEqual([]);
  });
});
