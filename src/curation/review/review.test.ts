import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../base/index.ts';
import { drawPhantom, type Picture } from '../../imaging/index.ts';
import { openMemoryStore, verifyEvents, type Store } from '../../store/index.ts';
import {
  addPanel, agreementOf, askReviewers, blindFor, candidateHistory, confirmationFaults, cropCandidate, decideCandidate, deletePanel, editCandidate, foldCandidate, getCandidate, keepConfirmation, listCandidates,
  listConfirmations, mergeCandidates, newReviewer, readCandidatePicture, readKey, recutCandidate, signConfirmation, splitCandidate, undoCandidate, withdrawCandidate, emptyDescription, type CandidateRecord,
} from '../index.ts';
import { candidateId, proposeCandidates } from './candidates.ts';
import { keepPicture } from './pictures.ts';

let folder: string;
let store: Store;
let picture: Picture;
const when = new Date('2026-11-25T12:00:00Z');
const as = (by: string, why = '', after?: number) => ({ by, qualification: null, why, when, after });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-review-'));
  store = await openMemoryStore(openWorkspace(folder));
  picture = drawPhantom({ patient: 1, lesions: 'opacities', width: 120, height: 100 });
  // A database takes a second to open, and a minute on a machine that is very busy.
}, 600_000);
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

let made = 0;
/** A candidate of its own for each test, as cut out of a figure. */
async function candidate(overrides: Partial<CandidateRecord> = {}, pixels = picture): Promise<string> {
  const kept = await keepPicture(store.workspace, pixels);
  const id = candidateId('test', made++);
  const record: CandidateRecord = {
    ...emptyDescription, name: '2020.01.01.20000001-p3-44.png', label: 'COVID', picture: kept, hounsfield: null, category: null, notes: [],
    origin: { kind: 'paper', paper: '2020.01.01.20000001', page: 3, xref: 44, figure: '1', panel: [10, 20, kept.width, kept.height], selected: true, reasons: [], scores: {} },
    ...overrides,
  };
  await store.transaction((db) => proposeCandidates(db, [{ id, record, reviewers: 1 }], as('importer')));
  return id;
}

describe('deciding', () => {
  it('keeps who, when and why, and the last decision counts', async () => {
    const id = await candidate();
    await decideCandidate(store, id, 'rejected', as('A', 'a radiograph'));
    const accepted = await decideCandidate(store, id, 'accepted', as('A'));
    expect(accepted).toMatchObject({ state: 'accepted', sequence: 3 });
    expect((await candidateHistory(store.db, id)).map(({ kind, by, why, at }) => [kind, by, why, at])).toEqual([
      ['proposed', 'importer', '', when], ['decided', 'A', 'a radiograph', when], ['decided', 'A', '', when],
    ]);
    expect(await getCandidate(store.db, id)).toEqual((await listCandidates(store.db, { states: ['accepted'] })).find((one) => one.id === id));
    expect(await undoCandidate(store, id, as('A', 'slip'))).toMatchObject({ state: 'rejected' });
    expect(await undoCandidate(store, id, as('A', 'slip'))).toMatchObject({ state: 'proposed' });
    await expect(undoCandidate(store, id, as('A'))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('refuses rejections without a reason, acceptance without a label, and a decision on what was changed meanwhile', async () => {
    const id = await candidate({ label: null });
    await expect(decideCandidate(store, id, 'rejected', as('A'))).rejects.toMatchObject({ code: 'USAGE' });
    await expect(decideCandidate(store, id, 'accepted', as('A'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await editCandidate(store, id, { label: 'NonCOVID' }, as('B'));
    await expect(decideCandidate(store, id, 'accepted', as('A', '', 1))).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await decideCandidate(store, id, 'accepted', as('A', '', 2))).toMatchObject({ state: 'accepted' });
    await expect(getCandidate(store.db, 'c-000000000000')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('asks two reviewers, finds their dispute, and lets a third settle it', async () => {
    const id = await candidate();
    await askReviewers(store, id, 2, as('A'));
    expect(await decideCandidate(store, id, 'accepted', as('A'))).toMatchObject({ state: 'proposed' });
    expect(await decideCandidate(store, id, 'accepted', as('A'))).toMatchObject({ state: 'proposed' });
    const [halfway, history] = [await getCandidate(store.db, id), await candidateHistory(store.db, id)];
    const seenByB = blindFor(halfway, history, 'B');
    expect(seenByB).toMatchObject({ hidden: 1, candidate: { votes: [] } });
    expect(seenByB.history.map(({ kind }) => kind)).toEqual(['proposed', 'asked']);
    expect(blindFor(halfway, history, 'A')).toEqual({ candidate: halfway, history, hidden: 0 });
    expect((await listCandidates(store.db, { undecidedBy: 'A' })).map((one) => one.id)).not.toContain(id);
    expect((await listCandidates(store.db, { undecidedBy: 'B' })).map((one) => one.id)).toContain(id);
    expect(await decideCandidate(store, id, 'rejected', as('B', 'no CT'))).toMatchObject({ state: 'disputed' });
    const settled = await decideCandidate(store, id, 'accepted', as('C', 'it is one'), true);
    expect(settled).toMatchObject({ state: 'accepted' });
    const [agreement] = agreementOf([settled]);
    expect(agreement).toMatchObject({ first: 'A', second: 'B', differing: [id], kappa: { items: 1, observed: 0 } });
  });

  it('sends back for work, and is proposed again once that is done', async () => {
    const id = await candidate();
    expect(await decideCandidate(store, id, 'needs work', as('A', 'whose lungs?'))).toMatchObject({ state: 'needs work' });
    expect(await editCandidate(store, id, { patient: 'Patient 3', age: '41', category: { scheme: 'CO-RADS', value: '5' } }, as('B'))).toMatchObject({ state: 'proposed', record: { patient: 'Patient 3', age: '41' } });
    await expect(editCandidate(store, id, { age: 'old' }, as('B'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(editCandidate(store, id, {}, as('B'))).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('the picture', () => {
  it('is cropped to the very pixels, which makes earlier decisions void, and back again', async () => {
    const id = await candidate();
    await decideCandidate(store, id, 'accepted', as('A'));
    const cropped = await cropCandidate(store, id, [5, 6, 50, 40], as('A'));
    expect(cropped).toMatchObject({ state: 'proposed', votes: [], record: { picture: { width: 50, height: 40 } } });
    const pixels = await readCandidatePicture(store.workspace, cropped.record.picture);
    expect(pixels.data[0]).toBe(picture.data[(6 * picture.width + 5) * picture.channels]);
    await expect(cropCandidate(store, id, [0, 0, 51, 40], as('A'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await undoCandidate(store, id, as('A'))).toMatchObject({ state: 'accepted', record: { picture: { width: 120 } } });
  });

  it('has its borders moved within the whole figure, outwards too; a panel is added beside it, and one that is none deleted', async () => {
    const figure = drawPhantom({ patient: 2, lesions: 'opacities', width: 300, height: 120 });
    const whole = await keepPicture(store.workspace, figure);
    const { sha256, width, height } = whole;
    const id = await candidate({ origin: { kind: 'paper', paper: 'p', page: 0, xref: 7, figure: '1', panel: [10, 5, 100, 100], whole: { sha256, width, height }, selected: true, reasons: [], scores: { chestCt: 1 } } });
    await decideCandidate(store, id, 'accepted', as('A'));
    const wider = await recutCandidate(store, id, [0, 0, 150, 120], as('A', 'it was cut too narrow'));
    expect(wider).toMatchObject({ state: 'proposed', votes: [], record: { picture: { width: 150, height: 120 }, origin: { panel: [0, 0, 150, 120], scores: { ctLike: expect.any(Number) as number } } } });
    const pixels = await readCandidatePicture(store.workspace, wider.record.picture);
    expect(pixels.data[149 * pixels.channels]).toBe(figure.data[149 * figure.channels]);
    // What is cropped next lies where it lies in the figure.
    expect(await cropCandidate(store, id, [20, 10, 100, 100], as('A'))).toMatchObject({ record: { origin: { panel: [20, 10, 100, 100] } } });
    await expect(recutCandidate(store, id, [200, 0, 101, 120], as('A'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const added = await addPanel(store, id, [150, 0, 150, 120], as('B'));
    expect(added).toMatchObject({ state: 'proposed', record: { origin: { panel: [150, 0, 150, 120] } } });
    expect(added.record.name).not.toBe(wider.record.name);
    await expect(addPanel(store, id, [150, 0, 150, 120], as('B'))).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await deletePanel(store, added.id, as('B'))).toMatchObject({ state: 'rejected', votes: [{ final: true, why: 'No panel: its box was deleted.' }] });
    expect(await undoCandidate(store, added.id, as('B'))).toMatchObject({ state: 'proposed' });
    await expect(recutCandidate(store, await candidate(), [0, 0, 10, 10], as('A'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('is split into parts that take its place, and merged again from them pixel for pixel', async () => {
    const id = await candidate();
    const parts = await splitCandidate(store, id, [[0, 0, 60, 100], [60, 0, 60, 100]], as('A'));
    expect(parts.map(({ record }) => record.name)).toEqual(['2020.01.01.20000001-p3-44%0.png', '2020.01.01.20000001-p3-44%1.png']);
    expect(parts[1]?.record.origin).toMatchObject({ panel: [70, 20, 60, 100] });
    expect(await getCandidate(store.db, id)).toMatchObject({ state: 'replaced', into: parts.map((part) => part.id) });
    await expect(decideCandidate(store, id, 'accepted', as('A'))).rejects.toMatchObject({ code: 'CONFLICT' });
    const whole = await mergeCandidates(store, parts.map((part) => part.id), as('A'));
    expect(await readCandidatePicture(store.workspace, whole.record.picture)).toEqual(picture);
    await undoCandidate(store, parts[0]?.id ?? '', as('A', 'no'));
    expect(await getCandidate(store.db, parts[1]?.id ?? '')).toMatchObject({ state: 'proposed' });
    expect(await getCandidate(store.db, whole.id)).toMatchObject({ state: 'withdrawn' });
  });

  it('comes back from a split, unless somebody worked on the parts', async () => {
    const id = await candidate();
    const parts = await splitCandidate(store, id, [[0, 0, 60, 100], [60, 0, 60, 100]], as('A'));
    await decideCandidate(store, parts[0]?.id ?? '', 'accepted', as('A'));
    await expect(undoCandidate(store, id, as('A'))).rejects.toMatchObject({ code: 'CONFLICT' });
    const other = await candidate();
    await splitCandidate(store, other, [[0, 0, 60, 100], [60, 0, 60, 100]], as('A'));
    expect(await undoCandidate(store, other, as('A'))).toMatchObject({ state: 'proposed' });
    await withdrawCandidate(store, other, as('whoever gave it', 'consent withdrawn'));
    await expect(decideCandidate(store, other, 'accepted', as('A'))).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(mergeCandidates(store, [id, await candidate({ origin: { kind: 'submission', submission: 's', contributor: 'c' } })], as('A'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('histories', () => {
  it('are chained, and come to the same however often they are read', async () => {
    expect(await verifyEvents(store.db, 'candidate/')).toEqual([]);
    for (const one of await listCandidates(store.db)) expect(foldCandidate(one.id, await candidateHistory(store.db, one.id))).toEqual(one);
  });

  it('are as they would be with only one writer, when two decide at once', async () => {
    const id = await candidate();
    const both = await Promise.allSettled(['A', 'B'].map((by) => decideCandidate(store, id, 'accepted', as(by, '', 1))));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a confirmation', () => {
  it('is signed by a reviewer’s key, and any change to it is found', async () => {
    const { reviewer, keyFile } = await newReviewer(store, { name: 'A. Reader', qualification: 'radiologist, 12 years' }, when, { passphrase: 'secret' });
    await expect(readKey(store.workspace, reviewer)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const key = await readKey(store.workspace, reviewer, { keyFile, passphrase: 'secret' });
    const hash = 'a'.repeat(64);
    const confirmation = signConfirmation(reviewer, key, 'I have seen these.', [hash, 'b'.repeat(64), hash], when);
    expect(confirmation.images).toHaveLength(2);
    expect(confirmationFaults(confirmation)).toEqual([]);
    await store.transaction((db) => keepConfirmation(db, confirmation));
    expect(await listConfirmations(store.db)).toEqual([confirmation]);
    const altered = [
      { ...confirmation, statement: 'I have seen all.' },
      { ...confirmation, images: ['c'.repeat(64)] },
      { ...confirmation, reviewer: { ...reviewer, qualification: 'professor' } },
      { ...confirmation, reviewer: { ...reviewer, id: 'r-000000000000' } },
      { ...confirmation, signature: Buffer.alloc(64).toString('base64') },
    ];
    for (const one of altered) expect(confirmationFaults(one)).toHaveLength(1);
    await expect(newReviewer(store, { name: 'B', qualification: 'x' }, when, { keyFile })).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    expect(() => signConfirmation(reviewer, key, 'nothing', [], when)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
