import { describe, expect, it, vi } from 'vitest';
import { caseCaption, casePaper, casePixels } from '../../../tests/support/case-paper.ts';
import { nameCandidates, paperStem } from '../names/index.ts';
import { dealCaption, namedPanels } from './captions-of-panels.ts';
import { readLicence } from '../sources/index.ts';
import { extractPaper, type PaperExtraction } from './index.ts';
import { takeWhole } from './panels.ts';

// Worker processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

async function extract(bytes: Uint8Array, options: Partial<Parameters<typeof extractPaper>[1]> = {}): Promise<PaperExtraction> {
  const read = await extractPaper(bytes, { fileName: 'case.pdf', ...options });
  if ('status' in read) throw new Error(read.message);
  return read;
}

describe('extracting a paper', () => {
  it('gives the picture at its native pixels, with its caption, name, and why it is selected', async () => {
    const read = await extract(casePaper({ seed: 3, doi: '10.1101/2020.02.17.20024018', licence: 'CC-BY-NC 4.0 International license' }));
    expect(read.facts).toMatchObject({ title: 'Chest CT of a patient with COVID-19: a synthetic case', doi: '10.1101/2020.02.17.20024018', licence: 'CC-BY-NC-4.0' });
    expect(read.facts.abstract).toMatch(/^Line 0 of paper 3.*very end\.$/s);
    const [candidate, ...others] = read.candidates;
    expect(others).toEqual([]);
    expect(candidate).toMatchObject({
      paper: '2020.02.17.20024018', page: 1, xref: 10, figure: '1', caption: caseCaption, panel: [0, 0, 120, 100], file: '2020.02.17.20024018-p1-10.png',
      selected: true, source: 'embedded', objects: [10], licence: 'CC-BY-NC-4.0', scores: { chestCt: 1, finding: 1 },
    });
    expect(candidate?.picture.channels).toBe(1);
    expect(Buffer.from(candidate?.picture.data ?? []).equals(casePixels(3))).toBe(true);
  });

  it('cuts by panels, deals the caption out to them, and says where letters and panels disagree', async () => {
    const caption = 'Figure 1. Chest CT of two patients. (A) COVID-19 pneumonia with consolidation. (B) Bacterial pneumonia.';
    const halves = ({ width, height }: { readonly width: number; readonly height: number }) => ({ panels: [0, width / 2].map((x) => ({ box: { x, y: 0, width: width / 2, height }, confidence: 0.8, reasons: [] })) });
    const { candidates } = await extract(casePaper({ seed: 1, caption }), { cut: halves });
    expect(candidates.map(({ file, panel, letters, selected, width }) => [file, panel, letters, selected, width])).toEqual([
      ['case-p1-10%0.png', [0, 0, 60, 100], ['A'], true, 60],
      ['case-p1-10%1.png', [60, 0, 60, 100], ['B'], false, 60],
    ]);
    const whole = await extract(casePaper({ seed: 1, caption }), { cut: takeWhole });
    expect(whole.candidates[0]?.reasons).toContain('the caption names 2 panels, 1 was found');
    expect(whole.candidates[0]?.panelCaption).toBeNull();
  });

  it('leaves what the server says of the paper above what the paper says of itself', async () => {
    const { facts, paper } = await extract(casePaper({ seed: 1 }), { doi: '10.1136/bmj.m606', licence: 'CC-BY-4.0', context: { title: 'Another title' } });
    expect([facts.doi, facts.licence, facts.title, paper]).toEqual(['10.1136/bmj.m606', 'CC-BY-4.0', 'Another title', 'bmj.m606.full']);
  });

  it('says why a file is no paper', async () => {
    expect(await extractPaper(new TextEncoder().encode('<!doctype html><p>log in'), { fileName: 'x.pdf' })).toMatchObject({ status: 'not a PDF' });
  });
});

describe('names', () => {
  it('are stems of the release where it has a rule, else the file, cleaned', () => {
    expect(paperStem('2020.02.17.20024018.pdf', '10.1101/2020.03.03.20030668')).toBe('2020.02.17.20024018');
    expect(paperStem('download.pdf', '10.1101/2020.03.03.20030668')).toBe('2020.03.03.20030668');
    expect(paperStem('a 100% (final)-p3-4.pdf', undefined)).toBe('a 100- (final).p3.4');
    // What the file system would not take is cut at a whole character, and no sooner.
    const long = 'impact of the infection on '.repeat(5).trim();
    expect(paperStem(`${long}.pdf`, undefined)).toBe(long);
    expect(paperStem(`${'肺'.repeat(200)}.pdf`, undefined)).toBe('肺'.repeat(60));
    expect(paperStem('.pdf', undefined)).toBe('paper');
  });

  it('count panels from 0, and pictures without a number by page', () => {
    const pictures = [{ page: 3, xref: 61, panels: 2 }, { page: 3, xref: 70, panels: 0 }, { page: 3, xref: undefined, panels: 0 }, { page: 3, xref: undefined, panels: 2 }, { page: 4, xref: undefined, panels: 0 }];
    expect(nameCandidates('s', pictures)).toEqual([['s-p3-61%0.png', 's-p3-61%1.png'], ['s-p3-70.png'], ['s-p3-0%0.png'], ['s-p3-0%1%0.png', 's-p3-0%1%1.png'], ['s-p4-0%0.png']]);
  });
});

it('a caption is dealt out only where it names as many panels as there are', () => {
  const caption = 'Fig. 2. Two patients. (A, B) On admission. (C) After a week.';
  expect(namedPanels(caption)).toEqual(['A', 'B', 'C']);
  expect(dealCaption(caption, 3).panels.map(({ letters, text }) => [letters, text])).toEqual([
    [['A'], 'Two patients. On admission.'],
    [['B'], 'Two patients. On admission.'],
    [['C'], 'Two patients. After a week.'],
  ]);
  expect(dealCaption(caption, 2)).toMatchObject({ panels: [{ letters: [] }, { letters: [] }], disagreement: 'the caption names 3 panels, 2 were found' });
  expect(dealCaption(undefined, 1)).toEqual({ panels: [{ letters: [], text: undefined }], disagreement: undefined });
});

it.each([
  ['made available under a CC-BY 4.0 International license', 'CC-BY-4.0'],
  ['under a CC-BY-NC-ND 4.0 International license .', 'CC-BY-NC-ND-4.0'],
  ['https://creativecommons.org/licenses/by-nc/3.0/', 'CC-BY-NC-3.0'],
  ['under the Creative Commons Attribution-NonCommercial-NoDerivatives License 4.0', 'CC-BY-NC-ND-4.0'],
  ['Creative Commons Attribution License', 'CC-BY'],
  ['cc_by_nc', 'CC-BY-NC'],
  ['cc by', 'CC-BY'],
  ['cc0', 'CC0-1.0'],
  ['cc_no', undefined],
  ['publisher-specific-oa', undefined],
  ['All rights reserved. No reuse allowed without permission.', undefined],
])('reads the licence of %s', (text, licence) => {
  expect(readLicence(text)).toBe(licence);
});
