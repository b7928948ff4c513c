import { expect, it, beforeAll, afterAll } from 'vitest';
import { describeRelease, isWhole, openRelease, parseFileName, formatFileName, verifyRelease, type Release } from '../../src/release/index.ts';
import { describeReal, realPath } from '../support/real-release.ts';

describeReal('the published release', ['release'], () => {
  let release: Release;
  beforeAll(async () => {
    release = await openRelease(realPath('release'));
  });
  afterAll(() => release.close());

  it('has the published counts, and the patients that its workbook names', async () => {
    const stats = await describeRelease(release);
    expect(stats.images).toEqual({ COVID: { total: 349, train: 191, val: 60, test: 98 }, NonCOVID: { total: 397, train: 234, val: 58, test: 105 } });
    expect(stats.patients).toMatchObject({ claimed: 216, found: 213, missing: ['Patient 77', 'Patient 79', 'Patient 198'], inSeveralSplits: [] });
    expect(Object.fromEntries(Object.entries(stats.patients.bySplit).map(([split, own]) => [split, [own.found, own.outside.length]]))).toEqual({ train: [128, 0], val: [32, 0], test: [53, 0] });
  });

  it('has file names of these forms, and each comes back as it was', () => {
    const forms = new Map<string, number>();
    for (const { label, name } of release.images) {
      const parsed = parseFileName(name);
      expect(formatFileName(parsed)).toBe(name);
      const form = `${label} ${parsed.form} ${parsed.marks.join('')}`.trim();
      forms.set(form, (forms.get(form) ?? 0) + 1);
    }
    // 28 names mix `_` and `%` (26 with a figure, 2 without); 15 COVID names carry no page and xref.
    expect(Object.fromEntries(forms)).toEqual({
      'COVID figure': 81,
      'COVID figure %': 180,
      'COVID figure _%': 26,
      'COVID figure _': 2,
      'COVID figure -': 45,
      'COVID paper %': 9,
      'COVID paper _': 4,
      'COVID paper _%': 2,
      'NonCOVID number': 230,
      'NonCOVID number %': 167,
    });
  });

  it('joins a row to every image, and reports what is odd', () => {
    expect(release.images.filter((image) => image.metadata === undefined)).toEqual([]);
    const counts: Record<string, number> = {};
    for (const problem of release.problems) counts[`${problem.code} ${problem.column ?? ''}`.trim()] = (counts[`${problem.code} ${problem.column ?? ''}`.trim()] ?? 0) + 1;
    expect(counts).toEqual({ NAME_WITHOUT_EXTENSION: 83, ROW_WITHOUT_NAME: 1, 'CELL_SAME_AS_ABOVE Severity': 3, 'CELL_UNREADABLE Captions': 11 });
  });

  it('spells by its stems the DOIs that its workbook gives', () => {
    const both = release.images.filter((image) => image.parts.doi !== undefined && image.metadata?.doi.value !== undefined);
    expect(both.length).toBeGreaterThan(100);
    for (const image of both) expect(image.parts.doi?.toLowerCase()).toBe(image.metadata?.doi.value?.toLowerCase());
  });

  it('types every age but none that is missing', () => {
    const ages = release.metadata.map((row) => row.age).filter((age) => age.raw !== '');
    expect(ages.filter((age) => age.value === undefined && age.raw.trim() !== '')).toEqual([]);
    expect(ages.filter((age) => age.raw === '40+').map((age) => age.value)).toEqual(Array.from({ length: 6 }, () => ({ years: undefined, low: 40, high: undefined })));
  });

  it('is complete, unchanged and, decoded in full, readable', async () => {
    const found = await verifyRelease(release, { decode: true });
    expect(found).toMatchObject({ known: true, images: 746, unchanged: 746, decoded: 746, unreadable: [] });
    expect(isWhole(found)).toBe(true);
  });
});
