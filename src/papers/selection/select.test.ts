import { describe, expect, it } from 'vitest';
import { selectCaption } from './select.ts';

// Sentences made up for these tests.
describe('captions that are chosen', () => {
  it.each([
    ['Chest CT of a woman with COVID-19 pneumonia.', ''],
    ['Axial CT shows ground-glass opacities in both lungs.', 'Imaging of COVID-19'],
    ['CT images of the third patient.', 'Ten cases of SARS-CoV-2 infection'],
    ['Crazy-paving in the left lower lobe.', 'Novel coronavirus in a family'],
    ['Chest radiograph and chest CT of a man with COVID-19.', ''],
  ])('%s', (caption, title) => {
    expect(selectCaption(caption, { title })).toMatchObject({ selected: true });
  });
});

describe('captions that are left', () => {
  it.each([
    ['Chest radiograph of a man with COVID-19.', '', 'not a CT'],
    ['Brain CT of a man with COVID-19.', '', 'another part of the body'],
    ['Chest CT of a woman with fever.', 'Imaging of fever', 'neither'],
    ['Chest CT of a healthy volunteer.', 'COVID-19', 'control'],
    ['Chest CT of a woman with COVID-19: no obvious lesion.', '', 'nothing to be seen'],
    ['ROC curves of chest CT for COVID-19.', '', 'no picture'],
    ['Table 1. Chest CT of patients with COVID-19.', '', 'no picture'],
    ['Chest CT of a patient without COVID-19.', 'COVID-19', 'denied'],
    ['Ct values of the swabs of patients with COVID-19 pneumonia.', '', 'no word of CT'],
    ['Chest CT of March 2015 of a patient.', 'COVID-19', 'before the disease'],
    ['Two patients with COVID-19.', '', 'no word of CT'],
  ])('%s', (caption, title, why) => {
    const { selected, reasons } = selectCaption(caption, { title });
    expect([selected, reasons.join('; ')]).toEqual([false, expect.stringContaining(why)]);
  });
});
