import { beforeAll, describe, expect, it } from 'vitest';
import { bareImage } from '../../../tests/support/bare-release.ts';
import { createRandom } from '../../base/index.ts';
import { openSample, type Release } from '../../release/index.ts';
import { legacyTrack, type Track, type TrackImage } from '../../splits/index.ts';
import { evaluate as evaluateInFull, evaluationDocument, imagesOfPart, legacyLines, legacyMetrics, patientCases, renderEvaluation, type Evaluation, type EvaluationContext, type EvaluationRequest } from './index.ts';

let release: Release;
let track: Track;
beforeAll(async () => {
  release = await openSample();
  track = legacyTrack(release);
});

/** Fewer draws than figures need, for speed. */
const evaluate = (request: EvaluationRequest) => evaluateInFull({ draws: 200, ...request });
const labels = ['COVID', 'NonCOVID'];
/** Scores of a part by a rule. */
const scored = (part: string, score: (entry: TrackImage, i: number) => number) => imagesOfPart(track, part, labels).images.map((entry, i) => ({ entry, score: score(entry, i) }));
const noisy = (part: string, seed = 1) => {
  const random = createRandom(seed);
  return scored(part, (entry) => 1 / (1 + Math.exp(-random.normal() - (entry.label === 'COVID' ? 0.8 : -0.8))));
};
const about = (more: Partial<EvaluationContext> = {}): EvaluationContext => ({ release, track, part: 'test', source: 'p.csv', validation: null, version: '0', ...more });

describe('evaluate', () => {
  it('gives every figure by image and by patient, with an interval around it', () => {
    const { images, patients } = evaluate({ predictions: noisy('test'), validation: noisy('val'), labels, positive: 'COVID' });
    expect([images.n, images.positives, patients.mean.n, patients.mean.positives, patients.max.n]).toEqual([22, 12, 19, 11, 19]);
    const figures = [images, patients.mean, patients.max].flatMap(({ metrics }) => Object.entries(metrics));
    expect(figures).toHaveLength(48);
    const outside = figures.filter(([, { value, low, high }]) => value === null || low === null || high === null || !(low <= value && value <= high));
    // The bootstrap's calibration error is biased upwards, so that its interval may lie above the estimate.
    expect(outside.filter(([name]) => name !== 'calibrationError')).toEqual([]);
  });

  it('gives the same for the same scores', () => {
    const request = { predictions: noisy('test'), labels, positive: 'COVID' };
    expect(evaluate(request)).toEqual(evaluate(request));
  });

  it("does not let a share of 1 have no interval: it is Wilson's, over patients", () => {
    const { images } = evaluate({ predictions: scored('test', (entry) => (entry.label === 'COVID' ? 0.9 : 0.1)), labels, positive: 'COVID' });
    expect(images.metrics.auc.value).toBe(1);
    expect(images.metrics.sensitivity).toEqual({ value: 1, low: expect.closeTo(0.741, 3), high: 1, interval: 'wilson' });
    expect(images.metrics.f1.value).toBe(1);
    expect(images.metrics.calibrationSlope.value).toBeNull();
  });

  it('has null where nothing is called positive', () => {
    const { images } = evaluate({ predictions: noisy('test'), labels, positive: 'COVID', threshold: 1 });
    expect(images.metrics.ppv).toEqual({ value: null, low: null, high: null, interval: null });
    expect(images.metrics.sensitivity.value).toBe(0);
    expect(images.operatingPoints.map(({ rule }) => rule)).toEqual(['given', 'half']);
  });
});

describe('thresholds', () => {
  it('come from validation alone, and are 0.5 without it', () => {
    const validation = noisy('val');
    const one = evaluate({ predictions: noisy('test'), validation, labels, positive: 'COVID' });
    const other = evaluate({ predictions: noisy('test', 2), validation, labels, positive: 'COVID' });
    const values = ({ images }: Evaluation) => images.operatingPoints.map(({ rule, value, chosenOn }) => ({ rule, value, chosenOn }));
    expect(values(one)).toEqual(values(other));
    expect(values(one).map(({ rule, chosenOn }) => [rule, chosenOn])).toEqual([['youden', 'validation'], ['sensitivity95', 'validation'], ['half', 'nothing']]);
    expect(values(evaluate({ predictions: noisy('test'), labels, positive: 'COVID' }))).toEqual([{ rule: 'half', value: 0.5, chosenOn: 'nothing' }]);
  });
});

describe('the other label as the positive one', () => {
  it('keeps the AUC and swaps sensitivity and specificity', () => {
    const covid = evaluate({ predictions: noisy('test'), labels, positive: 'COVID' }).images.metrics;
    const other = evaluate({ predictions: noisy('test'), labels, positive: 'NonCOVID' }).images.metrics;
    expect(other.auc.value).toBeCloseTo(covid.auc.value ?? 0, 12);
    expect([other.sensitivity.value, other.specificity.value]).toEqual([covid.specificity.value, covid.sensitivity.value]);
    expect(other.f1.value).not.toBeCloseTo(covid.f1.value ?? 0, 2);
  });
});

describe('patients', () => {
  const entry = (id: string, patient: string | undefined, group = 0): TrackImage => ({ image: bareImage({ id, patient }), label: id.slice(0, id.indexOf('/')), part: 'test', group });
  const predictions = [
    { entry: entry('COVID/a', 'Patient 1'), score: 0.2 },
    { entry: entry('COVID/b', 'Patient 1'), score: 0.8 },
    { entry: entry('NonCOVID/c', undefined, 5), score: 0.1 },
    { entry: entry('NonCOVID/d', undefined, 5), score: 0.3 },
    { entry: entry('NonCOVID/e', undefined, 6), score: 0.4 },
    { entry: entry('NonCOVID/f', 'Patient 1'), score: 0.6 },
  ];
  it('have the mean or the largest score of their images; groups stand in where no patient is named', () => {
    const units = (how: 'mean' | 'max', positive = 'COVID') => patientCases(predictions, labels, positive, how).map(({ id, positive, score }) => [id, positive, Math.round(score * 1000) / 1000]);
    expect(units('mean')).toEqual([['COVID Patient 1', true, 0.5], ['NonCOVID group 5', false, 0.2], ['NonCOVID group 6', false, 0.4], ['NonCOVID Patient 1', false, 0.6]]);
    expect(units('max')).toEqual([['COVID Patient 1', true, 0.8], ['NonCOVID group 5', false, 0.3], ['NonCOVID group 6', false, 0.4], ['NonCOVID Patient 1', false, 0.6]]);
    expect(units('max', 'NonCOVID')[0]).toEqual(['COVID Patient 1', false, 0.2]);
  });
  it('of both labels are drawn together', () => {
    const clusters = new Set(patientCases(predictions, labels, 'COVID', 'mean').map(({ cluster }) => cluster));
    expect([...clusters]).toEqual(['Patient 1', 'group 5', 'group 6']);
  });
});

describe('subgroups', () => {
  it('of one label report a sensitivity or a specificity, and nothing else', () => {
    const { subgroups } = evaluate({ predictions: noisy('test'), labels, positive: 'COVID' });
    const keys = (n: number, positives: number) => (positives === n ? ['sensitivity'] : positives === 0 ? ['specificity'] : ['auc', 'sensitivity', 'specificity']);
    expect(subgroups.length).toBeGreaterThan(6);
    for (const { by, value, n, positives, ...figures } of subgroups) expect([by, value, Object.keys(figures)]).toEqual([by, value, keys(n, positives)]);
    expect([...new Set(subgroups.map(({ by }) => by))]).toEqual(['source', 'paper', 'sex', 'age']);
    for (const by of ['source', 'paper', 'sex', 'age']) expect(subgroups.filter((group) => group.by === by).reduce((sum, { n }) => sum + n, 0)).toBe(22);
  });
});

describe('what the original scripts print', () => {
  const entry = (label: string, i: number): TrackImage => ({ image: bareImage({ id: `${label}/${i}.png` }), label, part: 'test', group: i });
  const predictions = ([['COVID', 0.9], ['COVID', 0.5], ['COVID', 0.3], ['NonCOVID', 0.2], ['NonCOVID', 0.1], ['NonCOVID', 0.8], ['NonCOVID', 0.4]] as const).map(([label, score], i) => ({ entry: entry(label, i), score }));
  it('counts NonCOVID as positive, and calls a tie COVID', () => {
    const metrics = legacyMetrics(predictions, labels);
    expect(metrics).toMatchObject({ positive: 'NonCOVID', TP: 3, TN: 2, FN: 1, FP: 1, precision: 0.75, recall: 0.75, F1: 0.75, acc: expect.closeTo(5 / 7, 12), AUCp: expect.closeTo((0.75 + 2 / 3) / 2, 12), AUC: expect.closeTo(9 / 12, 12) });
    expect(legacyLines(metrics)[0]).toBe('TP= 3 TN= 2 FN= 1 FP= 1');
    expect(legacyLines(metrics).at(-1)).toBe('average accuracy: 0.7143, average AUC: 0.7500');
  });
  it('prints nan where the scripts divide 0 by 0', () => {
    const metrics = legacyMetrics(predictions.map((one) => ({ ...one, score: 0.9 })), labels);
    expect(metrics).toMatchObject({ TP: 0, precision: null, recall: 0, F1: null });
    expect(legacyLines(metrics)).toContain('precision nan');
  });
});

describe('parts', () => {
  it('are refused by name where the track has none such, or where a label is missing', () => {
    expect(() => imagesOfPart(track, 'tests', labels)).toThrow(expect.objectContaining({ code: 'USAGE', message: 'The legacy track has no part tests.' }));
    const oneLabel = { ...track, images: track.images.filter((entry) => entry.label === 'COVID') };
    expect(() => imagesOfPart(oneLabel, 'test', labels)).toThrow('The part test of the legacy track has no image of NonCOVID');
    expect(imagesOfPart(track, 'all', labels).images).toHaveLength(track.images.length);
  });
});

describe('what is shown', () => {
  it('as a document has n, positive, track, split and metrics at its top', () => {
    const evaluation = evaluate({ predictions: noisy('test'), labels, positive: 'COVID' });
    const document = evaluationDocument(evaluation, about({ legacyMetrics: true }));
    expect(document).toMatchObject({ n: 22, positive: 'COVID', track: 'legacy', split: 'test', legacyMetrics: { positive: 'NonCOVID' } });
    expect(document.metrics['auc']).toEqual(evaluation.images.metrics.auc);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(document).not.toHaveProperty('cases');
  });
  it('as a page says that it is synthetic and research only, and holds no script', () => {
    const page = renderEvaluation(evaluate({ predictions: noisy('test'), labels, positive: 'COVID' }), about({ source: '<script>' }));
    expect(page).not.toContain('<script');
    expect(page).toContain('Synthetic.');
    expect(page).toContain('never for diagnosis');
    expect(page).toContain('No validation predictions were given: the threshold is 0.5');
    expect(page.match(/<svg/g)).toHaveLength(5);
  });
});
