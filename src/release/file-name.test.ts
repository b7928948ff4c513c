import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { doiOfStem, parseDoi, stemOfDoi, venueOf } from './doi.ts';
import { figureBase, formatFileName, looseNameKey, parseFileName } from './file-name.ts';

const long = 'impact_of_covid19_infection_on_pregnancy_outcomes_and_the_risk_of_maternaltoneonatal_intrapartum_transmission_of_covid19_during_natural_birth';

describe('parseFileName', () => {
  it.each([
    ['2020.01.24.919183-p27-132.png', '2020.01.24.919183', 27, 132, [], '2020.01.24.919183-p27-132', '10.1101/2020.01.24.919183'],
    ['2020.02.10.20021584-p6-52%10.png', '2020.02.10.20021584', 6, 52, [10], '2020.02.10.20021584-p6-52', '10.1101/2020.02.10.20021584'],
    ['2020.03.01.20029769-p21-73_1%2.png', '2020.03.01.20029769', 21, 73, [1, 2], '2020.03.01.20029769-p21-73', '10.1101/2020.03.01.20029769'],
    ['2020.03.21.20040691-p18-67-8.png', '2020.03.21.20040691', 18, 67, [8], '2020.03.21.20040691-p18-67', '10.1101/2020.03.21.20040691'],
    ['2020.03.30.20047985-p9-56%0', '2020.03.30.20047985', 9, 56, [0], '2020.03.30.20047985-p9-56', '10.1101/2020.03.30.20047985'],
    ['bmj.m606.full-p4-22%0.png', 'bmj.m606.full', 4, 22, [0], 'bmj.m606.full-p4-22', '10.1136/bmj.m606'],
    ['ehaa254-p0-63%2.png', 'ehaa254', 0, 63, [2], 'ehaa254-p0-63', '10.1093/eurheartj/ehaa254'],
    ['kjr-21-e24-p5-29.png', 'kjr-21-e24', 5, 29, [], 'kjr-21-e24-p5-29', undefined],
    ['med-9780198814924-chapter-17-p10-515.png', 'med-9780198814924-chapter-17', 10, 515, [], 'med-9780198814924-chapter-17-p10-515', '10.1093/med/9780198814924.003.0017'],
    [`${long}-p8-41%1.png`, long, 8, 41, [1], `${long}-p8-41`, undefined],
    ['PIIS0140673620303603%8.png', 'PIIS0140673620303603', undefined, undefined, [8], 'PIIS0140673620303603', '10.1016/S0140-6736(20)30360-3'],
    ['PIIS0140673620301549_0%1.png', 'PIIS0140673620301549', undefined, undefined, [0, 1], 'PIIS0140673620301549_0', '10.1016/S0140-6736(20)30154-9'],
    ['PIIS0140673620302117_2.png', 'PIIS0140673620302117', undefined, undefined, [2], undefined, '10.1016/S0140-6736(20)30211-7'],
    ['71%0.jpg', undefined, undefined, undefined, [0], '71', undefined],
    ['112.png', undefined, undefined, undefined, [], undefined, undefined],
    ['my scan (3).PNG', undefined, undefined, undefined, [], undefined, undefined],
  ])('%s', (name, stem, page, xref, panels, figure, doi) => {
    const parsed = parseFileName(name);
    expect(parsed).toMatchObject({ name, stem, page, xref, panels, figure, doi });
    expect(formatFileName(parsed)).toBe(name);
  });

  it('never changes a name on the way through, whatever it is', () => {
    const random = createRandom(11);
    const pieces = ['-p', '%', '_', '-', '.', '0', '1', '21', '007', 'PIIS0140673620303603', '2020.03.01.20029769', 'é', ' ', '.png', '.JPG', 'p', '\n', '%%', '99999999999999999999'];
    for (let i = 0; i < 20_000; i++) {
      const name = Array.from({ length: random.integer(0, 8) }, () => random.pick(pieces)).join('');
      expect(formatFileName(parseFileName(name))).toBe(name);
    }
  });

  it('gives back the fields that a name was made of', () => {
    const random = createRandom(12);
    for (let i = 0; i < 5_000; i++) {
      const stem = random.pick(['2020.03.01.20029769', 'bmj.m606.full', 'kjr-21-e24', 'a-p1-2', 'title_with-p3', 'x%1']);
      const page = random.integer(0, 400);
      const xref = random.integer(0, 99_999);
      const panels = Array.from({ length: random.integer(0, 2) }, () => random.integer(0, 99));
      const marks = panels.map(() => random.pick(['%', '_', '-'] as const));
      const name = formatFileName({ base: figureBase(stem, page, xref), panels, marks, extension: 'png' });
      expect(parseFileName(name)).toMatchObject({ stem, page, xref, panels, marks, extension: 'png' });
    }
  });

  it('knows names that differ by their marks alone', () => {
    expect(looseNameKey('a-p1-2_1%0.png')).toBe(looseNameKey(' A-p1-2%1_0 '));
    expect(looseNameKey('a-p1-2%1.png')).not.toBe(looseNameKey('a-p1-2%2.png'));
  });
});

describe('DOIs', () => {
  it.each(['2020.03.01.20029769', 'PIIS0140673620303603', 'bmj.m606.full', 'ehaa254', 'med-9780198814924-chapter-17'])('%s goes there and back', (stem) => {
    expect(stemOfDoi(doiOfStem(stem) ?? '')).toBe(stem);
  });
  it.each([
    ['https://doi.org/10.1016/j.ijid.2020.02.050 ', '10.1016/j.ijid.2020.02.050'],
    ['10.1016/ S0140-6736(20)30154-9 ', '10.1016/S0140-6736(20)30154-9'],
    ['doi: 10.1136/bmj.m606.', '10.1136/bmj.m606'],
    ['see the paper', undefined],
    ['', undefined],
  ])('%j is %j', (text, doi) => {
    expect(parseDoi(text)).toBe(doi);
  });
  it.each([
    ['10.1101/2020.03.01.20029769', undefined, 'medRxiv'],
    ['10.1101/2020.01.24.919183', undefined, 'bioRxiv'],
    ['10.1101/gr.123', undefined, 'medRxiv/bioRxiv'],
    ['10.1016/S0140-6736(20)30154-9', undefined, 'Lancet'],
    ['10.1136/bmj.m606', undefined, 'BMJ'],
    ['10.1016/j.ijid.2020.02.050', undefined, 'other'],
    [undefined, 'medpix_patient_9', 'MedPix'],
    [undefined, 'crawled_patient_9', 'unknown'],
  ] as const)('%s, %s: %s', (doi, patient, venue) => {
    expect(venueOf(doi, patient, doi !== undefined)).toBe(venue);
  });
});
