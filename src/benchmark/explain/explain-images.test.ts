import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawnRelease } from '../../../tests/support/drawn-release.ts';
import { exportRuleModel } from '../../../tests/support/exported-model.ts';
import { noProgress, openWorkspace } from '../../base/index.ts';
import { preprocess } from '../../imaging/index.ts';
import { openModel, readModelCard } from '../../models/index.ts';
import { legacyTrack } from '../../splits/index.ts';
import { picturesOf, predictPictures, readModelFile, type ModelFile } from '../predict/index.ts';
import { findRecipe } from '../recipes/presets.ts';
import { recipeSchema } from '../recipes/recipe.ts';
import { prepareRun } from '../training/prepare.ts';
import { createRunFolder } from '../training/run-folder.ts';
import { trainRun } from '../training/train.ts';
import { drawGallery, explainableModel, explainImages, judgeAttention, renderExplanations, type Explanations } from './index.ts';

const release = drawnRelease({ train: 6, val: 3, test: 7 }, 64);
const track = legacyTrack(release);
const images = track.images.filter(({ part }) => part === 'test');
let folder: string;
let model: ModelFile;
let found: Explanations;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-explain-'));
  const onnx = await exportRuleModel('efficientnet_lite0', 64, { explain: ['gradcam'] });
  model = { path: 'model.onnx', onnx, ...(await readModelCard(onnx)) };
  found = await explainImages({ release, model, images, positive: 'COVID', threshold: 0.5, threads: 1 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('explained images', () => {
  it('have the map of the label that they were called, and the outcome', async () => {
    expect(found.images.map(({ entry }) => entry)).toEqual(images);
    const { card, model: opened } = await openModel(model.onnx, { threads: 1 });
    for (const { entry, score, called, outcome, map } of found.images.slice(0, 3)) {
      const { probabilities, gradcam } = await opened.run({ input: { shape: [1, 3, 64, 64], data: preprocess(await release.picture(entry.image), card.preprocessing) } });
      const index = card.classes.indexOf('COVID');
      expect(score).toBeCloseTo(probabilities?.data[index] ?? Number.NaN, 4);
      expect(called).toBe(score >= 0.5 ? 'COVID' : 'NonCOVID');
      expect(outcome).toBe(entry.label === 'COVID' ? (score >= 0.5 ? 'true positive' : 'false negative') : score >= 0.5 ? 'false positive' : 'true negative');
      const cells = (gradcam?.data.length ?? 0) / 2;
      const own = gradcam?.data.slice(card.classes.indexOf(called) * cells, (card.classes.indexOf(called) + 1) * cells) ?? [];
      // A bilinear map's corners are its outer cells' own values.
      expect(map.data[0]).toBeCloseTo(own[0] ?? Number.NaN, 3);
      expect(map.data.at(-1)).toBeCloseTo(own.at(-1) ?? Number.NaN, 3);
    }
    await opened.close();
  });

  it('have shares, or the reason why they have none', () => {
    expect(found.images.flatMap(({ planted }) => planted ?? []).every(({ area }) => area > 0)).toBe(true);
    const groups = judgeAttention(found.images, release.labels, 'COVID', 100);
    expect(groups.map(({ group }) => group)).toEqual(['all images', 'true positive', 'false negative', 'false positive', 'true negative', 'COVID', 'NonCOVID']);
    const [all] = groups;
    const abstained = Object.values(all?.abstained ?? {}).reduce((sum, count) => sum + count, 0);
    expect((all?.outside.n ?? 0) + abstained).toBe(images.length - found.images.filter(({ outside }) => outside === undefined).length);
    expect(all?.planted.n).toBeGreaterThan(10);
    expect(all?.planted.excess.value).toBeCloseTo((all?.planted.attention.value ?? 0) - (all?.planted.area.value ?? 0), 12);
    expect(groups.slice(1, 5).reduce((sum, { n }) => sum + n, 0)).toBe(images.length);
  });

  it('name what cannot be read', async () => {
    const bad = images[1]?.image.id ?? '';
    const broken = { ...release, picture: (image: Parameters<typeof release.picture>[0]) => (image.id === bad ? Promise.reject(new Error('cut off')) : release.picture(image)) };
    const { images: rest, unread } = await explainImages({ release: broken, model, images: images.slice(0, 3), positive: 'COVID', threshold: 0.5, threads: 1 });
    expect([rest.length, unread.map(({ image }) => image)]).toEqual([2, [bad]]);
  });

  it('are shown: the surest of each outcome', async () => {
    const pictures = await drawGallery(found.images, 0.5, 2);
    expect(pictures.every(({ width, height }) => width === 2 * 64 + 4 && height === 64)).toBe(true);
    for (const outcome of new Set(found.images.map((image) => image.outcome))) {
      const away = (images: readonly { readonly score: number }[]) => images.map(({ score }) => Math.abs(score - 0.5));
      const shown = away(pictures.flatMap(({ image }) => (image.outcome === outcome ? [image] : [])));
      expect(shown).toEqual(away(found.images.filter((image) => image.outcome === outcome)).toSorted((a, b) => b - a).slice(0, 2));
    }
    const context = { release, track, part: 'test', version: '0', model: 'm', run: 'a run', positive: 'COVID', threshold: 0.5, thresholdFrom: 'fixed' };
    const page = renderExplanations(judgeAttention(found.images, release.labels, 'COVID', 50), found, pictures, context);
    expect(page.match(/data:image\/jpeg;base64,/g)).toHaveLength(pictures.length);
    expect(page).toContain('Synthetic.');
  });
});

describe('the model of a control', () => {
  it('is shown what its run showed it, and scores as the run did', async () => {
    const recipe = recipeSchema.parse({ ...findRecipe('scratch', 'sample'), preset: 'test', epochs: 1, batch: 4 });
    const path = join(folder, 'control');
    const { document, parts, start } = await prepareRun({ control: 'border-only', release, track, recipe, seed: 1, threads: 1, workspace: openWorkspace(join(folder, 'workspace')), version: '0.0.0-test' });
    const { test } = await trainRun(await createRunFolder(path), document, start, { release, parts, progress: noProgress, signal: new AbortController().signal });
    const sources = picturesOf(release, parts.test.map(({ image }) => image));
    const shown = await readModelFile(path);
    const worst = async (one: ModelFile) => {
      const { scored } = await predictPictures(one, sources, { threads: 1 });
      return Math.max(...scored.map(({ score }, i) => Math.abs(score - (test[i] ?? Number.NaN))));
    };
    expect(await worst(shown)).toBeLessThan(1e-5);
    expect(await worst({ ...shown, view: undefined })).toBeGreaterThan(1e-3);
    const { images: explained } = await explainImages({ release, model: await explainableModel(path, shown), images: images.slice(0, 2), positive: 'COVID', threshold: 0.5, threads: 1 });
    // The centre is blacked out in what is shown.
    expect(explained.every(({ seen }) => seen.data[112 * 224 + 112] === 0)).toBe(true);
  });
});

describe('a model that can be explained', () => {
  it('is made from a run’s weights, with the same scores; a file without Grad-CAM is refused', async () => {
    const recipe = recipeSchema.parse({ ...findRecipe('scratch', 'sample'), preset: 'test', epochs: 1, batch: 4 });
    const path = join(folder, 'run');
    const { document, parts, start } = await prepareRun({ control: undefined, release, track, recipe, seed: 1, threads: 1, workspace: openWorkspace(join(folder, 'workspace')), version: '0.0.0-test' });
    await trainRun(await createRunFolder(path), document, start, { release, parts, progress: noProgress, signal: new AbortController().signal });
    const plain = await readModelFile(path);
    expect(plain.outputs).not.toContain('gradcam');
    const explained = await explainableModel(path, plain);
    expect(explained.outputs).toContain('gradcam');
    const first = images[0]?.image;
    if (first === undefined) throw new Error('no image');
    const scoresOf = async (one: ModelFile) => {
      const { card, model: opened } = await openModel(one.onnx, { threads: 1 });
      const { probabilities } = await opened.run({ input: { shape: [1, 3, card.inputSize, card.inputSize], data: preprocess(await release.picture(first), card.preprocessing) } });
      await opened.close();
      return probabilities?.data[0] ?? Number.NaN;
    };
    expect(await scoresOf(explained)).toBeCloseTo(await scoresOf(plain), 5);
    await expect(explainableModel(join(folder, 'elsewhere.onnx'), plain)).rejects.toMatchObject({ code: 'BAD_MODEL' });
  });
});
