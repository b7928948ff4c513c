import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawnRelease } from '../../../tests/support/drawn-release.ts';
import { noProgress, openWorkspace } from '../../base/index.ts';
import { readModelCard } from '../../models/index.ts';
import { fromFloat32, type StateDict } from '../../nn/index.ts';
import { legacyTrack } from '../../splits/index.ts';
import { readPredictions } from '../predictions/index.ts';
import type { TrainedControl } from '../controls/index.ts';
import { findRecipe } from '../recipes/presets.ts';
import { recipeSchema, type Recipe } from '../recipes/recipe.ts';
import { prepareRun, type PreparedRun } from './prepare.ts';
import type { EpochRecord } from './run-document.ts';
import { createRunFolder, openRunFolder, reopenRunFolder } from './run-folder.ts';
import { trainRun, type RunOutcome } from './train.ts';

const release = drawnRelease({ train: 6, val: 3, test: 3 });
const small: Recipe = recipeSchema.parse({
  ...findRecipe('scratch', 'sample'),
  preset: 'test',
  augmentation: { from: 40, crop: { scale: [0.5, 1], ratio: [0.9, 1.1] }, flip: 0.5, brightness: 0.1, contrast: 0.1 },
  batch: 4,
  epochs: 3,
  dropout: 0.5,
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-train-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const prepare = (recipe: Recipe, control?: TrainedControl): Promise<PreparedRun> =>
  prepareRun({ control, release, track: legacyTrack(release), recipe, seed: 1, threads: 1, workspace: openWorkspace(join(folder, 'workspace')), version: '0.0.0-test' });

interface Watch {
  readonly signal?: AbortSignal;
  readonly onEpoch?: (record: EpochRecord) => void;
}

async function begin(name: string, { document, parts, start }: PreparedRun, watch: Watch = {}): Promise<RunOutcome> {
  return trainRun(await createRunFolder(join(folder, name)), document, start, { release, parts, progress: noProgress, signal: new AbortController().signal, ...watch });
}

async function goOn(name: string, { parts }: PreparedRun): Promise<RunOutcome> {
  const { folder: run, document } = await reopenRunFolder(join(folder, name));
  return trainRun(run, document, undefined, { release, parts, progress: noProgress, signal: new AbortController().signal });
}

const weights = (name: string): Promise<Buffer> => readFile(join(folder, name, 'weights.safetensors'));

describe('trainRun', () => {
  it('leaves a whole run, and one that was stopped ends with the same weights, bit for bit', { timeout: 240_000 }, async () => {
    const prepared = await prepare(small);
    const undisturbed = await begin('undisturbed', prepared);
    expect(undisturbed.document).toMatchObject({ state: 'finished', epochs: 3, configuration: { positive: 'COVID', data: { train: 12, val: 6, test: 6 } } });
    expect(undisturbed.epochs.map(({ epoch, steps }) => [epoch, steps])).toEqual([[1, 3], [2, 3], [3, 3]]);
    const lines = (await readFile(join(folder, 'undisturbed', 'epochs.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(undisturbed.epochs);
    const { card } = await readModelCard(await readFile(join(folder, 'undisturbed', 'model.onnx')));
    expect(card).toMatchObject({ architecture: 'simple_cnn', classes: ['COVID', 'NonCOVID'], positive: 'COVID', inputSize: 224, run: undisturbed.document.id });
    const rows = readPredictions(await readFile(join(folder, 'undisturbed', 'predictions', 'test.csv')), 'test.csv');
    expect(rows.map(({ score }) => score)).toEqual(undisturbed.test);
    expect(rows.map(({ image }) => image)).toEqual(prepared.parts.test.map(({ image }) => image.name));

    const stop = new AbortController();
    await expect(begin('stopped', prepared, { signal: stop.signal, onEpoch: ({ epoch }) => epoch === 2 && stop.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
      message: 'Stopped in epoch 3 of 3; the 2 before it are kept.',
    });
    expect(await openRunFolder(join(folder, 'stopped')).readDocument()).toMatchObject({ state: 'stopped', epochs: 2 });
    const resumed = await goOn('stopped', prepared);
    expect((await weights('stopped')).equals(await weights('undisturbed'))).toBe(true);
    expect(resumed.test).toEqual(undisturbed.test);
    expect(resumed.epochs.map(({ loss }) => loss)).toEqual(undisturbed.epochs.map(({ loss }) => loss));
  });

  it.each([{ vote: 2 }, 'best-validation'] as const)('goes on with what it is judged by: %j', { timeout: 240_000 }, async (judged) => {
    const name = typeof judged === 'string' ? judged : 'vote';
    const prepared = await prepare({ ...small, judged });
    const undisturbed = await begin(name, prepared);
    const stop = new AbortController();
    await expect(begin(`${name} stopped`, prepared, { signal: stop.signal, onEpoch: ({ epoch }) => epoch === 2 && stop.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    const resumed = await goOn(`${name} stopped`, prepared);
    expect([resumed.val, resumed.test]).toEqual([undisturbed.val, undisturbed.test]);
  });

  it('judges the moving average of the weights, and the mean of several views, where the recipe says so', { timeout: 240_000 }, async () => {
    const short = { ...small, epochs: 1 };
    const plain = await begin('plain', await prepare(short));
    const averaged = await begin('averaged', await prepare({ ...short, averageDecay: 0.9 }));
    expect(averaged.epochs.map(({ loss }) => loss)).toEqual(plain.epochs.map(({ loss }) => loss));
    expect(averaged.test).not.toEqual(plain.test);
    const [mirrored, both] = [await begin('mirrored', await prepare({ ...short, evaluation: { ...short.evaluation, views: ['mirrored'] } })), await begin('both', await prepare({ ...short, evaluation: { ...short.evaluation, views: ['plain', 'mirrored'] } }))];
    both.test.forEach((score, i) => expect(score).toBeCloseTo(((plain.test[i] ?? 0) + (mirrored.test[i] ?? 0)) / 2, 12));
  });

  it('judges weights as they are when it is to train for no epoch', { timeout: 240_000 }, async () => {
    const prepared = await prepare({ ...small, epochs: 0, judged: { vote: 10 } });
    const { document, epochs, test } = await begin('as they are', prepared);
    expect([document.state, epochs, test.length]).toEqual(['finished', [], 6]);
    const rows = readPredictions(await readFile(join(folder, 'as they are', 'predictions', 'test.csv')), 'test.csv');
    expect(rows.every(({ score }) => score >= 0 && score <= 1)).toBe(true);
  });

  it('trains cheating controls: they see less, learn other labels, and say what they are', { timeout: 240_000 }, async () => {
    const short = { ...small, epochs: 1 };
    const [model, lungless, shuffled] = [await prepare(short), await prepare(short, 'lungs-out'), await prepare(short, 'label-shuffled')];
    expect(lungless.document.id).toMatch(/^scratch-test-control-lungs-out-simple_cnn-legacy-seed1-/);
    expect(shuffled.document.configuration.data).toEqual(model.document.configuration.data);
    const outcomes = [await begin('model', model), await begin('lungless', lungless), await begin('shuffled', shuffled)];
    const [first, second, third] = outcomes.map(({ test }) => test);
    expect(first).not.toEqual(second);
    expect(first).not.toEqual(third);
    const { abstained, configuration } = await openRunFolder(join(folder, 'lungless')).readDocument();
    expect(configuration.control).toBe('lungs-out');
    expect(Object.keys(abstained ?? {})).toEqual(['train', 'val', 'test']);
    expect((await openRunFolder(join(folder, 'model')).readDocument()).abstained).toBeUndefined();
  });

  it('says that it diverged, and keeps the last good epoch', { timeout: 240_000 }, async () => {
    const prepared = await prepare({ ...small, epochs: 1 });
    const broken: StateDict = new Map([...prepared.start].map(([name, tensor]) => [name, name === 'layer1.conv1.weight' ? fromFloat32(new Float32Array(tensor.bytes.length / 4).fill(NaN), tensor.shape) : tensor]));
    await expect(begin('diverged', { ...prepared, start: broken })).rejects.toMatchObject({ code: 'DIVERGED', hint: 'Lower the learning rate, warm it up, or clip the gradients.' });
    const run = openRunFolder(join(folder, 'diverged'));
    expect(await run.readDocument()).toMatchObject({ state: 'diverged', epochs: 0 });
    expect((await run.readCheckpoint())?.epochs).toEqual([]);
  });
});

describe('createRunFolder', () => {
  it('refuses a folder with something in it', async () => {
    await createRunFolder(join(folder, 'new'));
    await openRunFolder(join(folder, 'new')).writeEpochs([]);
    await expect(createRunFolder(join(folder, 'new'))).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
  });

  it('takes one in which a run was killed before its first checkpoint, and removes what it left half written', async () => {
    const path = join(folder, 'killed');
    await mkdir(path);
    await writeFile(join(path, '.checkpoint.safetensors.0123456789ab.tmp'), 'half');
    const { document } = await prepare(small);
    await openRunFolder(path).writeDocument(document);
    await expect(reopenRunFolder(path)).rejects.toMatchObject({ code: 'NOT_FOUND', hint: 'Begin it again, with the same --out.' });
    await createRunFolder(path);
    expect(await readdir(path)).toEqual(['run.json']);
  });

  it('says what is no run', async () => {
    await expect(openRunFolder(join(folder, 'none')).readDocument()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
