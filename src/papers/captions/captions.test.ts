import { describe, expect, it } from 'vitest';
import { isSentence, readLabel } from './label.ts';
import { lettersOf, splitCaption } from './parts.ts';

describe('labels', () => {
  it.each([
    ['Figure 1. A picture', 'figure', '1', 'A picture', true],
    ['FIG. 2—Something', 'figure', '2', 'Something', true],
    ['Fig. 3 (a) Left', 'figure', '3', '(a) Left', false],
    ['Figure 4A: Loading', 'figure', '4', 'Loading', true],
    ['TABLE IV', 'table', 'IV', '', false],
    ['Supplementary Fig. S2 | More', 'figure', 'S2', 'More', true],
    ['Figure 5', 'figure', '5', '', false],
  ] as const)('%s', (text, kind, number, rest, punctuated) => {
    expect(readLabel(text)).toMatchObject({ kind, number, rest, punctuated });
  });

  it.each(['Figures in brackets', 'tables of contents', 'Fig trees', 'Table2vec is fast', 'Figure 50% of them'])('%s has none', (text) => {
    expect(readLabel(text)).toBeUndefined();
  });

  it.each([
    ['Figure 3 shows the way', true],
    ['Table 2 and Table 3 give', true],
    ['Figure 2, we see', true],
    ['Figure 2 (left) is', true],
    ['Fig. 3 (a) All of them', false],
    ['Figure 1 Various images', false],
    ['Figure 1. Shows nothing', false],
  ] as const)('%s', (text, sentence) => {
    const label = readLabel(text);
    expect(label !== undefined && isSentence(label)).toBe(sentence);
  });
});

describe('captions by panel', () => {
  it('reads letters', () => {
    expect([lettersOf('A'), lettersOf('a–c'), lettersOf('A, B and D'), lettersOf('E to G'), lettersOf('AB')]).toEqual([['A'], ['A', 'B', 'C'], ['A', 'B', 'D'], ['E', 'F', 'G'], []]);
  });

  it.each([
    ['Chest CT of two patients. (A) On day 1. (B) On day 5.', 'Chest CT of two patients.', [['A', 'On day 1.'], ['B', 'On day 5.']]],
    ['Three slices. (a-b) Upper lobes (arrow). (c) Lower lobes, as in (a).', 'Three slices.', [['A B', 'Upper lobes (arrow).'], ['C', 'Lower lobes, as in (a).']]],
    ['Scans of patient 1 (A), patient 2 (B) and patient 3 (C).', '', [['A', 'Scans of patient 1'], ['B', 'patient 2'], ['C', 'patient 3']]],
    ['Follow-up. A, Ground glass. B, Consolidation. C-D, Healed.', 'Follow-up.', [['A', 'Ground glass.'], ['B', 'Consolidation.'], ['C D', 'Healed.']]],
    ['a Chest CT on day 1. b Images on day 9.', '', [['A', 'Chest CT on day 1.'], ['B', 'Images on day 9.']]],
    ['Axial view (1A, red arrow) and later (1B).', '', [['A', 'Axial view'], ['B', 'later']]],
    ['One picture of a patient (65 years), with fever.', 'One picture of a patient (65 years), with fever.', []],
    ['A patient with B symptoms.', 'A patient with B symptoms.', []],
  ] as const)('%s', (text, lead, parts) => {
    const split = splitCaption(text);
    expect([split.parts.map(({ letters, text }) => [letters.join(' '), text]), split.lead.replace(/^\.$/, '')]).toEqual([parts.map((part) => [...part]), lead]);
  });
});
