import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openWorkspace, sha256, writeFileAtomic } from '../../base/index.ts';
import { correctionsPath, changeCorrections, decide, propose, readCorrections } from '../../audit/index.ts';
import { drawPhantom } from '../../imaging/index.ts';
import { drawSample, openRelease, type Release } from '../../release/index.ts';
import { openMemoryStore, type Store } from '../../store/index.ts';
import {
  compareReleases, decideCandidate, editCandidate, emptyDescription, hashImages, keepConfirmation, listCandidates, makeRelease, newReviewer, nextVersion, planRelease, readKey, readReleaseDocument, recordSamePaper, signConfirmation, verifyGrown,
  withdrawImages, type CandidateRecord, type PlannedRelease,
} from '../index.ts';
import { candidateId, proposeCandidates } from '../review/candidates.ts';
import { keepPicture } from '../review/pictures.ts';
import { assignSplits, type Placed } from './assign-splits.ts';
import { pythonList } from './new-images.ts';

let folder: string;
let store: Store;
let base: Release;
const when = new Date('2026-11-25T12:00:00Z');
const actor = { by: 'A. Curator', qualification: null, why: 'test', when };
const maker = '0.0.0-test';

// A crowded machine needs minutes to draw the sample.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-releases-'));
  for (const [path, bytes] of (await drawSample()).files) await writeFileAtomic(join(folder, 'base', path), bytes);
  base = await openRelease(join(folder, 'base'), { synthetic: true });
  store = await openMemoryStore(openWorkspace(join(folder, 'workspace')));
});
afterAll(async () => {
  await base.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

let patients = 7000;
/** Proposes and accepts a synthetic picture. */
async function accepted(overrides: Partial<CandidateRecord> = {}): Promise<string> {
  const picture = await keepPicture(store.workspace, drawPhantom({ patient: patients++, lesions: 'opacities', width: 150, height: 130 }));
  const id = candidateId('release test', patients);
  const record: CandidateRecord = {
    ...emptyDescription, name: '2020.05.05.20050005-p3-44%0.png', label: 'COVID', picture, hounsfield: null, category: null, notes: [], caption: "Figure 1: a patient's CT\nwith \"opacities\".", licence: 'CC-BY-4.0',
    origin: { kind: 'paper', paper: '2020.05.05.20050005', page: 3, xref: 44, figure: '1', panel: [0, 0, 150, 130], selected: true, reasons: [], scores: {} }, doi: '10.1101/2020.05.05.20050005', ...overrides,
  };
  await store.transaction((db) => proposeCandidates(db, [{ id, record, reviewers: 1 }], actor));
  await decideCandidate(store, id, 'accepted', actor);
  return id;
}

async function filesOf(path: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(path, { recursive: true })).map(String).toSorted();
  const found = new Map<string, string>();
  for (const name of names) if ((await stat(join(path, name))).isFile()) found.set(name, sha256(await readFile(join(path, name))));
  return found;
}

async function write(plan: PlannedRelease, name: string): Promise<string> {
  await makeRelease(plan, join(folder, name));
  return join(folder, name);
}

describe('a new release', () => {
  it('grows the base by what was accepted, the same bytes each time, and reads back', async () => {
    await expect(planRelease(store, base, { maker })).rejects.toMatchObject({ code: 'CONFLICT' });
    const [first, second] = [await accepted({ patient: 'p1' }), await accepted({ patient: 'p1', name: '2020.05.05.20050005-p3-44%1.png' })];
    const known = base.images.find((image) => image.patient !== undefined && image.split === 'test' && image.label === 'COVID');
    await accepted({ name: 'submission%0.png', doi: '10.1000/abc', patient: `release/${known?.patient ?? ''}`, age: '41', sex: 'F', origin: { kind: 'submission', submission: 's-1', contributor: 'C' } });
    const plan = await planRelease(store, base, { maker });
    expect(plan.document).toMatchObject({ version: '1.1.0', date: '2026-11-25', previous: { version: '1.0.0' } });
    expect(plan.diff).toMatchObject({ added: { length: 3 }, removed: [], moved: [], changed: [], metadata: [], level: 'minor' });
    const out = await write(plan, 'first');
    expect(await filesOf(await write(await planRelease(store, base, { maker }), 'again'))).toEqual(await filesOf(out));
    const made = await openRelease(out, { synthetic: true });
    expect(made.images).toHaveLength(base.images.length + 3);
    expect((await verifyGrown(made))?.faults).toEqual([]);
    const image = made.images.find(({ name }) => name === '2020.05.05.20050005-p3-44%0.png');
    const twin = made.images.find(({ name }) => name === '2020.05.05.20050005-p3-44%1.png');
    const numbers = base.metadata.flatMap((row) => Number(/^Patient (\d+)$/.exec(row.patient.value ?? '')?.[1] ?? 0));
    expect(image).toMatchObject({ patient: `Patient ${Math.max(...numbers) + 1}`, doi: '10.1101/2020.05.05.20050005', metadata: { captions: { value: ["Figure 1: a patient's CT\nwith \"opacities\"."] } } });
    expect(twin).toMatchObject({ patient: image?.patient, split: image?.split });
    expect(made.images.find(({ name }) => name === 'submission%0.png')).toMatchObject({ patient: known?.patient, split: 'test', metadata: { age: { value: { years: 41 } }, sex: { value: 'F' } } });
    // What was there before is there as it was, but for a file that was no picture.
    expect(made.problems.map(({ code }) => code).toSorted()).toEqual(base.problems.map(({ code }) => code).filter((code) => code !== 'EXTRA_FILE').toSorted());
    for (const list of base.lists) expect(Buffer.from(made.lists.find(({ path }) => path === list.path)?.bytes ?? []).subarray(0, list.bytes.length).equals(Buffer.from(list.bytes))).toBe(true);
    expect(await readFile(join(out, 'README.md'), 'utf8')).toContain('Version 1.1.0');
    expect(await readFile(join(out, 'CHANGELOG.md'), 'utf8')).toContain('2020.05.05.20050005-p3-44%1.png');
    expect(JSON.parse(await readFile(join(out, 'croissant.json'), 'utf8'))).toMatchObject({ version: '1.1.0', distribution: expect.arrayContaining([expect.objectContaining({ '@id': 'Images-processed/CT_COVID.zip' })]) });
    const text = (await Promise.all([...(await filesOf(out)).keys()].filter((name) => !name.endsWith('.zip') && !name.endsWith('.xlsx')).map((name) => readFile(join(out, name), 'utf8')))).join('\n');
    expect(text).not.toContain(folder);
    expect(text).not.toContain('"p1"');
    expect([first, second].every((id) => text.includes(id))).toBe(true);
    await made.close();
  });

  it('grows again from itself: patients and papers keep their splits, tombstones and confirmations stay', async () => {
    const grown = await openRelease(join(folder, 'first'), { synthetic: true });
    await expect(planRelease(store, grown, { maker })).rejects.toMatchObject({ code: 'CONFLICT' });
    await accepted({ name: '2020.05.05.20050005-p4-50.png', patient: 'p1' });
    // The journal version of the same paper, under another DOI.
    await recordSamePaper(store.db, ['10.1101/2020.05.05.20050005', '10.1000/journal'], actor);
    await accepted({ name: 'journal%0.png', doi: '10.1000/journal', origin: { kind: 'submission', submission: 's-2', contributor: 'C' } });
    const { reviewer } = await newReviewer(store, { name: 'A. Reader', qualification: 'radiologist' }, when);
    const gone = grown.images.find((image) => image.split === 'train' && image.label === 'NonCOVID');
    await store.transaction((db) => withdrawImages(db, grown, [gone?.id ?? ''], { ...actor, why: 'consent withdrawn' }));
    const hashes = await hashImages(grown);
    const confirmed = grown.images.filter(({ name }) => name.startsWith('2020.05.05')).map(({ id }) => hashes.get(id) ?? '');
    await store.transaction(async (db) => keepConfirmation(db, signConfirmation(reviewer, await readKey(store.workspace, reviewer), 'Seen.', confirmed, when)));
    const plan = await planRelease(store, grown, { maker });
    expect(plan.document).toMatchObject({ version: '2.0.0', previous: { version: '1.1.0' }, tombstones: [{ id: gone?.id, reason: 'consent withdrawn' }], history: [{ version: '2.0.0', removed: [{ id: gone?.id }] }, { version: '1.1.0' }] });
    expect(plan.passedOver).toHaveLength(3);
    const split = (name: string) => plan.document.images.find(({ id }) => id.endsWith(name))?.split;
    expect(split('p4-50.png')).toBe(split('p3-44%0.png'));
    expect(split('journal%0.png')).toBe(split('p3-44%0.png'));
    const out = await write(plan, 'second');
    const made = await openRelease(out, { synthetic: true });
    expect(made.images.some(({ id }) => id === gone?.id)).toBe(false);
    expect(made.lists.flatMap(({ names }) => names)).not.toContain(gone?.name);
    expect(await verifyGrown(made)).toMatchObject({ faults: [], confirmations: [{ valid: true, covered: 2 }] });
    expect(await readFile(join(out, 'README.md'), 'utf8')).toContain('A. Reader');
    // Older versions stay as they are, and readable; the way from one to the other is told.
    expect(compareReleases(grown, made, [hashes, await hashImages(made)])).toMatchObject({ added: { length: 2 }, removed: [gone?.id], level: 'major' });
    expect(await readReleaseDocument(grown)).toMatchObject({ version: '1.1.0' });
    await writeFile(join(out, 'confirmations.json'), (await readFile(join(out, 'confirmations.json'), 'utf8')).replace('Seen.', 'Seen all.'));
    expect((await verifyGrown(made))?.faults).toHaveLength(1);
    await made.close();
    await grown.close();
  });

  it('has accepted corrections as errata', async () => {
    const path = correctionsPath(store.workspace, base);
    const [image] = base.images;
    await changeCorrections(path, base, (file) => {
      const { file: proposed, added } = propose(file, base, [{ action: 'quarantine', images: [image?.id ?? ''] }], { author: 'A', reason: 'a copy', when });
      return { file: decide(proposed, added, 'accepted', { author: 'A', reason: 'a copy', when }) };
    });
    const plan = await planRelease(store, base, { maker, corrections: await readCorrections(path, base) });
    expect(plan.document.history[0]).toMatchObject({ errata: 1 });
    const out = await write(plan, 'errata');
    expect(await readFile(join(out, 'ERRATA.md'), 'utf8')).toContain(image?.id);
    const made = await openRelease(out);
    expect((await readCorrections(join(out, 'errata.json'), made)).corrections).toHaveLength(1);
    // They are followed in a workspace that never heard of them, too.
    expect((await readCorrections(correctionsPath(openWorkspace(join(out, '..', 'elsewhere')), made), made)).corrections).toHaveLength(1);
    await made.close();
  });

  it('can be made from nothing, and does not pass for COVID-CT-Dataset', async () => {
    await expect(planRelease(store, undefined, { maker })).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('whom the release does not have') });
    for (const { id, record } of await listCandidates(store.db)) if (record.patient?.startsWith('release/') === true) await editCandidate(store, id, { patient: 'p9' }, actor);
    const plan = await planRelease(store, undefined, { maker, name: 'A new set' });
    expect(plan.document).toMatchObject({ version: '1.0.0', previous: null });
    const out = await write(plan, 'nothing');
    const made = await openRelease(out);
    expect(made.images).toHaveLength(plan.document.images.length);
    expect(await verifyGrown(made)).toMatchObject({ faults: [] });
    const card = await readFile(join(out, 'README.md'), 'utf8');
    expect(card).toContain('A new set');
    expect(card).not.toContain('Tongji');
    await made.close();
  });

  it('leaves nothing when it cannot be written', async () => {
    const plan = await planRelease(store, base, { maker });
    await expect(makeRelease(plan, join(folder, 'first'))).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    const broken = { ...plan, content: { ...plan.content, composed: { ...plan.content.composed, bytes: () => Promise.reject(new Error('on purpose')) } } };
    await expect(makeRelease(broken, join(folder, 'broken'))).rejects.toThrow('on purpose');
    expect((await readdir(folder)).filter((name) => name.includes('broken'))).toEqual([]);
  });
});

describe('splits of new images', () => {
  const item = (id: string, ...ties: readonly string[]): Placed => ({ id, label: 'COVID', ties });

  it('follow ties over several steps, and fill up what is furthest below its share', () => {
    const assigned = assignSplits([item('a', 'p1'), item('b', 'p1', 'q1'), item('c', 'q1'), item('d')], new Map([['q1', ['val', 'val', 'test']]]), new Map());
    expect(['a', 'b', 'c'].map((id) => assigned.get(id))).toEqual(['val', 'val', 'val']);
    const many = assignSplits(Array.from({ length: 100 }, (_, i) => item(`i${i}`)), new Map(), new Map());
    const counts = ['train', 'val', 'test'].map((split) => [...many.values()].filter((one) => one === split).length);
    expect(counts).toEqual([57, 16, 27]);
    const lacking = assignSplits([item('x')], new Map(), new Map([['COVID', { train: 57, val: 10, test: 27 }]]));
    expect(lacking.get('x')).toBe('val');
  });

  it('do not depend on the order in which images come', () => {
    const items = Array.from({ length: 40 }, (_, i) => item(`i${i}`, `p${i % 11}`, `q${i % 7}`.slice(0, i % 3 === 0 ? 2 : 0) || `r${i}`));
    expect(assignSplits(items.toReversed(), new Map(), new Map())).toEqual(assignSplits(items, new Map(), new Map()));
  });
});

describe('versions', () => {
  it.each([['major', '2.0.0'], ['minor', '1.3.0'], ['patch', '1.2.4'], ['none', '1.2.3']] as const)('a %s change of 1.2.3 is %s', (level, expected) => {
    expect(nextVersion('1.2.3', level)).toBe(expected);
  });

  it('writes captions as Python lists', () => {
    expect(pythonList("a'b\\\n")).toBe(String.raw`['a\'b\\\n']`);
  });
});
