import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareImage } from '../../../tests/support/bare-release.ts';
import { createRandom } from '../../base/index.ts';
import type { TrackImage } from '../../splits/index.ts';
import { evaluate, imageCases, type Prediction, type RunSummary } from '../index.ts';
import { boardLines, boardsDocument, findSubmissions, makeBoard, publishedResults, renderBoards, type BoardModel, type BoardRequest } from './index.ts';

const labels = ['COVID', 'NonCOVID'];
const entries = Array.from({ length: 100 }, (_, i): TrackImage => {
  const label = i % 2 === 0 ? 'COVID' : 'NonCOVID';
  return { image: bareImage({ id: `${label}/${i}.png`, patient: `Patient ${i}` }), label, part: 'test', group: i };
});
function predictions(gain: number, seed: number): Prediction[] {
  const random = createRandom(seed);
  return entries.map((entry) => ({ entry, score: 1 / (1 + Math.exp(-random.normal() - (entry.label === 'COVID' ? gain : -gain))) }));
}
const track = { name: 'legacy', seed: null, folds: null, fold: null } as const;
const summary = (kind: string, seed: number): RunSummary => ({
  id: `${kind}-${seed}`, state: 'finished', configuration: { track, architecture: 'tiny', seed, recipe: { kind, preset: 'cpu' }, data: { release: 'made up', synthetic: true, sha256: '0' } },
});
function model(name: string, gain: number, seed: number, more: Partial<BoardModel> = {}): BoardModel {
  const scores = predictions(gain, seed);
  return { name, sources: [`runs/${name}`], run: undefined, predictions: scores, called: imageCases(scores, labels, 'COVID').map(({ score }) => score >= 0.5), ...more };
}
const request = (more: Partial<BoardRequest>): BoardRequest => ({ track: 'legacy', trackSeed: null, folds: null, part: 'test', labels, positive: 'COVID', models: [], controls: [], published: false, draws: 300, ...more });
const cheat = model('cheat', 0.9, 7, { sees: 'the border alone' });

describe('makeBoard', () => {
  it('orders by AUC, and marks what the best control reaches', () => {
    const board = makeBoard(request({ models: [model('poor', 0.5, 1), model('good', 4, 2)], controls: [cheat, model('shuffled', 0, 3, { sees: 'nothing' })] }));
    expect(board).toMatchObject({ n: 100, positives: 50, bestControl: 'cheat' });
    expect(board.rows.map(({ name, kind, overlapsBestControl }) => [name, kind, overlapsBestControl])).toEqual([
      ['good', 'model', false],
      ['cheat', 'control', null],
      ['poor', 'model', true],
      ['shuffled', 'control', null],
    ]);
    expect(boardLines(board).join(' ')).toContain('the best control, cheat');
  });

  it('says that nothing can be told from cheating where there is no control', () => {
    const board = makeBoard(request({ models: [model('good', 3, 2)] }));
    expect(board.rows[0]?.overlapsBestControl).toBeNull();
    expect(boardLines(board).join(' ')).toContain('No control stands beside these figures');
  });

  it('has the intervals that evaluate has', () => {
    const one = model('one', 1, 4);
    const [row] = makeBoard(request({ models: [one] })).rows;
    const { images, patients } = evaluate({ predictions: one.predictions, labels, positive: 'COVID', draws: 300 });
    expect(row?.metrics.auc).toEqual(images.metrics.auc);
    expect(row?.metrics.sensitivity).toEqual(images.metrics.sensitivity);
    expect(row?.patientAuc).toEqual(patients.mean.metrics.auc);
  });

  it('puts the printed figures beside them, with the intervals of their sizes', () => {
    const rows = makeBoard(request({ models: [model('good', 3, 2)], controls: [cheat], published: true })).rows.filter(({ kind }) => kind === 'published');
    expect(rows).toHaveLength(publishedResults.length);
    const selfTrans = rows.find(({ name }) => name.startsWith('Self-Trans, DenseNet'));
    expect(selfTrans).toMatchObject({ metrics: { auc: { value: 0.94, low: expect.closeTo(0.905, 3), high: expect.closeTo(0.975, 3) }, f1: { value: 0.85, low: null } }, note: expect.stringContaining('NonCOVID') });
  });

  it('averages the seeds of a method and compares methods', () => {
    const runs = ([['transfer', 1], ['transfer', 0], ['scratch', 0]] as const).map(([preset, seed]) => model(`${preset}-${seed}`, preset === 'transfer' ? 2 : 0.2, seed + 10, { run: summary(preset, seed) }));
    const { methods, rows } = makeBoard(request({ models: [...runs, model('theirs.csv', 1, 5)] }));
    expect(methods?.models.map(({ name, sources }) => [name, sources.length])).toEqual([['transfer, tiny', 2], ['scratch, tiny', 1]]);
    const aucs = rows.filter(({ recipe }) => recipe === 'transfer').map(({ metrics }) => metrics.auc.value ?? 0);
    expect(methods?.models[0]?.metrics.auc.value).toBeCloseTo(((aucs[0] ?? 0) + (aucs[1] ?? 0)) / 2, 12);
    expect(methods?.pairs[0]?.bootstrap.auc?.p).toBeLessThan(0.001);
  });

  it('sets a model beside the controls of its own training, and beside no others', () => {
    const control = (name: string, gain: number, seed: number): BoardModel => {
      const run = summary('transfer', seed);
      return model(name, gain, 20 + seed, { sees: 'nothing', run: { ...run, configuration: { ...run.configuration, control: 'lungs-out' } } });
    };
    const lungs = model('transfer-0', 3, 10, { run: summary('transfer', 0) });
    const board = makeBoard(request({ models: [lungs, model('scratch-0', 1, 11, { run: summary('scratch', 0) }), model('theirs.csv', 1, 5)], controls: [control('lungs-out, seed 0', 0.1, 0), control('lungs-out, seed 1', 0.1, 1), cheat] }));
    expect(board.againstControls).toHaveLength(1);
    const [{ models, pairs, controls } = { models: [], pairs: [], controls: [] }] = board.againstControls;
    expect(controls).toEqual(['lungs-out']);
    expect(pairs.map(({ first, second }) => [first, second])).toEqual([['transfer, tiny, seed 0', 'lungs-out, seed 0']]);
    expect(pairs[0]?.bootstrap.auc?.value).toBeCloseTo((models[0]?.metrics.auc.value ?? 0) - (models[1]?.metrics.auc.value ?? 0), 12);
    expect(pairs[0]?.bootstrap.auc?.low).toBeGreaterThan(0);
    expect(renderBoards([board], { release: { name: 'made up', synthetic: true }, version: '0' })).toContain('against the same training as a control');
  });

  it('is shown as a page and as a document', () => {
    const boards = [makeBoard(request({ models: [model('<i>', 1, 1)], controls: [cheat], published: true, incomplete: ['transfer (fold-2)'] }))];
    const about = { release: { name: 'made up', synthetic: true }, version: '0' };
    const page = renderBoards(boards, about);
    expect(page).toContain('&lt;i&gt;');
    expect(page).toContain('Synthetic.');
    expect(page).toContain('folds are missing: transfer (fold-2)');
    expect(page).toContain('≈ control');
    expect(JSON.parse(JSON.stringify(boardsDocument(boards, about)))).toMatchObject({ format: 'covid-ct board 1', boards: [{ track: 'legacy', n: 100 }] });
  });
});

describe('findSubmissions', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'covid-ct-board-'));
    for (const run of ['a', 'deep/b']) {
      await mkdir(join(folder, run, 'predictions'), { recursive: true });
      await writeFile(join(folder, run, 'predictions', 'test.csv'), 'image,score\n');
    }
    await mkdir(join(folder, 'unfinished'));
    await writeFile(join(folder, 'theirs.csv'), 'score,image\n');
    await writeFile(join(folder, 'other.csv'), 'epoch,loss\n');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('finds finished runs and tables, each once, and passes over the rest', async () => {
    const found = await findSubmissions([folder, join(folder, 'a')]);
    expect(found.map(({ path }) => path.slice(folder.length + 1))).toEqual(['a', 'deep/b', 'theirs.csv']);
  });
  it('refuses a folder without any, and a path that is none', async () => {
    await expect(findSubmissions([join(folder, 'unfinished')])).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('holds no finished run') });
    await expect(findSubmissions([join(folder, 'nowhere')])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
