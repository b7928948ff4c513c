import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawnRelease } from '../../../tests/support/drawn-release.ts';
import { exportRuleModel } from '../../../tests/support/exported-model.ts';
import { readModelCard } from '../../models/index.ts';
import { legacyTrack } from '../../splits/index.ts';
import { picturesOf, predictPictures, type ModelFile } from '../predict/index.ts';
import { conditionsOf, degradationsOf, judgeRobustness, keyOf, scoreConditions, type ConditionScores } from './index.ts';

const release = drawnRelease({ train: 1, val: 1, test: 7 });
const images = legacyTrack(release).images.filter(({ part }) => part === 'test');
let folder: string;
let model: ModelFile;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-robustness-'));
  const onnx = await exportRuleModel('efficientnet_lite0', 32);
  model = { path: 'model.onnx', onnx, ...(await readModelCard(onnx)) };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const request = (name: string, only: readonly string[]) => ({ release, model, images, folder: join(folder, name), threads: 1, conditions: conditionsOf(degradationsOf(only)) });

describe('scores of degraded pictures', () => {
  it('at strength zero are the clean scores, bit for bit, for every degradation', async () => {
    const zero = degradationsOf().map((degradation) => ({ degradation, strength: 0 }));
    const found = await scoreConditions({ ...request('zero', []), conditions: zero });
    const { scored } = await predictPictures(model, picturesOf(release, images.map(({ image }) => image)), { threads: 1 });
    expect(found.clean).toEqual(scored.map(({ score }) => score));
    expect(new Set(found.clean).size).toBeGreaterThan(10);
    for (const condition of zero) expect(found.degraded.get(keyOf(condition))).toEqual(found.clean);
  });

  it('change with the strength, and are the same when made again', async () => {
    const asked = request('twice', ['blur', 'noise', 'jpeg']);
    const first = await scoreConditions(asked);
    for (const condition of asked.conditions.filter(({ strength }) => strength === 1)) expect(first.degraded.get(keyOf(condition))).not.toEqual(first.clean);
    expect(await scoreConditions({ ...asked, folder: join(folder, 'again') })).toEqual(first);
  });

  it('are kept: what was interrupted goes on, after a line that was cut off too', async () => {
    const asked = request('stopped', ['marks']);
    const stopper = new AbortController();
    const stopped = scoreConditions({ ...asked, signal: stopper.signal, progress: ({ done }) => void (done > 6 && stopper.abort()) });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    const [name = ''] = await readdir(asked.folder);
    const kept = await readFile(join(asked.folder, name), 'utf8');
    expect(kept.trim().split('\n')).toHaveLength(1);
    await writeFile(join(asked.folder, name), `${kept}{"images":["x"],"unre`);
    let scored = 0;
    const whole = await scoreConditions({ ...asked, progress: () => void (scored += 1) });
    // One of two batches, clean and five strengths, and the word that it is done.
    expect(scored).toBe(7);
    expect(whole).toEqual(await scoreConditions({ ...asked, folder: join(folder, 'whole') }));
  });

  it('of another model stand in another file; what cannot be read is named and left out', async () => {
    const asked = request('unread', ['crop']);
    const bad = images[2]?.image.id ?? '';
    const broken = { ...release, picture: (image: Parameters<typeof release.picture>[0]) => (image.id === bad ? Promise.reject(new Error('cut off')) : release.picture(image)) };
    const found = await scoreConditions({ ...asked, release: broken });
    expect(found.unread.map(({ image }) => image)).toEqual([bad]);
    expect(found.images).toHaveLength(images.length - 1);
    await scoreConditions({ ...asked, conditions: asked.conditions.slice(0, 1) });
    expect(await readdir(asked.folder)).toHaveLength(2);
  });
});

describe('the judgement', () => {
  const degradations = degradationsOf(['bit-depth']);
  const clean = images.map(({ label }, i) => 0.3 + 0.05 * (i % 7) + (label === 'COVID' ? 0.2 : 0));
  const scores = (of: (score: number, i: number, strength: number) => number): ConditionScores => ({
    images,
    clean,
    unread: [],
    degraded: new Map(conditionsOf(degradations).map((condition) => [keyOf(condition), clean.map((score, i) => of(score, i, condition.strength))])),
  });

  it('of unchanged scores is no change at all', () => {
    const { conditions, clean: figures } = judgeRobustness(scores((score) => score), degradations, release.labels, 'COVID', 0.5, 200);
    for (const { auc, aucChange, scores: of, callsChanged } of conditions) {
      expect(auc).toEqual(figures.auc);
      expect(aucChange).toEqual({ value: 0, low: 0, high: 0, interval: 'bootstrap' });
      expect(of['NonCOVID']?.change).toMatchObject({ value: 0, low: 0, high: 0 });
      expect(callsChanged).toBe(0);
    }
  });

  it('is paired: a loss shows where the AUCs by themselves overlap', () => {
    const worse = judgeRobustness(scores((score, i, strength) => score - (images[i]?.label === 'COVID' ? 0.1 * strength : 0)), degradations, release.labels, 'COVID', 0.5, 500);
    const last = worse.conditions.at(-1);
    expect(worse.conditions[0]?.aucChange.value).toBe(0);
    expect(last?.aucChange.high).toBeLessThan(0);
    expect(last?.auc.high ?? 0).toBeGreaterThan(worse.clean.auc.low ?? 1);
    expect(last?.scores['COVID']?.change).toMatchObject({ value: expect.closeTo(-0.1, 12), low: expect.closeTo(-0.1, 12) });
    expect(last?.callsChanged).toBeGreaterThan(0);
    const turned = judgeRobustness(scores((score, i, strength) => score - (images[i]?.label === 'COVID' ? 0.1 * strength : 0)), degradations, release.labels, 'NonCOVID', 0.5, 500);
    expect(turned.conditions.at(-1)?.aucChange.value).toBeCloseTo(last?.aucChange.value ?? 0, 12);
  });
});
