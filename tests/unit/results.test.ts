import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { plannedModel, plannedPretrainings, plannedRuns, pretrainingsOf } from '../../scripts/results/plan.ts';
import { renderResults, type Results } from '../../scripts/results/render.ts';
import { candidates, rounds, searchHours } from '../../scripts/results/search/candidates.ts';
import { foldParts } from '../../scripts/results/search/fold-parts.ts';
import { standingOf, type LedgerEntry } from '../../scripts/results/search/ledger.ts';
import { takeOne } from '../../scripts/results/take-turns.ts';
import { CovidCtError, createRandom } from '../../src/base/index.ts';
import { conditionsOf, degradationsOf, imageCases, judgeRobustness, keyOf, makeBoard, studySlices, type Board, type BoardModel, type Prediction, type RunSummary } from '../../src/benchmark/index.ts';
import { legacyTrack, type TrackImage } from '../../src/splits/index.ts';
import { bareImage } from '../support/bare-release.ts';
import { drawnRelease } from '../support/drawn-release.ts';

describe('the plan of results', () => {
  it('has every run of the benchmark once, seed 0 first', () => {
    expect(new Set(plannedRuns.map(({ name }) => name)).size).toBe(plannedRuns.length);
    const count = (of: (run: (typeof plannedRuns)[number]) => boolean) => plannedRuns.filter(of).length;
    for (const recipe of ['scratch', 'transfer', 'self-trans'] as const) {
      for (const track of ['legacy', 'clean'] as const) {
        const extra = recipe === 'transfer' && track === 'legacy' ? 2 : 0;
        expect(count((run) => run.recipe === recipe && run.track === track && run.fold === undefined && run.control === undefined)).toBe(3 + extra);
      }
      expect(plannedRuns.filter((run) => run.recipe === recipe && run.fold !== undefined).map(({ fold, seed }) => [fold, seed])).toEqual([1, 2, 3, 4, 5].map((fold) => [fold, 0]));
    }
    for (const track of ['legacy', 'clean'] as const) {
      const controls = plannedRuns.filter((run) => run.track === track && run.control !== undefined);
      expect(controls.map(({ control, recipe, seed }) => [control, recipe, seed])).toEqual(['lungs-out', 'border-only', 'label-shuffled'].map((control) => [control, 'transfer', 0]));
    }
    const firstOther = plannedRuns.findIndex(({ seed }) => seed !== 0);
    expect(plannedRuns.slice(firstOther).every(({ seed }) => seed !== 0)).toBe(true);
  });

  it('pretrains once on slices for each seed, and once on the training images of each track, seed and fold', () => {
    expect(plannedPretrainings.filter(({ of }) => of === undefined).map(({ seed }) => seed)).toEqual([0, 1, 2]);
    expect(plannedPretrainings).toHaveLength(3 + plannedRuns.filter(({ recipe }) => recipe === 'self-trans').length);
    for (const run of plannedRuns) {
      const [first, second] = pretrainingsOf(run);
      expect([first?.of, second?.of]).toEqual(run.recipe === 'self-trans' ? [undefined, { track: run.track, fold: run.fold }] : [undefined, undefined]);
    }
  });
});

const labels = ['COVID', 'NonCOVID'];

function predictionsOf(gain: number, seed: number): Prediction[] {
  const random = createRandom(seed);
  return Array.from({ length: 60 }, (_, i) => {
    const label = labels[i % 2] ?? '';
    const entry: TrackImage = { image: bareImage({ id: `${label}/${i}.png`, patient: `Patient ${i}` }), label, part: 'test', group: i };
    return { entry, score: 1 / (1 + Math.exp(-random.normal() - (i % 2 === 0 ? gain : -gain))) };
  });
}

function model(name: string, gain: number, seed: number, track: 'legacy' | 'clean'): BoardModel {
  const predictions = predictionsOf(gain, seed + 10);
  const run: RunSummary = {
    id: name, state: 'finished', configuration: { track: { name: track, seed: null, folds: null, fold: null }, architecture: plannedModel, seed, recipe: { kind: name, preset: 'cpu' }, data: { release: 'made up', synthetic: true, sha256: '0' } },
  };
  return { name: `${name}-${seed}`, sources: [`${name}-${seed}`], run, predictions, called: imageCases(predictions, labels, 'COVID').map(({ score }) => score >= 0.5) };
}

function boardOf(track: 'legacy' | 'clean', models: readonly BoardModel[]): Board {
  const control: BoardModel = { ...model('header', 1, 5, track), name: 'header', run: undefined, sees: 'the header' };
  return makeBoard({ track, trackSeed: null, folds: null, part: 'test', labels, positive: 'COVID', models, controls: [control], published: track === 'legacy', draws: 100 });
}

const nothing: Results = { boards: [], planned: plannedRuns, missing: plannedRuns, runs: [], pretrainings: [], access: [], epochCost: undefined, search: standingOf(candidates, []), robust: [], attentive: [], slices: [] };

describe('docs/RESULTS.md', () => {
  it('says what is not there yet', () => {
    const text = renderResults(nothing);
    expect(text).toContain('**What the clean track costs** is not known yet');
    expect(text).toContain(`${plannedRuns.length} of ${plannedRuns.length} planned runs`);
    expect(text).toContain('Not a run is there yet.');
    expect(text).toContain('8 bits already');
  });

  it('says what the clean track costs, whether Self-Trans is above the others, and what is printed elsewhere', () => {
    const legacy = boardOf('legacy', [model('transfer', 0.9, 0, 'legacy'), model('transfer', 0.9, 1, 'legacy'), model('self-trans', 3, 0, 'legacy'), model('scratch', 0.1, 0, 'legacy')]);
    const clean = boardOf('clean', [model('transfer', 0.1, 0, 'clean'), model('self-trans', 0.1, 0, 'clean'), model('scratch', 0.12, 1, 'clean')]);
    const text = renderResults({ ...nothing, boards: [legacy, clean] });
    expect(text).toMatch(/\*\*What the clean track costs\*\*: transfer has a mean AUC of 0\.\d{3} \(0\.\d{3}–0?1?\.\d{3}\) on the published lists .* \(2 and 1 seeds\), \+0\.\d{3} \(.*\) lost/);
    expect(text).toContain('legacy: self-trans is above scratch, +');
    expect(text).toContain('clean: self-trans is not shown to be above scratch, ');
    expect(text).toContain('“Self-Trans, DenseNet-169”, as printed');
    expect(text).toMatch(/2 of 5 seeds are there, with a mean of 0\.\d{3}: not decided yet\./);
    expect(text).toContain('| *control: header* |');
    expect(text).toContain('have the F1 of NonCOVID');
  });
});

describe('README.md', () => {
  it('has no figure of a model that docs/RESULTS.md does not have', async () => {
    const [readme, results] = await Promise.all(['../../README.md', '../../docs/RESULTS.md'].map((file) => readFile(fileURLToPath(new URL(file, import.meta.url)), 'utf8')));
    const figures = readme?.match(/[01]\.\d{3} \([01]\.\d{3}–[01]\.\d{3}\)/g) ?? [];
    expect(figures).toHaveLength(7);
    expect(figures.filter((figure) => results?.includes(figure) !== true)).toEqual([]);
  });
});

describe('what is lost, in docs/RESULTS.md', () => {
  const predictions = predictionsOf(1, 1);
  const [entries, clean] = [predictions.map(({ entry }) => entry), predictions.map(({ score }) => score)];

  it('says from where on quality loss costs, and that it does not where it does not', () => {
    const degradations = degradationsOf(['jpeg', 'blur']);
    const random = createRandom(4);
    // JPEG, at any strength, makes scores random; blur leaves them.
    const degraded = new Map(conditionsOf(degradations).map((one) => [keyOf(one), one.degradation.name === 'blur' ? clean : clean.map(() => random.uniform())]));
    const robustness = judgeRobustness({ images: entries, clean, degraded, unread: [] }, degradations, labels, 'COVID', 0.5, 100);
    const text = renderResults({ ...nothing, robust: [{ name: 'a run', degradations, robustness }] });
    const row = (what: string) => text.split('\n').find((line) => line.startsWith(`| ${degradations.find(({ name }) => name === what)?.title ?? ''} |`)) ?? '';
    expect(row('blur')).toMatch(/0\.000 \(0\.000 to 0\.000\) \| nowhere \|$/);
    expect(row('jpeg')).toMatch(/\| −0\.\d{3} \(−0\.\d{3} to −0\.\d{3}\) \| quality 95 \|$/);
    expect(renderResults(nothing)).toContain('Not made yet.');
  });

  it('has one image of a patient against several, of trainings in folds', () => {
    // Three images a patient.
    const three = predictions.map((one, i) => ({ ...one, entry: { ...one.entry, image: bareImage({ id: one.entry.image.id, patient: `Patient ${one.entry.label} ${Math.floor(i / 6)}` }) } }));
    const study = studySlices(three, labels, 'COVID', 100) ?? null;
    const text = renderResults({ ...nothing, slices: [{ name: 'transfer, five folds', sources: [], crossValidated: true, images: 'all', study }] });
    expect(text).toContain('transfer, five folds, 20 patients (10 COVID, 60 images):');
    expect(text).toMatch(/\| 3 images \| [01]\.\d{3} \(.*\) \| [+−0].*\|/);
    expect(renderResults(nothing)).toContain('It needs all folds of a recipe: not made yet.');
  });
});

describe('pieces of work that several processes take', () => {
  it('are each done by one; what fails is said, and is not taken for another\'s', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'turns-'));
    try {
      const lockOf = (one: string) => join(folder, `${one}.lock`);
      const done: string[] = [];
      let release = () => {};
      const held = new Promise<void>((resolve) => { release = resolve; });
      const first = takeOne(['a', 'b'], lockOf, async (one) => { await held; done.push(one); });
      await vi.waitFor(async () => expect(await readdir(folder)).toContain('a.lock'));
      expect(await takeOne(['a', 'b'], lockOf, async (one) => { done.push(one); })).toBe('b');
      expect(await takeOne(['a'], lockOf, async () => { throw new Error('two have it'); })).toBeUndefined();
      release();
      expect(await first).toBe('a');
      expect(done).toEqual(['b', 'a']);
      await expect(takeOne(['c', 'd'], lockOf, async () => { throw new CovidCtError('BAD_INPUT', 'no good'); })).rejects.toThrow('no good');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the search for a recipe', () => {
  const entry = (candidate: string, fold: number, seed: number, auc: number, seconds = 600): LedgerEntry => ({ when: '', candidate, recipe: '', fold, seed, seconds, auc, commit: '' });

  it('tries all on one fold, the best on all folds, the best of those with another seed; the ledger alone says what is next', () => {
    // The later a candidate stands in the list, the better it is.
    const worth = (name: string) => 0.6 + candidates.findIndex((one) => one.name === name) / 100;
    const ledger: LedgerEntry[] = [];
    for (let standing = standingOf(candidates, ledger); standing.wanted[0] !== undefined; standing = standingOf(candidates, ledger)) {
      const { candidate, fold, seed } = standing.wanted[0];
      expect(standing.winner).toBeUndefined();
      ledger.push(entry(candidate.name, fold, seed, worth(candidate.name)));
    }
    expect(ledger.slice(0, candidates.length).map(({ candidate }) => candidate)).toEqual(candidates.map(({ name }) => name));
    const trained = (name: string) => ledger.filter(({ candidate }) => candidate === name).length;
    expect(candidates.map(({ name }) => trained(name))).toEqual(candidates.map((_, i) => (i >= candidates.length - 3 ? 6 : i >= candidates.length - 6 ? 3 : 1)));
    const { winner, hours } = standingOf(candidates, ledger);
    expect(winner).toBe(candidates.at(-1)?.name);
    expect(hours).toBeLessThan(searchHours);
    expect(rounds.at(-1)?.seeds).toEqual([0, 1]);
  });

  it('lets go on who was best in the round that ended, though later folds are harder', () => {
    const ledger: LedgerEntry[] = [];
    for (let standing = standingOf(candidates, ledger); standing.wanted[0] !== undefined; standing = standingOf(candidates, ledger)) {
      const { candidate, fold, seed } = standing.wanted[0];
      ledger.push(entry(candidate.name, fold, seed, 0.8 + candidates.indexOf(candidate) / 100 - fold / 5 - seed / 10));
    }
    expect(ledger).toHaveLength(15 + 12 + 9);
    expect(standingOf(candidates, ledger).winner).toBe(candidates.at(-1)?.name);
  });

  it('has work for another process while the last of a round is trained: what the next one wants however that ends', () => {
    const ledger = candidates.slice(1).map(({ name }, i) => entry(name, 1, 0, 0.6 + i / 100));
    const { wanted, ahead } = standingOf(candidates, ledger);
    expect(wanted.map(({ candidate }) => candidate.name)).toEqual([candidates[0]?.name]);
    // Of six places the first candidate may still take one.
    expect(ahead.map(({ candidate, fold }) => `${candidate.name} ${fold}`)).toEqual([2, 3].flatMap((fold) => candidates.slice(-5).toReversed().map(({ name }) => `${name} ${fold}`)));
    for (const auc of [0, 1]) {
      const after = standingOf(candidates, [...ledger, entry(candidates[0]?.name ?? '', 1, 0, auc)]).wanted;
      expect(after).toEqual(expect.arrayContaining([...ahead]));
    }
    expect(standingOf(candidates, []).ahead).toEqual([]);
  });

  it('says what the winner reached on test, seed by seed and on the mean, once it is scored', () => {
    const [winner] = candidates;
    const ledger = rounds.flatMap(({ folds, seeds }) => candidates.flatMap(({ name }) => folds.flatMap((fold) => seeds.map((seed) => entry(name, fold, seed, name === winner?.name ? 0.9 : 0.7, 60)))));
    const search = standingOf(candidates, ledger);
    const searched = `transfer, searched-${winner?.name ?? ''}`;
    const board = boardOf('legacy', [model('transfer', 0.5, 0, 'legacy'), ...[0, 1].map((seed) => model(searched, 3, seed, 'legacy'))]);
    const text = renderResults({ ...nothing, boards: [board], search });
    expect(text).toMatch(/On test, scored once a seed .*: AUC [01]\.\d{3} \(.*\) \(seed 0\), [01]\.\d{3} \(.*\) \(seed \d\); mean [01]\.\d{3}/);
    expect(text).toContain(`legacy: ${searched} is above transfer, +`);
    expect(text).toContain('the AUC of Self-Trans as printed, 0.940 (0.905–0.975).');
    for (const without of [renderResults({ ...nothing, search }), renderResults({ ...nothing, boards: [board] })]) expect(without).not.toContain('On test, scored once a seed');
  });

  it.each([['--stauts'], ['--hours', 'many'], ['--hours=-1'], ['now']])('is not begun by a slip of the pen: %s %s', (...args) => {
    const script = fileURLToPath(new URL('../../scripts/results/search/search.ts', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, ...args.filter((one) => one !== undefined)], { encoding: 'utf8', timeout: 30_000 });
    expect(stderr).toContain('npm run results:search -- [--hours H] | --status | --freeze');
    expect(status).toBe(2);
  });

  it('counts the hours of each pretraining once, and shows a mean of each round that a recipe ended', () => {
    const started = candidates.find(({ start }) => start !== undefined)?.name ?? '';
    const slices = { name: 'slices', seconds: 3600 };
    const first = { ...entry(started, 1, 0, 0.9, 1800), pretrainings: [slices] };
    expect(standingOf(candidates, [first]).hours).toBe(1.5);
    // What several start from was made once.
    const second = { ...entry(candidates.at(-1)?.name ?? '', 1, 0, 0.8, 1800), pretrainings: [slices, { name: 'images', seconds: 1800 }] };
    expect(standingOf(candidates, [first, second]).hours).toBe(2.5);
    const three = [first, entry(started, 2, 0, 0.8), entry(started, 3, 0, 0.4), entry(started, 1, 1, 0.1)];
    expect(standingOf(candidates, three).ranking[0]).toMatchObject({ name: started, trainings: 4, byRound: [0.9, expect.closeTo(0.7, 10), undefined] });
    expect(renderResults({ ...nothing, search: standingOf(candidates, three) })).toContain(`| ${started} | 0.900 | 0.700 |  | 4 |`);
  });

  it('stops before its hours are over', () => {
    const slow = Array.from({ length: 3 }, (_, i) => entry(candidates[i]?.name ?? '', 1, 0, 0.7, 4 * 3600 - 1));
    expect(standingOf(candidates, slow)).toMatchObject({ exhausted: true, wanted: [], winner: undefined });
    expect(standingOf(candidates, slow.slice(0, 2)).wanted).not.toEqual([]);
  });

  it('sees no image of the test part, and judges each of the others once', () => {
    const release = drawnRelease({ train: 9, val: 3, test: 4 });
    const track = legacyTrack(release);
    const folds = [1, 2, 3].map((fold) => foldParts(release, track, fold));
    const wanted = track.images.filter(({ part }) => part !== 'test').map(({ image }) => image.id);
    expect(folds.flatMap(({ test }) => test.map(({ image }) => image.id)).toSorted()).toEqual(wanted.toSorted());
    for (const { train, val, test } of folds) {
      expect([...train, ...test].map(({ image }) => image.id).toSorted()).toEqual(wanted.toSorted());
      expect(val).toEqual(test);
    }
  });
});
