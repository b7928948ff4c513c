import { describe, expect, it } from 'vitest';
import { claimsAgainstPositive, isKnownDisease, otherDiseaseInCell, saysPositiveDisease } from './claims.ts';

// Sentences made up for these tests.
const codesOf = (caption: string) => claimsAgainstPositive(caption).map((claim) => claim.code);

describe('captions that speak against a positive label', () => {
  it.each([
    ['Figure 1. Output of our network. B. CT images of the control. The first one has an abscess.', ['CAPTION_CONTROL']],
    ['Axial CT of a healthy volunteer.', ['CAPTION_CONTROL']],
    ['Fig. 2. Imaging of influenza and COVID-19. A, Influenza with nodules. No effusion.', ['CAPTION_OTHER_DISEASE']],
    ['Chest CT of a man with pulmonary tuberculosis.', ['CAPTION_OTHER_DISEASE']],
    ['A woman with COVID-19; no obvious lesion was found in both lungs.', ['CAPTION_NO_LESION']],
    ['The chest CT was normal on admission.', ['CAPTION_NO_LESION']],
    ['Masses in the upper lobe (a, March 2015; b, May 2016).', ['CAPTION_TOO_EARLY']],
    ['Scan of 2018-11-03.', ['CAPTION_TOO_EARLY']],
    ['Different signs of lymphoma and COVID-19. C, Nodules at the hilum.', ['CAPTION_MIXED_GROUPS']],
    ['CT of patients with SARS-CoV-2 and other pathogens.', ['CAPTION_MIXED_GROUPS']],
    ['CT images of COVID-19 patients and healthy controls.', ['CAPTION_MIXED_GROUPS']],
    ['Right and erroneous predictions of a network.', ['CAPTION_MIXED_GROUPS']],
    ['After two weeks the opacities were completely absorbed.', ['CAPTION_LESION_RESOLVED']],
  ])('%s', (caption, codes) => {
    expect(codesOf(caption)).toEqual(codes);
  });
});

describe('captions that do not, though their words are near', () => {
  it.each([
    'A man with COVID-19 and no history of tuberculosis or cancer.',
    'A woman with both heart failure and COVID-19, with effusion.',
    'COVID-19 pneumonia, larger than in controls.',
    'Fig. 2. Imaging of influenza and COVID-19. B, COVID-19 with nodules.',
    'Bacterial pneumonia was ruled out. Ground-glass opacities of COVID-19.',
    'No lesion in the left lung, consolidation in the right one.',
    'Vessels grow in normally ventilated lung.',
    'The lungs were not normal.',
    'Image of 12 January 2020; a scan of May 2017 for comparison.',
    'CT of a patient with 2019-nCoV infection (Coronavirus Disease 2019).',
    'Findings suggest SARS- CoV2 pneumonia.',
    'The first swab was negative, the second one positive.',
    'Useless fields were filtered out to avoid false positives.',
    'The opacities were not completely absorbed.',
  ])('%s', (caption) => {
    expect(codesOf(caption)).toEqual([]);
  });
});

it('quotes the words it rests on', () => {
  expect(claimsAgainstPositive('Figure 3. Two scans. (A) Pulmonary embolism. Clear bases.')).toEqual([{ code: 'CAPTION_OTHER_DISEASE', words: '(A) Pulmonary embolism.' }]);
});

it('knows the positive disease under a negative label, and its denial', () => {
  expect(saysPositiveDisease('Ground glass in a patient with COVID-19.')).toBe('Ground glass in a patient with COVID-19.');
  expect(saysPositiveDisease('Nodules in a patient without COVID-19.')).toBeUndefined();
  expect(saysPositiveDisease('A non-COVID pneumonia.')).toBeUndefined();
});

it('reads the column of other diseases', () => {
  expect(otherDiseaseInCell(' pulmonary tuberculosis')).toBe('pulmonary tuberculosis');
  expect([otherDiseaseInCell('pregnancy'), otherDiseaseInCell('COVID-19 with tuberculosis'), otherDiseaseInCell('')]).toEqual([undefined, undefined, undefined]);
});

it.each([['COVID', true], ['covid19', true], ['NonCOVID', false], ['non-covid', false], ['tumour', false]])('knows whether %s is its disease', (label, known) => {
  expect(isKnownDisease(label)).toBe(known);
});
