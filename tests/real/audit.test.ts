import { beforeAll, expect, it } from 'vitest';
import { auditRelease, type Audit } from '../../src/audit/index.ts';
import { openRelease } from '../../src/release/index.ts';
import { describeReal, realPath } from '../support/real-release.ts';

describeReal('the audit of the real release', ['release'], () => {
  let audit: Audit;
  beforeAll(async () => {
    const release = await openRelease(realPath('release'));
    audit = await auditRelease(release);
    await release.close();
    // Half a minute on two cores of its own.
  }, 900_000);

  const of = (code: string) => audit.defects.filter((defect) => defect.code === code);
  const images = (code: string) => of(code).flatMap((defect) => defect.images);
  const range = (stem: string, from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${stem}${from + i}.png`);

  it('finds every file, and what hides behind .png', () => {
    expect(['FILE_MISSING', 'FILE_UNLISTED', 'FILE_LISTED_TWICE', 'FILE_IN_TWO_SPLITS', 'FILE_UNREADABLE'].flatMap(images)).toEqual([]);
    expect(images('FILE_EXTENSION_WRONG')).toHaveLength(34);
  });

  it('finds the papers and the figure that the published lists cut through', () => {
    expect(of('PAPER_ACROSS_SPLITS').flatMap((defect) => defect.papers).toSorted()).toEqual(['10.1101/2020.03.12.20034686', '10.1101/2020.03.13.20035212', '10.1101/2020.03.22.20040782']);
    expect(images('FIGURE_ACROSS_SPLITS')).toEqual(range('2020.03.12.20034686-p17-91-', 1, 6));
    expect(of('PATIENT_ACROSS_SPLITS')).toEqual([]);
  });

  // Each was read in the workbook, row by row.
  it('finds captions that refute the label', () => {
    expect(images('CAPTION_CONTROL')).toEqual(range('2020.02.25.20021568-p24-111%', 5, 9));
    expect(images('CAPTION_OTHER_DISEASE')).toEqual([
      ...range('2020.03.04.20031047-p12-81%', 0, 1),
      '2020.03.09.20033118-p20-93%3.png',
      ...range('Talaromyces-marneffei-infection-relapse-presenting-as-ost_2020_International-p1-12%', 0, 3),
    ]);
    expect(images('CAPTION_NO_LESION').toSorted()).toEqual(['2020.02.28.20029025-p23-183.png', '2020.03.11.20033159-p12-45%4.png', '2020.03.11.20033159-p12-45%5.png']);
    expect(images('CAPTION_TOO_EARLY')).toEqual(range('Talaromyces-marneffei-infection-relapse-presenting-as-ost_2020_International-p1-12%', 0, 3));
    expect(images('CAPTION_MIXED_GROUPS')).toEqual([...range('2020.02.13.20022673-p13-77%', 0, 2), ...range('2020.03.04.20031047-p13-84%', 0, 5), ...range('2020.03.12.20027185-p8-', 216, 218), '2020.03.12.20027185-p8-221.png']);
    expect(images('CAPTION_LESION_RESOLVED')).toEqual(['2020.03.11.20033159-p12-45%1.png', '2020.03.11.20033159-p12-45%3.png']);
    expect(images('CELL_OTHER_DISEASE')).toEqual(range('2020.02.25.20021568-p24-111%', 0, 3));
  });

  it('finds who is missing, who is several, and who is one', () => {
    expect(of('PATIENT_COUNT_DIFFERS')[0]?.evidence).toBe('The release claims 216 patients of COVID and names 213.');
    expect(of('IMAGE_COUNT_DIFFERS')).toEqual([]);
    expect(of('PATIENT_NUMBER_GAP').flatMap((defect) => defect.patients)).toEqual(expect.arrayContaining(['Patient 77', 'Patient 79', 'Patient 198']));
    expect(of('PATIENT_SPLIT_INTO_IDS').map((defect) => defect.patients)).toEqual([Array.from({ length: 12 }, (_, i) => `Patient ${128 + i}`)]);
    expect(of('PATIENT_AGE_CONTRADICTS').flatMap((defect) => defect.patients)).toEqual(['Patient 143']);
    expect(of('PATIENT_SEX_CONTRADICTS').flatMap((defect) => defect.patients)).toEqual(['Patient 143']);
    expect(of('CAPTION_SHARED_BY_PATIENTS')).toHaveLength(10);
  });

  it('finds what the metadata lacks', () => {
    expect(images('METADATA_NAME_DIFFERS')).toHaveLength(83);
    expect(of('METADATA_CELLS_MISSING').map((defect) => defect.images.length)).toEqual([180, 212, 146, 13]);
    expect(of('METADATA_COLUMN_ABSENT')[0]?.evidence).toBe('No picture of NonCOVID (397) has age, sex, DOI, caption.');
  });

  it('finds that the label shows without a lung', () => {
    const auc = new Map(audit.checks.find((report) => report.check === 'shortcuts')?.tables[0]?.rows.map((row) => [row[0], row[2]]));
    expect(auc.get('header')).toBeGreaterThan(0.9);
    expect(auc.get('border')).toBeGreaterThan(0.7);
    expect(auc.get('colour')).toBeLessThan(0.6);
    expect(of('SOURCE_TELLS_LABEL')).toHaveLength(1);
  });
});
