import { describe, expect, it } from 'vitest';
import { bareImage, bareRelease } from '../../../tests/support/bare-release.ts';
import { createRandom } from '../../base/index.ts';
import { legacyTrack, type TrackImage } from '../../splits/index.ts';
import { evaluate, type Prediction } from '../index.ts';
import { compareModels, comparisonDocument, differenceText, modelLetter, pText, renderComparison, type ComparedModel } from './index.ts';

const labels = ['COVID', 'NonCOVID'];
const entries = Array.from({ length: 120 }, (_, i): TrackImage => {
  const label = i % 2 === 0 ? 'COVID' : 'NonCOVID';
  return { image: bareImage({ id: `${label}/${i}.png`, patient: `Patient ${i >> 2}-${i % 2}`, splits: ['test'] }), label, part: 'test', group: i };
});
/** Scores of a model as good as `gain`; equal seeds make the same noise. */
function predictions(gain: number, seed: number): Prediction[] {
  const random = createRandom(seed);
  return entries.map((entry) => ({ entry, score: 1 / (1 + Math.exp(-random.normal() - (entry.label === 'COVID' ? gain : -gain))) }));
}
const model = (name: string, ...members: readonly (readonly Prediction[])[]): ComparedModel => ({ name, members: members.map((scores, i) => ({ source: `${name}${i}`, predictions: scores, threshold: 0.5 })) });
const draws = 300;

describe('compareModels', () => {
  const good = predictions(1.2, 1);
  const poor = predictions(0.1, 1);
  const twin = predictions(1.2, 2);

  it('finds a difference that is there, and none between equals, whichever the test', () => {
    const { pairs, models } = compareModels([model('good', good), model('poor', poor), model('again', good)], labels, 'COVID', draws);
    expect(pairs.map(({ first, second }) => `${first}-${second}`)).toEqual(['good-poor', 'good-again', 'poor-again']);
    const [clear, none] = pairs;
    expect(clear?.delong.value).toBeCloseTo((models[0]?.metrics.auc.value ?? 0) - (models[1]?.metrics.auc.value ?? 0), 12);
    expect([clear?.delong.pHolm, clear?.bootstrap.auc?.pHolm, clear?.patients?.pHolm, clear?.mcnemar?.pHolm].every((p) => p !== undefined && p < 0.01)).toBe(true);
    expect(none).toMatchObject({ delong: { value: 0, low: 0, high: 0, p: 1, pHolm: 1 }, bootstrap: { auc: { value: 0, p: 1 }, brier: { value: 0 } }, mcnemar: { firstOnly: 0, secondOnly: 0, p: 1 } });
  });

  it('corrects each kind of test for the number of pairs', () => {
    const models = [model('a', good), model('b', predictions(0.9, 3)), model('c', predictions(1, 4))];
    const { pairs } = compareModels(models, labels, 'COVID', draws);
    const ps = pairs.map(({ delong }) => delong.p).toSorted((a, b) => a - b);
    const corrected = pairs.map(({ delong }) => delong.pHolm).toSorted((a, b) => a - b);
    expect(corrected[0]).toBeCloseTo(Math.min(1, 3 * (ps[0] ?? 1)), 12);
    expect(corrected.every((p, i) => p >= (ps[i] ?? 0))).toBe(true);
  });

  it('averages several trainings of one model, and has no McNemar for them', () => {
    const { models, pairs } = compareModels([model('both', good, twin), model('poor', poor)], labels, 'COVID', draws);
    const alone = compareModels([model('good', good), model('twin', twin)], labels, 'COVID', draws).models.map(({ metrics }) => metrics.auc.value ?? 0);
    expect(models[0]?.metrics.auc.value).toBeCloseTo(((alone[0] ?? 0) + (alone[1] ?? 0)) / 2, 12);
    expect(models[0]?.sources).toEqual(['both0', 'both1']);
    expect(pairs[0]?.mcnemar).toBeNull();
    expect(pairs[0]?.delong.value).toBeCloseTo(pairs[0]?.bootstrap.auc?.value ?? 0, 12);
  });

  it('has the same intervals as evaluate', () => {
    const { models } = compareModels([model('good', good), model('poor', poor)], labels, 'COVID', draws);
    const { images, patients } = evaluate({ predictions: good, labels, positive: 'COVID', draws });
    expect(models[0]?.metrics.auc).toEqual(images.metrics.auc);
    expect(models[0]?.metrics.f1).toEqual(images.metrics.f1);
    expect(models[0]?.patientAuc).toEqual(patients.mean.metrics.auc);
  });

  it('refuses models of other images, by name', () => {
    const fewer = model('fewer', good.slice(1));
    expect(() => compareModels([model('good', good), fewer], labels, 'COVID', draws)).toThrow(expect.objectContaining({ code: 'BAD_INPUT', message: 'good0 (120 images) and fewer0 (119 images) are not of the same images.' }));
  });

  it('is shown as a page and a document', () => {
    const models = [model('good <b>', good), model('poor', poor)];
    const comparison = compareModels(models, labels, 'COVID', draws);
    const release = bareRelease(entries.map(({ image }) => image));
    const about = { release, track: legacyTrack(release), part: 'test', version: '0' };
    const page = renderComparison(comparison, models, labels, about);
    expect(page).toContain('good &lt;b&gt;');
    expect(page).not.toContain('<b>');
    expect(page).toContain('Synthetic.');
    expect(comparisonDocument(comparison, about)).toMatchObject({ track: 'legacy', split: 'test', n: 120, positive: 'COVID', pairs: [{ first: 'good <b>', second: 'poor' }] });
  });
});

describe('words', () => {
  it('for many models, differences and p', () => {
    expect([0, 25, 26, 51, 52].map(modelLetter)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA']);
    expect(differenceText({ value: 0.0213, low: -0.01, high: 0.0526, p: 1, pHolm: 1 })).toBe('+0.021 (−0.010 to 0.053)');
    expect(differenceText({ value: -0.0001, low: -0.01, high: 0.05, p: 1, pHolm: 1 })).toBe('0.000 (−0.010 to 0.050)');
    expect([0.00005, 0.0126, undefined].map(pText)).toEqual(['<0.001', '0.013', '–']);
  });
});
