import { describe, expect, it } from 'vitest';
import { grayPicture, madeRelease, pngHeaderBytes, type MadeImage } from '../../../tests/support/made-release.ts';
import { createRandom, noProgress } from '../../base/index.ts';
import type { Release } from '../../release/index.ts';
import { nameImages } from '../audit.ts';
import type { Check, CheckContext, CheckName, CheckResult } from '../types.ts';
import { balance } from './balance.ts';
import { files } from './files.ts';
import { labels } from './labels.ts';
import { leakage } from './leakage.ts';
import { metadata } from './metadata.ts';
import { onePersonIn, patients, peopleIn } from './patients.ts';
import { quality } from './quality.ts';
import { shortcuts } from './shortcuts.ts';

function contextOf(release: Release, groups: readonly (readonly string[])[] = []): CheckContext {
  return {
    release,
    nameOf: nameImages(release.images),
    picture: (image) => release.picture(image).catch(() => undefined),
    results: new Map<CheckName, CheckResult>([['duplicates', { defects: [], tables: [], groups }]]),
    seed: 1,
    progress: noProgress,
    signal: undefined,
  };
}

const run = async (check: Check, release: Release, groups?: readonly (readonly string[])[]) =>
  (await check.run(contextOf(release, groups))).defects.map(({ code, images, patients: who }) => ({ code, images, patients: who }));
const codesOf = async (check: Check, release: Release) => (await run(check, release)).map((defect) => defect.code);

describe('files', () => {
  it('finds missing, extra, repeated, unreadable and misnamed pictures', async () => {
    const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0]);
    const release = madeRelease(
      [
        { name: 'a.png', split: 'train' },
        { name: 'b.png' },
        { name: 'c.png', split: 'val', picture: undefined },
        { name: 'd.png', split: ['train', 'test'] },
        { name: 'e.png', split: 'test', bytes: jpeg },
        { name: 'f.jpg', split: 'test', bytes: jpeg },
      ],
      { lists: [{ path: 'trainCT_COVID.txt', label: 'COVID', split: 'train', names: ['a.png', 'a.png', 'gone.png'], bytes: new Uint8Array() }] },
    );
    expect((await run(files, release)).map(({ code, images }) => [code, ...images])).toEqual([
      ['FILE_MISSING', 'gone.png'],
      ['FILE_LISTED_TWICE', 'a.png'],
      ['FILE_IN_TWO_SPLITS', 'd.png'],
      ['FILE_UNLISTED', 'b.png'],
      ['FILE_UNREADABLE', 'c.png'],
      ['FILE_EXTENSION_WRONG', 'e.png'],
    ]);
  });
});

describe('leakage', () => {
  it('finds duplicates in two splits, and suggests to keep the test picture', async () => {
    const release = madeRelease([{ name: 'a.png', split: 'train' }, { name: 'b.png', split: 'test' }, { name: 'c.png', split: 'test' }]);
    const { defects } = await leakage.run(contextOf(release, [['a.png', 'b.png'], ['b.png', 'c.png']]));
    expect(defects).toMatchObject([{ code: 'DUPLICATE_ACROSS_SPLITS', images: ['a.png', 'b.png'], suggestion: { action: 'quarantine', images: ['a.png'] } }]);
  });
});

describe('labels', () => {
  it('shows the words, one defect for each caption, and what to do', async () => {
    const caption = 'CT images of the control. A <script>alert(1)</script> tumour.';
    const release = madeRelease([
      { name: 'a.png', caption, paper: 'p' },
      { name: 'b.png', caption, paper: 'p' },
      { name: 'c.png', label: 'NonCOVID', caption: 'Opacities of COVID-19.' },
      { name: 'd.png', caption: 'Ground glass.', otherDiseases: 'influenza' },
      { name: 'e.png', caption: 'Ground glass.', otherDiseases: 'pregnancy' },
    ]);
    const { defects } = await labels.run(contextOf(release));
    expect(defects).toMatchObject([
      { code: 'CAPTION_CONTROL', images: ['a.png', 'b.png'], suggestion: { action: 'relabel', label: 'NonCOVID' } },
      { code: 'CAPTION_SAYS_POSITIVE', images: ['c.png'], suggestion: { action: 'relabel', label: 'COVID' } },
      { code: 'CELL_OTHER_DISEASE', images: ['d.png'], suggestion: { action: 'look' } },
    ]);
    expect(defects[0]?.evidence).toContain('“CT images of the control.');
  });
  it('carries "no change" over from a picture that shows nothing', async () => {
    const release = madeRelease([
      { name: 'a.png', patient: 'Patient 1', caption: 'There was no abnormality in the lungs.' },
      { name: 'b.png', patient: 'Patient 1', caption: 'No change was seen a week later.' },
      { name: 'c.png', patient: 'Patient 2', caption: 'No change was seen a week later.' },
    ]);
    expect((await run(labels, release)).map(({ code, images }) => [code, ...images])).toEqual([['CAPTION_NO_LESION', 'a.png'], ['CAPTION_NO_LESION', 'b.png']]);
  });
  it('finds equal pictures with opposite labels', async () => {
    const release = madeRelease([{ name: 'a.png' }, { name: 'b.png', label: 'NonCOVID' }, { name: 'c.png' }]);
    expect(await run(labels, release, [['a.png', 'b.png'], ['a.png', 'c.png']])).toMatchObject([{ code: 'DUPLICATE_OPPOSITE_LABELS', images: ['a.png', 'b.png'] }]);
  });
  it('says nothing of captions where the positive label is another disease', async () => {
    const release = madeRelease([{ name: 'a.png', label: 'tumour', caption: 'CT images of the control.' }], { labels: ['tumour', 'none'] });
    expect(await run(labels, release)).toEqual([]);
  });
});

describe('patients', () => {
  it('finds gaps, counts that differ, and patients outside their claimed split', async () => {
    const release = madeRelease(
      [
        { name: 'a.png', split: 'train', patient: 'Patient 1' },
        { name: 'b.png', split: 'train', patient: 'Patient 4' },
        { name: 'c.png', split: 'test', patient: 'Patient 2' },
      ],
      { claims: { images: { COVID: 4, NonCOVID: 0 }, patients: 4, patientRanges: { train: [1, 2], val: [3, 3], test: [4, 4] } } },
    );
    expect(await run(patients, release)).toMatchObject([
      { code: 'PATIENT_NUMBER_GAP', patients: ['Patient 3'] },
      { code: 'IMAGE_COUNT_DIFFERS' },
      { code: 'PATIENT_COUNT_DIFFERS' },
      { code: 'PATIENT_OUTSIDE_CLAIMED_SPLIT', patients: ['Patient 4'] },
      { code: 'PATIENT_OUTSIDE_CLAIMED_SPLIT', patients: ['Patient 2'] },
    ]);
  });
  it('finds one patient under several IDs, over all panels of a figure, and captions shared by a crowd', async () => {
    const panel = (letter: string) => `Figure 4. The course of case 8. (${letter}) Opacities.`;
    const release = madeRelease([
      { name: 'a.png', patient: 'Patient 1', paper: 'p', caption: panel('A') },
      { name: 'b.png', patient: 'Patient 2', paper: 'p', caption: panel('B') },
      ...[3, 4, 5].map((n): MadeImage => ({ name: `${n}.png`, patient: `Patient ${n}`, paper: 'q', caption: 'A pipeline.' })),
      ...[6, 7, 8].map((n): MadeImage => ({ name: `${n}.png`, patient: `Patient ${n}`, paper: 'r', caption: 'Scans of three patients.' })),
    ]);
    expect(await run(patients, release)).toEqual([
      { code: 'PATIENT_SPLIT_INTO_IDS', images: ['a.png', 'b.png'], patients: ['Patient 1', 'Patient 2'] },
      { code: 'CAPTION_SHARED_BY_PATIENTS', images: ['3.png', '4.png', '5.png'], patients: ['Patient 3', 'Patient 4', 'Patient 5'] },
    ]);
  });
  it('finds contradictions, and lets people have birthdays', async () => {
    const release = madeRelease([
      { name: 'a.png', patient: 'x', age: '40', sex: 'F', paper: 'p' },
      { name: 'b.png', patient: 'x', age: '41', sex: 'F', paper: 'p' },
      { name: 'c.png', patient: 'y', age: '40', sex: 'F', paper: 'p' },
      { name: 'd.png', patient: 'y', age: '50', sex: 'M', paper: 'q' },
    ]);
    expect(await codesOf(patients, release)).toEqual(['PATIENT_AGE_CONTRADICTS', 'PATIENT_SEX_CONTRADICTS', 'PATIENT_IN_TWO_PAPERS']);
  });
  it.each([
    ['CT of the four cases', 4],
    ['Scans of the cases 02, 07 and 13.', 3],
    ['Patient 1 (A), patient 2 (B).', 2],
    ['A schema.', undefined],
  ])('counts the people of "%s"', (caption, people) => {
    expect(peopleIn(caption)).toBe(people);
  });
  it.each([
    ['Figure 2. CT of a 50-year-old severe patient.', 'figure 2 of a 50 year old severe patient'],
    ['CT of patients.', undefined],
    ['Changes in the lungs of patient 1 (A), patient 2 (B).', undefined],
    ['A scan.', undefined],
  ])('knows whether "%s" tells of one person', (caption, person) => {
    expect(onePersonIn(caption)).toBe(person);
  });
});

describe('metadata', () => {
  it('finds columns that a class lacks, and cells that are empty', async () => {
    const release = madeRelease([
      { name: 'a.png', split: 'train', patient: 'x', age: '40', sex: 'F', paper: 'p', caption: 'c' },
      { name: 'b.png', split: 'test', patient: 'x', sex: 'F', paper: 'p', caption: 'c' },
      { name: 'c.png', label: 'NonCOVID', split: 'test', patient: 'z' },
    ]);
    const { defects } = await metadata.run(contextOf(release));
    expect(defects.map(({ code, images }) => [code, ...images])).toEqual([['METADATA_CELLS_MISSING', 'b.png'], ['METADATA_COLUMN_ABSENT']]);
    expect(defects[0]?.evidence).toBe('age is missing for 1 of 2 pictures of COVID (train 0 %, val –, test 100 %).');
    expect(defects[1]?.evidence).toBe('No picture of NonCOVID (1) has age, sex, DOI, caption.');
  });
  it('gathers what could not be read by kind and column', async () => {
    const problem = (row: number) => ({ code: 'X', file: 'm.xlsx', column: 'Age', row, raw: `odd ${row}`, message: `Row ${row} says odd.` });
    const { defects } = await metadata.run(contextOf(madeRelease([], { problems: [problem(2), problem(5)] })));
    expect(defects).toMatchObject([{ code: 'METADATA_PROBLEM', evidence: '2 times in m.xlsx, column Age; the first: Row 2 says odd. Rows 2, 5, e.g. “odd 2”, “odd 5”.' }]);
  });
});

describe('shortcuts', () => {
  const random = createRandom(9);
  const noisy = (width: number) => grayPicture(width, 40, () => random.integer(60, 200));
  const release = (widthOf: (positive: boolean) => number) =>
    madeRelease(
      Array.from({ length: 60 }, (_, i): MadeImage => {
        const positive = i % 2 === 0;
        const width = widthOf(positive);
        const picture = noisy(width);
        return { name: `${i}.png`, label: positive ? 'COVID' : 'NonCOVID', split: i < 40 ? 'train' : 'test', picture, bytes: pngHeaderBytes(width, 40, 0) };
      }),
    );
  it('finds a label that the header gives away, and nothing where it does not', async () => {
    expect(await codesOf(shortcuts, release((positive) => (positive ? 50 : 60)))).toContain('SHORTCUT_HEADER');
    expect(await codesOf(shortcuts, release(() => 50))).toEqual([]);
  });
  it('gives the same figures for the same seed', async () => {
    const made = release((positive) => random.integer(40, positive ? 60 : 55));
    expect(await shortcuts.run(contextOf(made))).toEqual(await shortcuts.run(contextOf(made)));
  });
  it('says so where there are too few pictures', async () => {
    const { defects, tables } = await shortcuts.run(contextOf(madeRelease([{ name: 'a.png', split: 'train' }])));
    expect([defects, tables[0]?.note]).toEqual([[], expect.stringContaining('Not run')]);
  });
});

describe('quality', () => {
  const random = createRandom(4);
  const tissue = (width: number, height: number, low = 40, high = 220) => grayPicture(width, height, () => random.integer(low, high));
  const coloured = (): MadeImage['picture'] => {
    const gray = tissue(150, 120);
    const data = new Uint8Array(150 * 120 * 3);
    for (let i = 0; i < gray.data.length; i++) data.set(i < 200 ? [255, 0, 0] : [gray.data[i] ?? 0, gray.data[i] ?? 0, gray.data[i] ?? 0], i * 3);
    return { width: 150, height: 120, channels: 3, data };
  };
  it.each([
    ['nothing', tissue(150, 120), []],
    ['small', tissue(110, 90), ['IMAGE_TOO_SMALL']],
    ['dark', tissue(150, 120, 0, 60), ['IMAGE_TOO_DARK']],
    ['bright', grayPicture(150, 120, (x, y) => ((x * 31 + y * 17) % 100 < 65 ? 250 : 60) + random.integer(-8, 5) * ((x * 31 + y * 17) % 100 < 65 ? 1 : 4)), ['IMAGE_TOO_BRIGHT']],
    ['blurred', grayPicture(150, 120, (x, y) => 128 + 100 * Math.sin(x / 9) * Math.cos(y / 11)), ['IMAGE_BLURRED']],
    ['odd', tissue(300, 120), ['IMAGE_ODD_ASPECT']],
    ['empty', grayPicture(150, 120, (x) => ((x * 7919) % 5) * 30 + 40), ['IMAGE_LOW_INFORMATION']],
    ['coloured', coloured(), ['IMAGE_COLOURED']],
  ] as const)('%s', async (_, picture, codes) => {
    expect(await codesOf(quality, madeRelease([{ name: 'a.png', picture }]))).toEqual(codes);
  });
});

describe('balance', () => {
  it('finds sources of one label', async () => {
    const release = (venue: 'Lancet' | 'MedPix') => madeRelease([{ name: 'a.png', venue: 'Lancet' }, { name: 'b.png', venue: 'MedPix', label: 'NonCOVID' }, { name: 'c.png', venue }]);
    expect(await codesOf(balance, release('Lancet'))).toEqual(['SOURCE_TELLS_LABEL']);
    expect(await codesOf(balance, release('MedPix'))).toEqual([]);
  });
  it('finds a paper that dominates, and ages and sexes that differ by split', async () => {
    const of = (split: 'train' | 'test', age: number, sex: 'F' | 'M', paper: string) =>
      Array.from({ length: 6 }, (_, i): MadeImage => ({ name: `${split}${i}.png`, split, patient: `${split}${i}`, age: String(age + i), sex, paper }));
    const release = madeRelease([...of('train', 20, 'F', 'p'), ...of('test', 60, 'M', 'q'), ...Array.from({ length: 10 }, (_, i): MadeImage => ({ name: `v${i}.png`, split: 'val', paper: 'r' }))]);
    expect((await run(balance, release)).map((defect) => defect.code)).toEqual(['PAPER_DOMINATES', 'AGE_DIFFERS_BY_SPLIT', 'SEX_DIFFERS_BY_SPLIT']);
  });
});
