import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bareImage, bareRelease } from '../../../tests/support/bare-release.ts';
import { writeMadeExtraction } from '../../../tests/support/made-extraction.ts';
import { openWorkspace } from '../../base/index.ts';
import { drawPhantom } from '../../imaging/index.ts';
import { encodeJpeg, encodePng } from '../../imaging/node.ts';
import { openMemoryStore, type Store } from '../../store/index.ts';
import { checkCandidates, importExtraction, readCheckFacts, recordRetraction } from '../index.ts';

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-check-'));
  store = await openMemoryStore(openWorkspace(folder));
  // A database takes a second to open, and a minute on a machine that is very busy.
}, 600_000);
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

it('warns of copies of the release’s images, byte for byte and recompressed, of papers that it has and of retracted ones', async () => {
  const actor = { by: 'A', qualification: null, why: 'by its publisher', when: new Date('2026-11-25T12:00:00Z') };
  // Panels 0, 1 and 2 are the phantoms of patients 1, 2 and 3.
  const made = await writeMadeExtraction(join(folder, 'made'), 3);
  await importExtraction(store, made, join(folder, 'made'), actor);
  const phantom = (patient: number) => drawPhantom({ patient, lesions: 'opacities', width: 160, height: 140 });
  const bytes = new Map([['COVID/same.png', await encodePng(phantom(1))], ['COVID/recompressed.jpg', await encodeJpeg(phantom(2), 80)], ['NonCOVID/other.png', await encodePng(phantom(40))]]);
  const release = bareRelease([bareImage({ id: 'COVID/same.png', doi: '10.1101/2020.01.02.20000002' }), bareImage({ id: 'COVID/recompressed.jpg' }), bareImage({ id: 'NonCOVID/other.png' })], {}, bytes);
  await recordRetraction(store.db, '10.1101/2020.01.02.20000002', actor);
  const checked = await checkCandidates(store.workspace, release, await readCheckFacts(store.db));
  const copies = new Map(checked.map((one) => [one.picture, one.copies]));
  const [first, second, third] = made.candidates.map(({ sha256 }) => sha256);
  expect(copies.get(first ?? '')).toEqual(expect.arrayContaining([{ id: 'COVID/same.png', kind: 'same bytes', detail: null }]));
  expect(copies.get(second ?? '')).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'COVID/recompressed.jpg', kind: 'duplicate' })]));
  expect((copies.get(third ?? '') ?? []).filter(({ kind }) => kind !== 'adjacent')).toEqual([]);
  expect(checked.every(({ knownDoi, retracted, withdrawn }) => knownDoi === '10.1101/2020.01.02.20000002' && retracted === 'by its publisher' && !withdrawn)).toBe(true);
}, 300_000);
