import { beforeAll, describe, expect, it } from 'vitest';
import { controlSection, shortcutSentence } from '../../src/benchmark/index.ts';
import { drawPhantom, type Picture } from '../../src/imaging/index.ts';
import { renderPage } from '../../src/report/index.ts';
import { cheats, controlsOf, flaggedOf, plantedRelease } from '../support/planted-cheats.ts';

let pictures: readonly Picture[];
beforeAll(() => {
  pictures = Array.from({ length: 150 }, (_, patient) => drawPhantom({ patient, lesions: 'none', width: 80, height: 60 }));
});

describe('planted cheats, on synthetic phantoms', () => {
  it('nothing is flagged where nothing is planted, and the report says so', async () => {
    const release = await plantedRelease(pictures, undefined);
    const judged = await controlsOf(release);
    expect(judged.filter(({ flagged }) => flagged)).toEqual([]);
    expect(shortcutSentence(judged)).toBe('None of 5 controls tells the label without looking at a lung (no interval of an AUC lies above 0.55).');
    const page = renderPage({ title: 'x', subtitle: '', banners: [], sections: [controlSection(judged, release)], footer: '' });
    expect(page).not.toContain('>shortcut<');
  });

  it.each([
    ['corner square', ['border', 'marks']],
    ['file format', ['header']],
    ['resolution', ['header']],
  ] as const)('a %s on COVID pictures is flagged in the report', async (cheat, byOneOf) => {
    const release = await plantedRelease(pictures, cheat);
    const judged = await controlsOf(release);
    const flagged = judged.filter((one) => one.flagged);
    expect(flagged.some(({ name }) => byOneOf.some((wanted) => wanted === name))).toBe(true);
    expect(flagged.find(({ name }) => byOneOf.some((wanted) => wanted === name))?.auc.value).toBeGreaterThan(0.9);
    const page = renderPage({ title: 'x', subtitle: '', banners: [], sections: [controlSection(judged, release)], footer: '' });
    expect(page).toContain('>shortcut<');
    expect(page).toContain('The label can be told without looking at a lung, by');
  });

  it('every cheat is planted alone', async () => {
    const flagged = await Promise.all(cheats.map(async (cheat) => flaggedOf(await plantedRelease(pictures, cheat))));
    expect(flagged.map((names) => names.includes('header'))).toEqual([false, true, true]);
  });
});
