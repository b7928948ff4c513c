import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../src/base/index.ts';
import { openZipFileTree } from '../../src/release/index.ts';
import { openStudy, readingsDocument, readingsOf, simulateReaders, studyFolder, verifyStudy, type Answer } from '../../src/study/index.ts';
import { testPlan } from '../../src/study/testing.ts';
import { realPath } from '../support/real-release.ts';
import { readingClient } from '../support/reading-client.ts';
import { runProgram } from '../support/run-program.ts';
import { lookAt, openTab, startBrowser, startWorkbench, takePicture, type RunningWorkbench, type Tab } from './support/workbench.ts';

/** A plan of 40 cases, 3 arms and 5 readers on the release; the wash-out is none, since this proves software. */
const plan = (perLabel: number): string => `covidCtStudy: 1
id: whole
title: A whole study
question: Are readers of compressed and photographed pictures as good?
seed: 7
cases: { source: release, perLabel: { COVID: ${perLabel}, NonCOVID: ${perLabel} }, onePer: image }
canvas: 256
arms:
  - { id: original, title: As published }
  - { id: jpeg, title: JPEG quality 37, steps: [{ degradation: jpeg, strength: 0.7 }] }
  - { id: photo, title: Simulated phone photo, steps: [{ degradation: phone-photo, strength: 0.6 }] }
design: { kind: fully-crossed, washOutDays: 0 }
rating: { kind: scale, labels: [surely not, probably not, undecided, probably, surely] }
positiveFrom: 4
questions: [{ id: finding, text: Which finding weighs most?, options: [ground-glass opacity, other, none] }]
marks: 1
readers: [{ id: browser }, { id: r2 }, { id: r3 }, { id: r4 }, { id: r5 }]
screen: { width: 1024, height: 600 }
analysis: { nonInferiorityMargin: 0.05 }
`;

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await startBrowser();
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-study-'));
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(['study', ...args]);
  if (code !== 0) throw new Error(`study ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const release = existsSync(realPath('release')) ? realPath('release') : 'sample';
const perLabel = release === 'sample' ? 8 : 20;

describe(`a whole study on ${release === 'sample' ? 'the synthetic sample' : 'the real release'}`, () => {
  let workbench: RunningWorkbench;
  let tab: Tab;
  let workspace: string;
  beforeAll(async () => {
    workspace = join(folder, 'workspace');
    await mkdir(workspace);
    await writeFile(join(folder, 'plan.yaml'), plan(perLabel));
    await run('new', join(folder, 'plan.yaml'), '--release', release, '--workspace', workspace);
    workbench = await startWorkbench({ workspace, releases: release === 'sample' ? [] : [release] });
    tab = await openTab(browser, workbench.address);
  });
  afterAll(() => workbench?.stop());

  it('is read in the browser: screen, ratings by keyboard, a mark, a pause, another machine, the end', async () => {
    const study = await openStudy(studyFolder(openWorkspace(workspace), 'whole'));
    const link = `/read/whole/${study.key.readers[0]?.token ?? ''}`;
    await tab.open(link);
    await tab.page.getByText('Your screen').waitFor();
    const begin = tab.page.getByRole('button', { name: 'Begin' });
    expect(await begin.isDisabled()).toBe(true);
    await tab.page.getByLabel('each of the eleven steps').check();
    await tab.page.getByLabel('The room is dim').check();
    await takePicture(tab.page, 'reading-screen');
    await begin.click();
    const total = readingsOf(study, 'browser').length;
    let page = tab.page;
    let other: Tab | undefined;
    for (const { position, caseIndex } of readingsOf(study, 'browser')) {
      await page.getByRole('heading', { name: `Case ${position + 1} of ${total}` }).waitFor();
      await page.locator('canvas[data-painted]').waitFor();
      if (position === 1) {
        await page.getByRole('button', { name: 'Pause' }).click();
        await page.getByText(`1 of ${total} cases are done and kept`).waitFor();
        // Another machine: a browser that knows nothing but the link.
        other = await openTab(browser, workbench.address, { width: 1440, height: 900 });
        await other.open(link);
        page = other.page;
        await page.locator('canvas[data-painted]').waitFor();
      }
      const positive = study.key.cases[caseIndex]?.positive === true;
      await page.getByLabel('none').check();
      if (position % 10 === 2) {
        const box = await page.locator('canvas').boundingBox();
        await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * 0.25, (box?.y ?? 0) + (box?.height ?? 0) * 0.5);
        await page.getByText('1 of 1 marked').waitFor();
        if (position === 2) await takePicture(page, 'reading-room');
      }
      await page.keyboard.press(String(positive ? 3 + (position % 3) : 1 + (position % 3)));
      await page.keyboard.press('Enter');
    }
    await page.getByText('You have finished').waitFor();
    expect(tab.complaints).toEqual([]);
    expect(other?.complaints).toEqual([]);
    const document = await readingsDocument(await openStudy(study.folder));
    expect(document.readings).toHaveLength(total);
    expect(document.readings.filter(({ marks }) => marks.length === 1 && Math.abs((marks[0]?.x ?? 0) - 0.25) < 0.02).length).toBeGreaterThan(1);
    expect(document.readings.every(({ milliseconds, answers }) => milliseconds > 0 && answers['finding'] === 'none')).toBe(true);
    await other?.context.close();
  }, 600_000);

  it('four others read through the HTTP API, simulated and called that; locked, analysed, exported and analysed again with the same figures', async () => {
    const study = await openStudy(studyFolder(openWorkspace(workspace), 'whole'));
    const clients = new Map(study.key.readers.map(({ id, token }) => [id, readingClient(workbench.address, 'whole', token)]));
    const send = async (reader: string, id: string, answer: Answer) => {
      // As a page does: the picture first, then the answer.
      const frame = await clients.get(reader)?.frame(id, 0);
      await clients.get(reader)?.confirm(id, answer);
      return frame;
    };
    for (const reader of ['r2', 'r3', 'r4', 'r5']) await clients.get(reader)?.declare();
    await simulateReaders(study, { seed: 2, aucs: { original: 0.9, photo: 0.8 }, start: new Date(), send });
    await tab.open('/sample/studies');
    await tab.page.getByText('simulated readers').waitFor();
    await tab.page.getByRole('link', { name: 'A whole study' }).click();
    await tab.page.getByText('prove the software, not the claim').waitFor();
    expect(await lookAt(tab, 'study')).toEqual([]);
    await tab.page.getByRole('button', { name: 'Verify records' }).click();
    await tab.page.getByText('are as they were written').waitFor();
    await tab.page.getByRole('button', { name: 'Lock the study' }).click();
    await tab.page.getByRole('button', { name: 'Analyse' }).click();
    await tab.page.getByText('The readers were simulated').waitFor();
    await tab.page.getByText('photo against original').waitFor();
    await takePicture(tab.page, 'study-result');
    expect(tab.complaints).toEqual([]);

    const analysed: unknown = JSON.parse(await run('analyse', 'whole', '--workspace', workspace, '--json', '--out', join(folder, 'report.html')));
    await run('export', 'whole', '--workspace', workspace, '--out', join(folder, 'export'));
    const again: unknown = JSON.parse(await run('analyse', '--from', join(folder, 'export/readings.json'), '--json'));
    expect(again).toEqual(analysed);
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('Simulated readers');
    const report = await openTab(browser, `file://${folder}`);
    await report.page.goto(`file://${join(folder, 'report.html')}`);
    await takePicture(report.page, 'study-report');
    expect(report.complaints).toEqual([]);
    expect((await verifyStudy(study.folder)).faults).toEqual([]);
  }, 300_000);

  it('is made in the page: faults told while the plan is written, power, the study; and exported from there', async () => {
    await tab.open('/sample/studies');
    await tab.page.getByRole('link', { name: 'Make a study' }).click();
    const written = tab.page.getByLabel('The plan, in YAML or JSON');
    const make = tab.page.getByRole('button', { name: 'Make the study' });
    await written.fill('covidCtStudy: 1\nid: Not an id');
    await tab.page.getByText('title: is missing').waitFor();
    expect(await make.isDisabled()).toBe(true);
    await written.fill(testPlan({ id: 'whole' }));
    await tab.page.getByText('There is a study whole already').waitFor();
    expect(await make.isDisabled()).toBe(true);
    await written.fill(testPlan({ id: 'from-the-page' }));
    await tab.page.getByText('There is a study whole already').waitFor({ state: 'hidden' });
    await tab.page.getByText('synthetic phantoms of 3 slices').waitFor();
    expect(await lookAt(tab, 'make-study')).toEqual([]);
    await tab.page.getByRole('button', { name: 'Simulate the power' }).click();
    await tab.page.getByRole('img', { name: 'Power by readers and cases' }).waitFor({ timeout: 120_000 });
    await make.click();
    await tab.page.getByText('The study from-the-page is made').waitFor({ timeout: 200_000 });
    const study = await openStudy(studyFolder(openWorkspace(workspace), 'from-the-page'));
    expect(study.key.cases).toHaveLength(8);
    await simulateReaders(study, { seed: 3, aucs: {}, start: new Date() });
    await tab.page.getByRole('link', { name: 'Open it' }).click();
    await tab.page.getByRole('button', { name: 'Lock the study' }).click();
    const link = tab.page.getByRole('link', { name: 'Export the readings' });
    const [download] = await Promise.all([tab.page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('from-the-page.zip');
    await download.saveAs(join(folder, 'from-the-page.zip'));
    const zip = await openZipFileTree(join(folder, 'from-the-page.zip'));
    const readings = await zip.read('from-the-page/readings.json');
    await zip.close();
    expect(JSON.parse(Buffer.from(readings).toString())).toEqual(JSON.parse(JSON.stringify(await readingsDocument(await openStudy(study.folder)))));
    const [report] = await Promise.all([tab.page.waitForEvent('download'), tab.page.getByRole('link', { name: 'Download the report' }).click()]);
    expect(report.suggestedFilename()).toBe('from-the-page.html');
    expect(tab.complaints).toEqual([]);
  }, 500_000);

  it('Power: simulated in the page, with a plot', async () => {
    await tab.open('/sample/power');
    await tab.page.getByRole('button', { name: 'Simulate' }).click();
    await tab.page.getByRole('img', { name: 'Power by readers and cases' }).waitFor({ timeout: 120_000 });
    expect(await lookAt(tab, 'power')).toEqual([]);
  }, 200_000);
});
