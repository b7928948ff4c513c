import { expect, it } from 'vitest';
import { candidateSchema, extractionSchema, type Candidate } from './candidate.ts';

const candidate: Candidate = {
  paper: '2020.02.17.20024018', doi: '10.1101/2020.02.17.20024018', page: 17, xref: 61, figure: '2', caption: 'Figure 2. Chest CT.', panel: [0, 0, 300, 200],
  file: '2020.02.17.20024018-p17-61%0.png', selected: true, reasons: ['chest CT'], scores: { chestCt: 1 }, letters: ['A'], panelCaption: null, source: 'embedded',
  objects: [61], licence: null, sha256: 'a'.repeat(64), width: 300, height: 200,
};

it('a candidate comes through JSON as it was, and one without a picture of its own is refused', () => {
  expect(extractionSchema.parse(JSON.parse(JSON.stringify({ candidates: [candidate], figures: [], papers: [] }))).candidates).toEqual([candidate]);
  expect(candidateSchema.safeParse({ ...candidate, panel: [0, 0, 0, 200] }).success).toBe(false);
  expect(candidateSchema.safeParse({ ...candidate, panel: [0.5, 0, 3, 200] }).success).toBe(false);
  expect(candidateSchema.safeParse({ ...candidate, sha256: 'x' }).success).toBe(false);
});
