import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../base/index.ts';
import { drawPhantom } from '../../imaging/index.ts';
import { encodePng } from '../../imaging/node.ts';
import { candidateHistory, getCandidate } from '../../curation/index.ts';
import type { Extraction } from '../../papers/index.ts';
import { openMemoryStore, type Store } from '../../store/index.ts';
import { writeMadeExtraction } from '../../../tests/support/made-extraction.ts';
import { openPaperInbox, safePdfName } from './inbox.ts';
import { correctPanels, picturesOf } from './panels.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-inbox-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the inbox', () => {
  it('gives names that are one part of a path, no option, and end as PDFs do', () => {
    expect(['../../etc/passwd', '-rf.pdf', '', '2020.02.17.20024018.pdf', 'a<b>\u0000.PDF', '...', 'Paper (1).pdf'].map(safePdfName)).toEqual(['_.._etc_passwd.pdf', 'rf.pdf', 'paper.pdf', '2020.02.17.20024018.pdf', 'a_b__.pdf', 'paper.pdf', 'Paper (1).pdf']);
  });

  it('keeps a PDF once, and forgets it with what was found', async () => {
    const inbox = openPaperInbox(openWorkspace(folder));
    const bytes = Uint8Array.from([37, 80, 68, 70]);
    const paper = await inbox.add('x.pdf', bytes, new Date('2026-11-25T10:00:00Z'));
    expect(await inbox.add('y.pdf', bytes, new Date())).toEqual(paper);
    expect(Uint8Array.from(await readFile(paper.path))).toEqual(bytes);
    expect(await inbox.extraction(paper)).toBeUndefined();
    await writeMadeExtraction(paper.found, 2);
    expect((await inbox.extraction(paper))?.candidates).toHaveLength(2);
    expect(await inbox.list()).toEqual([paper]);
    // What a kill left before its record was written is no paper.
    await rm(join(paper.path, '..', 'paper.json'));
    expect(await inbox.list()).toEqual([]);
    await writeFile(join(paper.path, '..', 'paper.json'), JSON.stringify({ fileName: 'x.pdf', bytes: 4, received: paper.received }));
    await inbox.remove(paper.id);
    await expect(inbox.get(paper.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(inbox.get('../x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }, 300_000);
});

describe('panels of a paper', () => {
  let store: Store;
  let extraction: Extraction;
  beforeAll(async () => {
    store = await openMemoryStore(openWorkspace(folder));
    const figure = drawPhantom({ patient: 5, lesions: 'opacities', width: 320, height: 140 });
    const whole = { sha256: await store.workspace.objects.put(await encodePng(figure)), width: 320, height: 140 };
    const made = await writeMadeExtraction(join(folder, 'made'), 2);
    extraction = { ...made, candidates: made.candidates.map((candidate) => ({ ...candidate, whole })) };
    // A database takes a second to open, and a minute on a machine that is very busy.
  }, 600_000);
  afterAll(() => store.close());

  it('become candidates once a box is corrected, each correction kept in its history', async () => {
    const actor = { by: 'A', qualification: null, why: '', when: new Date('2026-11-25T12:00:00Z') };
    const [picture] = picturesOf(extraction, []);
    const [first, second] = picture?.panels ?? [];
    expect(picture?.panels.map(({ candidate }) => candidate)).toEqual([undefined, undefined]);
    const made = join(folder, 'made');
    const [moved] = await correctPanels(store, extraction, made, { action: 'recut', panel: first?.id ?? '', box: [0, 0, 150, 140] }, actor);
    expect(moved).toMatchObject({ id: first?.id, record: { origin: { panel: [0, 0, 150, 140] } } });
    expect(await getCandidate(store.db, second?.id ?? '')).toMatchObject({ state: 'proposed' });
    expect((await candidateHistory(store.db, first?.id ?? '')).map(({ kind }) => kind)).toEqual(['proposed', 'recut']);
    const [drawn] = await correctPanels(store, extraction, made, { action: 'add', whole: picture?.whole.sha256 ?? '', box: [150, 0, 10, 140] }, actor);
    expect(picturesOf(extraction, [await getCandidate(store.db, drawn?.id ?? ''), await getCandidate(store.db, first?.id ?? '')])[0]?.panels).toHaveLength(3);
    await correctPanels(store, extraction, made, { action: 'delete', panel: drawn?.id ?? '' }, actor);
    expect(await getCandidate(store.db, drawn?.id ?? '')).toMatchObject({ state: 'rejected' });
    const [back] = await correctPanels(store, extraction, made, { action: 'undo', panel: first?.id ?? '' }, actor);
    expect(back).toMatchObject({ record: { origin: { panel: first?.extracted?.panel } } });
    await expect(correctPanels(store, extraction, made, { action: 'delete', panel: 'c-000000000000' }, actor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }, 300_000);
});
