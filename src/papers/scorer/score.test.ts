import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { drawPhantom } from '../../imaging/index.ts';
import { drawOtherFigure, loadLettering, otherFigureKinds } from '../generator/index.ts';
import { ctFeatureNames, ctFeatures } from './features.ts';
import { scoreCtLikeness } from './index.ts';

describe('scoreCtLikeness', () => {
  it('scores plots, diagrams, radiographs and the like below CTs, and says why', async () => {
    const lettering = await loadLettering();
    const high = otherFigureKinds.filter((kind, i) => scoreCtLikeness(drawOtherFigure(kind, lettering, createRandom(900 + i))).score >= 0.5);
    expect(high).toEqual([]);
    const { reasons } = scoreCtLikeness(drawOtherFigure('matrix', lettering, createRandom(1)));
    expect(reasons.join(' ')).toMatch(/% of its gray is flat, as in drawings/);
  }, 240_000);

  it('takes numbers that are finite from any picture, however small', () => {
    for (const [width, height] of [[1, 1], [2, 90], [300, 3]] as const) {
      const features = ctFeatures({ width, height, channels: 1, data: new Uint8Array(width * height).fill(7) });
      expect([features.length, features.every(Number.isFinite)]).toEqual([ctFeatureNames.length, true]);
    }
    expect(ctFeatures(drawPhantom({ patient: 1, lesions: 'none' })).every(Number.isFinite)).toBe(true);
  }, 240_000);
});
