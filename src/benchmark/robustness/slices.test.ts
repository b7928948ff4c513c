import { describe, expect, it } from 'vitest';
import { bareImage } from '../../../tests/support/bare-release.ts';
import { createRandom } from '../../base/index.ts';
import { rocAuc } from '../../statistics/index.ts';
import { patientCases } from '../evaluation/index.ts';
import type { Prediction } from '../predictions/index.ts';
import { renderSlices, studySlices } from './index.ts';

const labels = ['COVID', 'NonCOVID'];
const random = createRandom(4);
/** Forty patients with three to six images, and five with two; an image tells little, its patient's images together more. */
const predictions = Array.from({ length: 45 }, (_, p) => p).flatMap((p): Prediction[] => {
  const label = labels[p % 2] ?? '';
  return Array.from({ length: p < 40 ? 3 + (p % 4) : 2 }, (_, i) => ({
    entry: { image: bareImage({ id: `${label}/${p}-${i}.png`, patient: `Patient ${p}` }), label, part: 'fold-1', group: p },
    score: Math.min(1, Math.max(0, 0.5 + 0.2 * random.normal() + (label === 'COVID' ? 0.07 : -0.07))),
  }));
});

describe('one image of a patient against several', () => {
  const study = studySlices(predictions, labels, 'COVID', 300);
  const auc = (k: number, how: 'mean' | 'max' = 'mean') => study?.by[how][k]?.auc.value ?? Number.NaN;

  it('is of the patients with three images at least', () => {
    expect(study).toMatchObject({ patients: 40, positives: 20, leftOut: 5 });
    expect(study?.by.mean.map(({ images }) => images)).toEqual([1, 2, 3, 'all']);
  });

  it('all images: the AUC by patient; one image: the mean of all that one image of each could give', () => {
    const enough = predictions.filter(({ entry }) => Number(entry.image.patient?.slice(8)) < 40);
    for (const how of ['mean', 'max'] as const) expect(auc(3, how)).toBeCloseTo(rocAuc(patientCases(enough, labels, 'COVID', how)), 12);
    // Patients differ in their images' number: each image weighs as a share of its patient.
    const scores = (label: string) => enough.filter(({ entry }) => entry.label === label).map(({ entry, score }) => ({ score, weight: 1 / enough.filter((one) => one.entry.image.patient === entry.image.patient).length }));
    let expected = 0;
    for (const a of scores('COVID')) for (const b of scores('NonCOVID')) expected += (a.weight * b.weight * (Number(a.score > b.score) + Number(a.score === b.score) / 2)) / 400;
    expect(Math.abs(auc(0) - expected)).toBeLessThan(0.02);
    expect(auc(0, 'max')).toBe(auc(0));
  });

  it('more images tell more, and the change is paired', () => {
    expect(auc(1)).toBeGreaterThan(auc(0));
    expect(auc(3)).toBeGreaterThan(auc(1));
    expect(study?.by.mean[0]?.change).toMatchObject({ value: 0, low: 0, high: 0 });
    expect(study?.by.mean[3]?.change.low).toBeGreaterThan(0);
    const { low = 0, high = 0 } = study?.by.mean[3]?.auc ?? {};
    const { low: least = 0, high: most = 0 } = study?.by.mean[3]?.change ?? {};
    expect((most ?? 0) - (least ?? 0)).toBeLessThan((high ?? 0) - (low ?? 0) + 0.05);
  });

  it('turned round, says the same of the other label', () => {
    const turned = studySlices(predictions, labels, 'NonCOVID', 50);
    for (const how of ['mean', 'max'] as const) turned?.by[how].forEach(({ auc: figure }, k) => expect(figure.value).toBeCloseTo(auc(k, how), 12));
  });

  it('where a label has no such patient there is nothing to say', () => {
    const few = predictions.filter(({ entry }) => entry.label === 'COVID');
    expect(studySlices(few, labels, 'COVID', 50)).toBeUndefined();
    const page = renderSlices([{ name: 'few', sources: [], crossValidated: false, images: 'test', study: null }], { release: { name: 'made up', synthetic: true }, version: '0' });
    expect(page).toContain('nothing can be compared');
  });
});
