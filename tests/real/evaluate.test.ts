import { afterAll, beforeAll, expect, it } from 'vitest';
import { evaluate, imagesOfPart, joinPredictions, matchPredictions, type Evaluation, type RawPrediction } from '../../src/benchmark/index.ts';
import { openRelease, type Release } from '../../src/release/index.ts';
import { legacyTrack, type Track } from '../../src/splits/index.ts';
import { describeReal, realPath } from '../support/real-release.ts';

describeReal('predictions of the real release', ['release'], () => {
  let release: Release;
  let track: Track;
  let evaluation: Evaluation;
  /** A "model" that looks at the ending of the file's name, and at nothing else. */
  const rows = (part: string): RawPrediction[] =>
    imagesOfPart(track, part, release.labels).images.map(({ image }, i) => {
      const score = image.name.endsWith('.png') ? 0.9 : 0.1;
      return { row: i + 2, image: image.name, raw: String(score), score };
    });
  beforeAll(async () => {
    release = await openRelease(realPath('release'));
    track = legacyTrack(release);
    const { images, others } = imagesOfPart(track, 'test', release.labels);
    evaluation = evaluate({ predictions: joinPredictions(rows('test'), images, 'the test images', 'made up', others), labels: release.labels, positive: 'COVID' });
  });
  afterAll(() => release.close());

  it('are told apart by name alone: no image has the name of another', () => {
    expect(new Set(release.images.map(({ name }) => name)).size).toBe(746);
  });
  it('are 203 images of 95 patients, 98 and 53 of them COVID', () => {
    const { images, patients } = evaluation;
    expect([images.n, images.positives, patients.mean.n, patients.mean.positives]).toEqual([203, 98, 95, 53]);
  });
  it('tell the label by the ending of a name, far beyond chance', () => {
    const { auc } = evaluation.images.metrics;
    const others = evaluation.cases.filter(({ positive }) => !positive);
    // Every COVID image is a PNG: the AUC is that of a coin but for the JPEGs.
    const jpegs = others.filter(({ id }) => !id.endsWith('.png')).length;
    expect(auc.value).toBeCloseTo(0.5 + jpegs / others.length / 2, 12);
    expect(auc.low).toBeGreaterThan(0.6);
  });
  it('know sex and age of COVID images only, and report nothing but sensitivity there', () => {
    const known = evaluation.subgroups.filter(({ by, value }) => (by === 'sex' || by === 'age') && value !== 'not told');
    expect(known.map(({ n, positives }) => n === positives)).not.toContain(false);
    expect(known.flatMap((group) => Object.keys(group))).not.toContain('auc');
    expect(known.length).toBeGreaterThan(3);
  });
  it('are refused by name when a validation image stands among them', () => {
    const { images, others } = imagesOfPart(track, 'test', release.labels);
    const [wrong] = rows('val');
    const { faults } = matchPredictions([...rows('test').slice(1), { row: 900, image: wrong?.image ?? '', raw: '0', score: 0 }], images, others);
    expect(faults.map(({ fault }) => fault)).toEqual(['extra', 'missing']);
    expect(faults[0]?.what).toContain('(it is in val)');
  });
});
