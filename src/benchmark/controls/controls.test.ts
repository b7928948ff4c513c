import { describe, expect, it } from 'vitest';
import { drawnRelease } from '../../../tests/support/drawn-release.ts';
import { borderOnly, lungsOut } from '../../audit/index.ts';
import { drawPhantom, flipHorizontal, type Picture } from '../../imaging/index.ts';
import { legacyTrack } from '../../splits/index.ts';
import { partsOf } from '../training/parts.ts';
import { featureControls } from './feature-controls.ts';
import { hashesOf, nearestScore } from './nearest.ts';
import { controlParts, controlView, trainedControlNames, trainedControls } from './trained-controls.ts';

const release = drawnRelease({ train: 8, val: 3, test: 4 });
const track = legacyTrack(release);

describe('trained controls', () => {
  it('have a name and a sentence each', () => {
    expect(Object.keys(trainedControls)).toEqual(trainedControlNames);
  });

  it('see what they may see', () => {
    const picture = drawPhantom({ patient: 1, lesions: 'none', width: 96, height: 72 });
    expect(controlView(picture, undefined)).toEqual({ picture, abstained: false });
    expect(controlView(picture, 'label-shuffled').picture).toBe(picture);
    expect(controlView(picture, 'lungs-out')).toEqual(lungsOut(picture));
    expect(controlView(picture, 'border-only')).toEqual(borderOnly(picture));
  });

  it('shuffle labels within training and validation, by seed, and leave the test part true', () => {
    const parts = partsOf(release, track);
    expect(controlParts(parts, 'lungs-out', 0)).toBe(parts);
    const shuffled = controlParts(parts, 'label-shuffled', 0);
    expect(shuffled.test).toBe(parts.test);
    for (const part of ['train', 'val'] as const) {
      expect(shuffled[part].map(({ image }) => image.id)).toEqual(parts[part].map(({ image }) => image.id));
      expect(shuffled[part].map(({ target }) => target).toSorted()).toEqual(parts[part].map(({ target }) => target).toSorted());
      expect(shuffled[part].every(({ label, target }) => parts.classes[target] === label)).toBe(true);
    }
    expect(shuffled.train).not.toEqual(parts.train);
    expect(controlParts(parts, 'label-shuffled', 0)).toEqual(shuffled);
    expect(controlParts(parts, 'label-shuffled', 1).train).not.toEqual(shuffled.train);
  });
});

describe('the nearest training picture', () => {
  const hashed = (patient: number) => hashesOf(drawPhantom({ patient, lesions: 'none', width: 96, height: 72 }));

  it('gives a copy its label, and says how sure it is', () => {
    const train = [1, 2, 3, 4].map((patient) => ({ hashes: hashed(patient), positive: patient % 2 === 0 }));
    for (const patient of [1, 2, 3, 4]) expect(nearestScore(hashed(patient), train) > 0.9).toBe(patient % 2 === 0);
    const other = nearestScore(hashesOf(flipHorizontal(drawPhantom({ patient: 1, lesions: 'none', width: 96, height: 72 }))), train);
    expect(Math.abs(other - 0.5)).toBeLessThan(0.3);
  });

  it('does not choose between copies of both labels, nor where a label is missing', () => {
    expect(nearestScore(hashed(1), [{ hashes: hashed(1), positive: true }, { hashes: hashed(1), positive: false }])).toBe(0.5);
    expect(nearestScore(hashed(1), [{ hashes: hashed(1), positive: true }])).toBe(0.5);
  });
});

describe('featureControls', () => {
  it('scores each test image once a control, in order, and looks copies up', async () => {
    const of = (part: string) => track.images.filter((entry) => entry.part === part);
    // Tested on what was trained on: every picture is its own nearest.
    const [found] = (await featureControls(release, [{ train: of('train'), test: of('train') }])).filter(({ name }) => name === 'nearest-duplicate');
    expect(found?.predictions.map(({ entry }) => entry)).toEqual(of('train'));
    expect(found?.predictions.every(({ entry, score }) => score > 0.8 === (entry.label === 'COVID') && Math.abs(score - 0.5) > 0.3)).toBe(true);
    const all = await featureControls(release, [{ train: of('train'), test: of('test') }]);
    expect(all.map(({ name }) => name)).toEqual(['header', 'border', 'colour', 'marks', 'nearest-duplicate']);
    for (const { predictions } of all) {
      expect(predictions.map(({ entry }) => entry)).toEqual(of('test'));
      expect(predictions.every(({ score }) => score >= 0 && score <= 1)).toBe(true);
    }
  });

  it('gives half to a picture that cannot be read', async () => {
    const broken: typeof release = { ...release, picture: (image): Promise<Picture> => (image.split === 'test' ? Promise.reject(new Error('cut short')) : release.picture(image)) };
    const of = (part: string) => track.images.filter((entry) => entry.part === part);
    const all = await featureControls(broken, [{ train: of('train'), test: of('test') }]);
    expect(all.flatMap(({ predictions }) => predictions.map(({ score }) => score)).every((score) => score === 0.5)).toBe(true);
  });
});
