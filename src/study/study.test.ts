import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import {
  allocate,
  analyseStudy,
  annotate,
  chooseCases,
  confirmReading,
  declareScreen,
  imrmcText,
  lockStudy,
  openStudy,
  parseReadings,
  pauseReading,
  planHash,
  planTemplates,
  readerOfToken,
  readerView,
  readFrame,
  readingId,
  readingsCsv,
  readingsDocument,
  readingsOf,
  readPlan,
  recordLook,
  renderStudy,
  simulatePower,
  simulateReaders,
  verifyStudy,
  type Answer,
  type Candidate,
  type Study,
  type StudyPlan,
} from './index.ts';
import { makeTestStudy, testPlan, testScreen, testStart } from './testing.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-study-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const later = (minutes: number): Date => new Date(testStart.getTime() + minutes * 60_000);
const answer = (rating: number, more = {}) => ({ rating, answers: {}, marks: [], milliseconds: 5000, ...more });
async function begin(study: Study, reader = 'anna'): Promise<string> {
  await declareScreen(study, reader, testScreen, later(1));
  return (await readerView(study, reader, later(1))).reading?.id ?? '';
}

describe('a plan', () => {
  it('is read from YAML and JSON, and known by its values', () => {
    for (const text of Object.values(planTemplates)) expect(readPlan(text, 'template').arms.length).toBeGreaterThan(2);
    const plan = readPlan(testPlan(), 'plan');
    expect(plan.canvas).toBe(768);
    const turned = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(testPlan()) as object).toReversed()));
    expect(planHash(readPlan(turned, 'plan'))).toBe(planHash(plan));
    expect(planHash(readPlan(testPlan({ seed: 4 }), 'plan'))).not.toBe(planHash(plan));
  });
  it.each([
    ['{', 'neither JSON nor YAML'],
    ['{}', 'covidCtStudy'],
    [testPlan({ title: '' }), 'title'],
    [testPlan({ surplus: 1 }), 'surplus'],
    [testPlan({ reference: 'other' }), 'there is no arm other'],
    [testPlan({ readers: [{ id: 'a' }, { id: 'a' }] }), 'a is there twice'],
    [testPlan({ arms: [{ id: 'x', view: 'picture' }] }), 'use slice or series'],
    [testPlan({ arms: [{ id: 'x', view: 'slice', hounsfield: true, steps: [{ degradation: 'jpeg', strength: 0.5 }] }] }), 'give up one of them'],
    [testPlan({ design: { kind: 'split-plot', washOutDays: 0, groups: 3 } }), '3 groups need as many readers'],
    [testPlan({ rating: { kind: 'scale', lowest: 3, highest: 3 } }), 'highest must be above lowest'],
  ])('is refused with the reason: %s', (text, reason) => {
    expect(() => readPlan(text, 'plan')).toThrow(reason);
  });
});

describe('cases and allocation', () => {
  const candidates: Candidate[] = Array.from({ length: 120 }, (_, i) => ({ name: `p${i}.png`, label: i < 60 ? 'COVID' : 'NonCOVID', patient: `Patient ${i >> 1}`, paper: undefined }));
  const release = (more: object, perLabel = 6) => readPlan(testPlan({ cases: { source: 'release', perLabel: { COVID: perLabel, NonCOVID: perLabel } }, arms: ['a', 'b', 'c'].map((id) => ({ id })), readers: ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'].map((id) => ({ id })), practice: 2, ...more }), 'plan');
  const drawn = (plan: StudyPlan) => {
    const cases = chooseCases(plan, candidates, createRandom(plan.seed).fork('cases'));
    return { cases, readers: allocate(plan, cases, createRandom(plan.seed).fork('allocation')) };
  };

  it('are balanced, one a patient, the same for the same seed', () => {
    const { cases } = drawn(release({}));
    const studied = cases.filter(({ practice }) => !practice);
    expect(studied.filter(({ positive }) => positive)).toHaveLength(6);
    expect(studied).toHaveLength(12);
    expect(cases).toHaveLength(14);
    const patients = cases.map(({ source }) => candidates.find(({ name }) => name === source)?.patient);
    expect(new Set(patients).size).toBe(14);
    expect(drawn(release({}))).toEqual(drawn(release({})));
    expect(drawn(release({ seed: 5 })).cases).not.toEqual(cases);
    expect(() => drawn(release({}, 30))).toThrow('30 fit it (one per patient)');
  });

  it.each([
    { kind: 'fully-crossed', washOutDays: 28 },
    { kind: 'crossover', washOutDays: 28 },
    { kind: 'split-plot', washOutDays: 28, groups: 2 },
  ])('$kind: every case once a session, every arm once a case, arms and labels in equal shares', (design) => {
    const plan = release({ design }, 12 - (design.kind === 'split-plot' ? 0 : 6));
    const { cases, readers } = drawn(plan);
    for (const readings of readers) {
      expect(readings.map(({ position }) => position)).toEqual(readings.map((_, i) => i));
      const studied = readings.filter(({ practice }) => !practice);
      for (const session of [0, 1, 2]) {
        const own = studied.filter((reading) => reading.session === session);
        expect(own).toHaveLength(12);
        expect(new Set(own.map(({ caseIndex }) => caseIndex)).size).toBe(12);
        const arms = [0, 1, 2].map((arm) => own.filter((reading) => reading.arm === arm).length);
        expect(arms.toSorted()).toEqual(design.kind === 'crossover' ? [0, 0, 12] : [4, 4, 4]);
        const positives = own.filter(({ caseIndex }) => cases[caseIndex]?.positive).length;
        expect(positives).toBe(6);
      }
      const pairs = new Set(studied.map(({ caseIndex, arm }) => `${caseIndex} ${arm}`));
      expect(pairs.size).toBe(36);
    }
    // Over the readers each arm comes equally often in each session.
    const firsts = [0, 1, 2].map((arm) => readers.flat().filter((reading) => !reading.practice && reading.session === 0 && reading.arm === arm).length);
    expect(new Set(firsts).size).toBe(1);
    const orders = readers.map((readings) => readings.filter(({ practice }) => !practice).map(({ caseIndex }) => caseIndex).join(' '));
    expect(new Set(orders).size).toBe(readers.length);
  });
});

describe('the reading room', () => {
  it('lets a reader read: link, screen, one case after the other, receipts', async () => {
    const study = await makeTestStudy(folder);
    const [first] = study.key.readers;
    expect(readerOfToken(study, first?.token ?? '')).toBe('anna');
    expect(() => readerOfToken(study, '0'.repeat(32))).toThrow('no such page');
    expect((await readerView(study, 'anna', testStart)).state).toBe('screen');
    await expect(declareScreen(study, 'anna', { ...testScreen, width: 640 }, testStart)).rejects.toThrow('asks for 1280×720');
    await expect(declareScreen(study, 'anna', { ...testScreen, wedge: false }, testStart)).rejects.toThrow('gray wedge');
    const id = await begin(study);
    const frame = await readFrame(study, 'anna', id, 0, later(1));
    const view = await readerView(study, 'anna', later(1));
    expect(frame).toHaveLength(view.reading?.frameBytes ?? -1);
    const { receipt, repeated } = await confirmReading(study, 'anna', id, answer(4), later(2));
    expect([receipt.length, repeated]).toEqual([64, false]);
    const next = await readerView(study, 'anna', later(2));
    expect([next.done, next.total, next.reading?.number]).toEqual([1, 16, 2]);
    await pauseReading(study, 'anna', later(3));
    // Another machine: the same folder opened anew.
    expect((await readerView(await openStudy(study.folder), 'anna', later(4))).reading?.id).toBe(next.reading?.id);
    expect((await verifyStudy(study.folder, receipt)).faults).toEqual([]);
    expect((await verifyStudy(study.folder, 'f'.repeat(64))).faults).toEqual([`No record has the receipt ${'f'.repeat(64)}.`]);
  });

  it('keeps an answer once: sent twice it is one, another is refused, what is not asked for too', async () => {
    const study = await makeTestStudy(folder, { questions: [{ id: 'finding', text: 'Which?', options: ['ggo', 'none'] }], marks: 1 });
    const id = await begin(study);
    const good: Answer = answer(5, { answers: { finding: 'ggo' }, marks: [{ x: 0.5, y: 0.5, slice: 0 }] });
    const refused: [Answer, string][] = [[{ ...good, rating: 6 }, 'no rating'], [{ ...good, rating: 2.5 }, 'no rating'], [{ ...good, answers: {} }, 'not answered'], [{ ...good, answers: { finding: 'x' } }, 'no answer'], [{ ...good, marks: [...good.marks, ...good.marks] }, '2 places'], [{ ...good, marks: [{ x: 0, y: 0, slice: 9 }] }, 'not there']];
    for (const [bad, reason] of refused) {
      await expect(confirmReading(study, 'anna', id, bad, later(2))).rejects.toThrow(reason);
    }
    const both = await Promise.all([confirmReading(study, 'anna', id, good, later(2)), confirmReading(study, 'anna', id, { ...good, milliseconds: 6000 }, later(2))]);
    expect(both.map(({ repeated }) => repeated).toSorted()).toEqual([false, true]);
    expect(both[0]?.receipt).toBe(both[1]?.receipt);
    await expect(confirmReading(study, 'anna', id, { ...good, rating: 1 }, later(3))).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('no way back') });
    expect((await study.log.read()).filter(({ kind }) => kind === 'confirmed')).toHaveLength(1);
  });

  it('lets answers be revised where the plan says so, and keeps both', async () => {
    const study = await makeTestStudy(folder, { back: true });
    const id = await begin(study);
    await confirmReading(study, 'anna', id, answer(2), later(2));
    await confirmReading(study, 'anna', id, answer(4), later(3));
    expect((await study.log.read()).filter(({ kind }) => kind === 'confirmed' || kind === 'revised').map(({ body }) => body['rating'])).toEqual([2, 4]);
    expect((await readingsDocument(study)).readings).toMatchObject([{ rating: 4, revisions: 1 }]);
  });

  it('shows nothing but the case at hand: later cases, other readers’ ids, forged ids and slices are not there', async () => {
    const study = await makeTestStudy(folder);
    const id = await begin(study);
    const hidden = [readingId(study, 'anna', 1), readingId(study, 'boris', 0), 'f'.repeat(32), '', '../0'];
    for (const one of hidden) {
      await expect(readFrame(study, 'anna', one, 0, later(2))).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'There is no such page.' });
      await expect(confirmReading(study, 'anna', one, answer(3), later(2))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    for (const slice of [-1, 99, 0.5]) await expect(readFrame(study, 'anna', id, slice, later(2))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await confirmReading(study, 'anna', id, answer(3), later(3));
    await expect(readFrame(study, 'anna', id, 0, later(4))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keeps the wash-out between sessions', async () => {
    const study = await makeTestStudy(folder, { design: { kind: 'fully-crossed', washOutDays: 14 } });
    await begin(study);
    for (const { position, session } of readingsOf(study, 'anna')) if (session === 0) await confirmReading(study, 'anna', readingId(study, 'anna', position), answer(3), later(5));
    const waiting = await readerView(study, 'anna', later(60 * 24 * 13));
    expect([waiting.state, waiting.opensAt, waiting.reading]).toEqual(['wash-out', later(5 + 60 * 24 * 14).toISOString(), undefined]);
    const next = readingId(study, 'anna', 8);
    await expect(readFrame(study, 'anna', next, 0, later(60))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(confirmReading(study, 'anna', next, answer(3), later(60))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await readerView(study, 'anna', later(60 * 24 * 15))).state).toBe('reading');
  });

  it('tells a reader nothing of labels, sources or arms', async () => {
    const study = await makeTestStudy(folder);
    await begin(study);
    const seen = JSON.stringify(await readerView(study, 'anna', later(2)));
    for (const secret of ['phantom', 'positive"', '"units"', '"window"', ...study.key.cases.map(({ source }) => source)]) expect(seen.replace('"window":{', '')).not.toContain(secret);
  });

  it('makes frames of one size an arm, whatever the case', async () => {
    const study = await makeTestStudy(folder);
    const sizes = new Set<number>();
    for (let caseIndex = 0; caseIndex < 8; caseIndex++) sizes.add((await study.frames.get(caseIndex, 1, 0, 64 * 64)).length);
    expect(sizes.size).toBe(1);
  });
});

describe('the records', () => {
  it('show every alteration, and go on after a torn line', async () => {
    const study = await makeTestStudy(folder);
    const id = await begin(study);
    await confirmReading(study, 'anna', id, answer(4), later(2));
    const path = study.log.path;
    const whole = await readFile(path, 'utf8');
    const lines = whole.trimEnd().split('\n');
    const alterations = [
      whole.replace('"rating":4', '"rating":1'),
      whole.replace('"reader":"anna"', '"reader":"boris"'),
      lines.toSpliced(1, 1).join('\n').concat('\n'),
      lines.toSpliced(2, 0, lines[1] ?? '').join('\n').concat('\n'),
      [lines[0], lines[2], lines[1]].join('\n').concat('\n'),
      whole.replace('{', '['),
    ];
    for (const altered of alterations) {
      await writeFile(path, altered);
      expect((await verifyStudy(study.folder)).faults).not.toEqual([]);
      await expect(openStudy(study.folder)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    }
    await writeFile(path, whole);
    await appendFile(path, lines.at(-1)?.slice(0, 50) ?? '');
    expect((await verifyStudy(study.folder)).faults).toEqual([expect.stringContaining('torn')]);
    const opened = await openStudy(study.folder);
    await confirmReading(opened, 'anna', readingId(opened, 'anna', 1), answer(2), later(3));
    expect((await verifyStudy(study.folder)).faults).toEqual([]);
    expect((await readingsDocument(opened)).readings).toHaveLength(2);
  });

  it('show a plan, key or picture that was changed', async () => {
    const study = await makeTestStudy(folder);
    const plan = await readFile(join(study.folder, 'plan.json'), 'utf8');
    await writeFile(join(study.folder, 'plan.json'), plan.replace('Does the window matter?', 'Does the window help?'));
    expect((await verifyStudy(study.folder)).faults).toEqual([expect.stringContaining('not the plan')]);
    await writeFile(join(study.folder, 'plan.json'), plan);
    const key = await readFile(join(study.folder, 'key.json'), 'utf8');
    await writeFile(join(study.folder, 'key.json'), key.replace('"positive":true', '"positive":false'));
    expect((await verifyStudy(study.folder)).faults).toEqual([expect.stringContaining('not the key')]);
    await writeFile(join(study.folder, 'key.json'), key);
    await writeFile(join(study.folder, 'frames/0-1/0.z'), 'x');
    expect((await verifyStudy(study.folder)).faults).toEqual([expect.stringContaining('case 1 in arm window')]);
  });

  it('take the answers of two processes at once, none lost, none doubled', async () => {
    const study = await makeTestStudy(folder);
    const other = await openStudy(study.folder);
    const run = async (own: Study, reader: string) => {
      await begin(own, reader);
      for (const { position } of readingsOf(own, reader)) await confirmReading(own, reader, readingId(own, reader, position), answer(1 + (position % 5)), later(position));
    };
    await Promise.all([run(study, 'anna'), run(other, 'boris')]);
    expect((await verifyStudy(study.folder)).faults).toEqual([]);
    expect((await readingsDocument(await openStudy(study.folder))).readings).toHaveLength(32);
  });
});

describe('lock, peeking, analysis', () => {
  let shared: string;
  let study: Study;
  beforeAll(async () => {
    shared = await mkdtemp(join(tmpdir(), 'covid-ct-study-'));
    study = await makeTestStudy(shared, { cases: { source: 'phantoms', positives: 12, negatives: 12, slices: 1, size: 64 }, readers: ['a', 'b', 'c'].map((id) => ({ id })), analysis: { nonInferiorityMargin: 0.05, equivalenceMargin: 0.1 } });
    await simulateReaders(study, { seed: 1, aucs: { units: 0.9, window: 0.7 }, start: testStart, readers: ['a', 'b'] });
  });
  afterAll(() => rm(shared, { recursive: true, force: true }));

  it('asks for the lock, or records the peek; a locked study takes nothing more', async () => {
    await expect(recordLook(study, 'analysed', later(1))).rejects.toMatchObject({ code: 'CONFLICT' });
    await recordLook(study, 'analysed', later(1), 'the lead');
    await expect(lockStudy(study, later(2))).rejects.toThrow('c 48');
    await simulateReaders(study, { seed: 1, start: testStart });
    await annotate(study, { by: 'b', text: 'the phone rang', reader: 'b', number: 3 }, later(3));
    await lockStudy(study, later(4));
    await expect(lockStudy(study, later(5))).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(pauseReading(study, 'a', later(5))).rejects.toThrow('locked');
    expect((await readerView(study, 'a', later(5))).state).toBe('locked');
    const analysis = analyseStudy(await readingsDocument(study));
    expect(analysis.deviations).toEqual([expect.stringContaining('the lead looked at figures before'), expect.stringContaining('no wash-out'), 'Note by b on b, case 3: the phone rang']);
  });

  it('gives figures that follow what was simulated, and the same again from the export', async () => {
    const document = await readingsDocument(study);
    const analysis = analyseStudy(document, [{ name: 'a perfect model', scores: new Map(document.cases.map(({ source, positive }) => [source, Number(positive)])) }]);
    const [auc] = analysis.figures;
    expect(auc?.analyses.map(({ inference }) => inference)).toEqual(['random', 'fixed-readers', 'fixed-cases']);
    expect(analysis.comparisons).toMatchObject([{ arm: 'window', difference: { first: 'window', second: 'units' }, nonInferiority: { shown: false }, equivalence: { shown: false } }]);
    expect(analysis.comparisons[0]?.difference.estimate).toBeLessThan(0);
    expect(analysis.models[0]?.auc?.estimate).toBe(1);
    expect(analysis.agreement[0]).toMatchObject({ cases: 24, readers: 3 });
    expect(analyseStudy(parseReadings(JSON.stringify(document), 'export'))).toEqual(analyseStudy(document));
    const page = renderStudy(document, analysis, { version: '0' });
    for (const text of ['Simulated readers', 'Synthetic cases', document.planHash, 'Deviations from the plan', 'never for diagnosis']) expect(page).toContain(text);
  });

  it('exports every reading, in layouts that others document', async () => {
    const document = await readingsDocument(study);
    const csv = readingsCsv(document).trimEnd().split('\n');
    expect(csv).toHaveLength(1 + 24 * 2 * 3);
    expect(csv[0]).toBe('reader,simulated,arm,case,label,positive,source,session,position,rating,marks,milliseconds,at,revisions');
    const imrmc = imrmcText(document).trimEnd().split('\n');
    expect(imrmc.slice(0, 6)).toEqual(['A small study', 'N0:12', 'N1:12', 'NR:3', 'NM:2', 'BEGIN DATA:']);
    expect(imrmc[6]).toMatch(/^-1,1,truth,[01]$/);
    expect(imrmc).toHaveLength(6 + 24 + 144);
    expect(imrmc.at(-1)).toMatch(/^2,\d+,[01],\d\.000000$/);
  });

  it('refuses an export whose plan was changed', async () => {
    const text = JSON.stringify(await readingsDocument(study)).replace('"nonInferiorityMargin":0.05', '"nonInferiorityMargin":0.5');
    expect(() => parseReadings(text, 'export')).toThrow('not the one of its hash');
  });
});

describe('power', () => {
  const question = { auc: 0.85, difference: -0.12, goal: { kind: 'difference' }, readers: [3, 8], cases: [40, 120], simulations: 60, seed: 1 } as const;
  it('grows with readers and cases, from stated and from piloted variances', () => {
    const pilot = { armReader: 0.0002, error: 0.0008, cov1: 0.00035, cov2: 0.00034, cov3: 0.00024, cases: 114 };
    for (const variance of ['LH 0.855', pilot] as const) {
      const points = simulatePower({ ...question, variance });
      expect(points).toHaveLength(4);
      expect(points[3]?.power).toBeGreaterThan(points[0]?.power ?? 1);
      expect(simulatePower({ ...question, variance })).toEqual(points);
    }
  });
  it('keeps the level where there is nothing to find, with variances of a pilot', () => {
    const pilot = { armReader: 0.0002, error: 0.0008, cov1: 0.00035, cov2: 0.00034, cov3: 0.00024, cases: 114 };
    const [point] = simulatePower({ ...question, difference: 0, readers: [5], cases: [114], variance: pilot, simulations: 2000 });
    expect(Math.abs((point?.power ?? 1) - 0.05)).toBeLessThan(0.02);
  });
  it('asks for what can be', () => {
    expect(() => simulatePower({ ...question, variance: 'LH 0.855', auc: 0.1 })).toThrow(RangeError);
    expect(() => simulatePower({ ...question, variance: 'LH 0.855', readers: [1] })).toThrow(RangeError);
  });
});
