import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawnRelease } from '../../../tests/support/drawn-release.ts';
import { encodePng } from '../../imaging/node.ts';
import { noProgress, openWorkspace, writeFileAtomic } from '../../base/index.ts';
import { legacyTrack } from '../../splits/index.ts';
import { findRecipe } from '../recipes/presets.ts';
import { prepareRun } from '../training/prepare.ts';
import { partsOf } from '../training/parts.ts';
import type { PretrainingEpoch } from './document.ts';
import { retrievalAccuracy } from './embed.ts';
import { createPretrainingFolder, openPretrainingFolder, reopenPretrainingFolder } from './folder.ts';
import { fitLogistic, linearProbe } from './linear-probe.ts';
import { findPretrainingPlan, pretrainingPlanSchema, type PretrainingPlan } from './plan.ts';
import { preparePretraining, type PreparedPretraining } from './prepare.ts';
import { pretrain, type FinishedPretraining } from './pretrain.ts';
import { divideByScan, openPictures, trainingImages, type PretrainingSource } from './source.ts';

const release = drawnRelease({ train: 5, val: 3, test: 2 });
const parts = partsOf(release, legacyTrack(release));
const plan: PretrainingPlan = pretrainingPlanSchema.parse({ ...findPretrainingPlan('sample'), preset: 'test', size: 32, augmentation: { ...findPretrainingPlan('sample').augmentation, from: 40 }, batch: 4, queue: 8, keyGroups: 2, epochs: 2, dimension: 16 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-pretrain-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function prepare(source: PretrainingSource, init?: string): Promise<PreparedPretraining> {
  const workspace = openWorkspace(join(folder, 'workspace'));
  return preparePretraining({ source, track: { name: 'legacy', seed: null, folds: null, fold: null }, plan, seed: 3, init, threads: 1, workspace, version: '0.0.0-test' });
}

interface Watch {
  readonly signal?: AbortSignal;
  readonly onEpoch?: (record: PretrainingEpoch) => void;
}

const inputOf = (source: PretrainingSource, watch: Watch) => ({ source, probe: { release, parts }, progress: noProgress, signal: new AbortController().signal, ...watch });

async function begin(name: string, source: PretrainingSource, watch: Watch = {}): Promise<FinishedPretraining> {
  const { document, start } = await prepare(source);
  return pretrain(await createPretrainingFolder(join(folder, name)), document, start, inputOf(source, watch));
}

const weights = (name: string): Promise<Buffer> => readFile(join(folder, name, 'weights.safetensors'));

describe('pretrain', () => {
  it('leaves weights, figures and its data; one that was stopped ends with the same weights, bit for bit; runs tell of it', { timeout: 300_000 }, async () => {
    const source = await trainingImages(release, parts, false);
    const undisturbed = await begin('undisturbed', source);
    const { configuration, before, after, random, steps, state } = undisturbed.document;
    expect({ state, steps }).toEqual({ state: 'finished', steps: 4 });
    expect(configuration.data).toMatchObject({ kind: 'training-images', pictures: 10, heldOut: 6, transductive: false });
    expect([random, before?.probe, after?.probe].map((probe) => probe?.val)).toEqual([6, 6, 6]);
    expect(undisturbed.epochs.map(({ epoch, steps: done, heldOutAccuracy }) => [epoch, done, heldOutAccuracy >= 0])).toEqual([[1, 2, true], [2, 2, true]]);
    const lines = (await readFile(join(folder, 'undisturbed', 'epochs.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(undisturbed.epochs);

    const stop = new AbortController();
    await expect(begin('stopped', source, { signal: stop.signal, onEpoch: ({ epoch }) => epoch === 1 && stop.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await openPretrainingFolder(join(folder, 'stopped')).readDocument()).toMatchObject({ state: 'stopped', epochs: 1, before });
    const { folder: again, document } = await reopenPretrainingFolder(join(folder, 'stopped'));
    const resumed = await pretrain(again, document, undefined, inputOf(source, {}));
    expect((await weights('stopped')).equals(await weights('undisturbed'))).toBe(true);
    expect(resumed.document.after).toEqual(after);

    const workspace = openWorkspace(join(folder, 'workspace'));
    const run = await prepareRun({ release, track: legacyTrack(release), recipe: findRecipe('self-trans', 'cpu'), seed: 1, init: join(folder, 'undisturbed'), threads: 1, workspace, version: '0.0.0-test' });
    expect(run.document.configuration.init?.pretraining).toEqual([{ id: undisturbed.document.id, data: source.sha256, pictures: 10, steps: 4, transductive: false }]);
    const second = await prepare(source, join(folder, 'undisturbed'));
    expect(second.document.configuration.init?.pretraining?.map(({ id }) => id)).toEqual([undisturbed.document.id]);
  });

  it('is transductive only where that is asked for', async () => {
    const [plain, all] = [await trainingImages(release, parts, false), await trainingImages(release, parts, true)];
    const judged = [...parts.val, ...parts.test].map(({ image }) => image.id);
    expect(plain.seen.filter(({ name }) => judged.includes(name))).toEqual([]);
    expect(all.seen.map(({ name }) => name)).toEqual(expect.arrayContaining(judged));
    expect((await prepare(all)).document.id).toMatch(/^pretrain-test-efficientnet_lite0-legacy-transductive-seed3-/);
  });
});

describe('pictures without labels', () => {
  it('hold out whole scans', () => {
    const paths = Array.from({ length: 40 }, (_, i) => `scan${Math.floor(i / 2)}_slice${i}.png`);
    const { seen, heldOut } = divideByScan(paths, 0);
    expect([seen.length, heldOut.length]).toEqual([36, 4]);
    const scans = (names: readonly string[]) => new Set(names.map((name) => name.split('_')[0]));
    expect([...scans(seen)].filter((scan) => scans(heldOut).has(scan))).toEqual([]);
    expect(divideByScan(paths, 1).heldOut).not.toEqual(heldOut);
  });

  it('are refused where images by which networks are judged are among them', async () => {
    const bytes = await encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(200) });
    for (let i = 0; i < 12; i++) await writeFileAtomic(join(folder, 'pictures', `${i}.png`), i === 11 ? bytes : await encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(i) }));
    const known = { release: { ...release, bytes: async () => bytes }, parts };
    await expect(openPictures(join(folder, 'pictures'), 0, known, false)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('11.png') });
    const source = await openPictures(join(folder, 'pictures'), 0, known, true);
    expect([source.transductive, source.seen.length + source.heldOut.length]).toEqual([true, 12]);
    await source.close();
    const plain = await openPictures(join(folder, 'pictures'), 0, undefined, false);
    expect(plain.transductive).toBe(false);
    await plain.close();
    await rm(join(folder, 'pictures', '1.png'));
    await rm(join(folder, 'pictures', '2.png'));
    await rm(join(folder, 'pictures', '3.png'));
    await expect(openPictures(join(folder, 'pictures'), 0, undefined, false)).rejects.toMatchObject({ code: 'BAD_INPUT', message: '9 pictures are too few to pretrain on.' });
  });
});

describe('what a network is worth without labels', () => {
  it('contrastive accuracy counts rows whose nearest is their own', () => {
    const rows = [[1, 0], [0, 1], [1, 1]].map((row) => Float32Array.from(row));
    expect(retrievalAccuracy(rows, [[2, 0], [0, 2], [3, 3]].map((row) => Float32Array.from(row)))).toBeCloseTo(1 / 3, 12);
    expect(retrievalAccuracy(rows, [[2, -9], [-9, 2], [1, 1]].map((row) => Float32Array.from(row)))).toBe(1);
  });

  it('logistic regression is at the minimum of its loss: the gradient vanishes, more columns than rows or fewer', () => {
    for (const width of [2, 30]) {
      const rows = Array.from({ length: 12 }, (_, i) => Array.from({ length: width }, (_, d) => Math.sin(3 * i + 5 * d) + (i % 3 === 0 ? 0.4 : 0)));
      const positive = rows.map((_, i) => i % 3 === 0);
      const { weights, bias } = fitLogistic(rows, positive);
      const residuals = rows.map((row, i) => 1 / (1 + Math.exp(-(bias + row.reduce((sum, value, d) => sum + value * (weights[d] ?? 0), 0)))) - (positive[i] === true ? 1 : 0));
      const gradient = Array.from(weights, (weight, d) => weight + rows.reduce((sum, row, i) => sum + (residuals[i] ?? 0) * (row[d] ?? 0), 0));
      expect(Math.max(...[...gradient, bias + residuals.reduce((sum, r) => sum + r, 0)].map(Math.abs))).toBeLessThan(1e-8);
    }
  });

  it('a probe finds what a column tells, whatever its scale', () => {
    const part = (count: number) => ({ rows: Array.from({ length: count }, (_, i) => [1e6 + (i % 2) * 10 + Math.sin(i), 5]), positive: Array.from({ length: count }, (_, i) => i % 2 === 1) });
    expect(linearProbe(part(20), part(10)).auc).toBe(1);
  });
});
