import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantedRelease } from '../../../tests/support/planted-cheats.ts';
import { createRandom, noProgress, openWorkspace, writeFileAtomic } from '../../base/index.ts';
import { drawPhantom } from '../../imaging/index.ts';
import type { Release } from '../../release/index.ts';
import { legacyTrack } from '../../splits/index.ts';
import { evaluate } from '../evaluation/index.ts';
import { findRecipe } from '../recipes/presets.ts';
import { prepareRun } from '../training/prepare.ts';
import { checklists, fillChecklist, gatherFacts, makeRunReport, statementsOf, type RunFacts } from './index.ts';

let folder: string;
const pictures = Array.from({ length: 150 }, (_, patient) => drawPhantom({ patient, lesions: 'none', width: 80, height: 60 }));

/** A run of a release, whose scores are drawn: what a model says is not what is tried here. */
async function factsOf(release: Release, name: string): Promise<RunFacts> {
  const track = legacyTrack(release);
  const recipe = findRecipe('scratch', 'sample');
  const { document } = await prepareRun({ control: undefined, release, track, recipe, seed: 1, threads: 1, workspace: openWorkspace(join(folder, 'workspace')), version: '0.0.0-test' });
  const random = createRandom(2);
  const predictions = track.images.filter(({ part }) => part === 'test').map((entry) => ({ entry, score: random.uniform() }));
  const evaluation = evaluate({ predictions, labels: release.labels, positive: 'COVID', draws: 200 });
  const context = { release, track, part: 'test', source: name, run: document.id, validation: null, version: '0.0.0-test' };
  const path = join(folder, name);
  const study = (kind: string, content: object) => writeFileAtomic(join(path, kind, `${kind}.json`), JSON.stringify(content));
  await study('robustness', { format: 'covid-ct robustness 1', run: document.id, conditions: [{ degradation: 'jpeg', strength: 1, setting: 'quality 10', aucChange: { value: -0.2, low: -0.3, high: -0.1 } }] });
  await study('explain', { format: 'covid-ct explanations 1', run: 'another run', summary: 'of another run' });
  return gatherFacts({ folder: path, run: document, release, evaluation, context, predictions, trainedControls: [], kept: join(folder, 'controls'), gallery: 4, progress: noProgress, signal: new AbortController().signal });
}

let facts: RunFacts;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-report-'));
  facts = await factsOf(await plantedRelease(pictures, undefined), 'honest');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('checklists', () => {
  it('hold every item once: CLAIM 1 to 44, TRIPOD+AI 1 to 27 with their parts', () => {
    const [claim, tripod] = checklists;
    expect(claim?.items.map(({ id }) => id)).toEqual(Array.from({ length: 44 }, (_, i) => String(i + 1)));
    expect(tripod?.items).toHaveLength(52);
    expect(new Set(tripod?.items.map(({ id }) => id)).size).toBe(52);
    expect([...new Set(tripod?.items.map(({ id }) => Number.parseInt(id, 10)))]).toEqual(Array.from({ length: 27 }, (_, i) => i + 1));
  });

  it('are filled by what the run knows; what is missing stays open, until authors say it', () => {
    const [claim] = checklists;
    if (claim === undefined) throw new Error('no checklist');
    const statements = statementsOf(facts);
    const status = (id: string, answers = {}) => fillChecklist(claim, statements, answers).find((item) => item.id === id);
    expect(status('24')).toMatchObject({ status: 'filled', answers: ['All parameters were drawn by seed 1.'] });
    expect(status('3')).toMatchObject({ status: 'partly', missing: 'the clinical background' });
    expect(status('44')).toMatchObject({ status: 'open', answers: [] });
    expect(status('44', { claim: { 44: 'Nobody paid.' } })).toMatchObject({ status: 'filled', answers: ['Nobody paid.'], byAuthors: true });
    // A statement that the run cannot make leaves the item partly open: nothing was explained here.
    expect(status('31')).toMatchObject({ status: 'open' });
    expect(status('30')).toMatchObject({ status: 'filled' });
  });
});

describe('the report of a run', () => {
  it('shows what was made, and leaves open what was not or is of another run', () => {
    const { page, document } = makeRunReport(facts);
    expect(page).toContain('jpeg (quality 10): −0.200 (−0.300 to −0.100)');
    expect(page).not.toContain('of another run');
    expect(page).toContain('<code>covid-ct explain RUN</code>');
    expect(page).toContain('holds no model to explain');
    expect(page).toContain('CLAIM, 2024 update');
    expect(page).toContain('TRIPOD+AI');
    expect(page).toContain('Never for diagnosis'.toLowerCase());
    expect(document).toMatchObject({ format: 'covid-ct report 1', attention: null, checklists: [{ id: 'claim' }, { id: 'tripod-ai' }] });
  });

  it.each([
    ['corner square', ['border', 'marks']],
    ['file format', ['header']],
    ['resolution', ['header']],
  ] as const)('flags a planted %s, and the same without it not', async (cheat, byOneOf) => {
    const cheated = await factsOf(await plantedRelease(pictures, cheat), cheat);
    const { page } = makeRunReport(cheated);
    expect(page).toContain('>shortcut</span>');
    expect(page).toContain('>≈ control</span>');
    expect(cheated.controls.some(({ name, flagged }) => flagged && byOneOf.some((wanted) => wanted === name))).toBe(true);
    const honest = makeRunReport(facts).page;
    expect(honest).not.toContain('>shortcut</span>');
    expect(honest).toContain('None of 5 controls tells the label');
  });
});
