import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Overlay } from '../audit/index.ts';
import { CovidCtError } from '../base/index.ts';
import { openSample, type Release } from '../release/index.ts';
import { findEvidence } from './evidence.ts';

let keep: string;
let sample: Release;
beforeAll(async () => {
  keep = await mkdtemp(join(tmpdir(), 'covid-ct-evidence-'));
  sample = await openSample();
});
afterAll(async () => {
  await sample.close();
  await rm(keep, { recursive: true, force: true });
});

const overlay: Overlay = { quarantined: new Set(), labels: new Map(), groups: [] };

it('is looked for once for the same bytes, and anew for others', async () => {
  const small: Release = { ...sample, images: sample.images.slice(0, 24) };
  const found = await findEvidence(small, overlay, { keep });
  const [name = ''] = await readdir(keep);
  expect(name).toMatch(/^1-[0-9a-f]{64}\.json$/);
  expect(await findEvidence(small, overlay, { keep })).toEqual(found);
  // What is kept is what is used: planted, it comes back.
  const planted = small.images.slice(0, 2).map(({ id }) => id);
  await writeFile(join(keep, name), JSON.stringify({ ...(JSON.parse(await readFile(join(keep, name), 'utf8')) as object), duplicateGroups: [planted] }));
  expect((await findEvidence(small, overlay, { keep })).duplicates).toEqual([planted]);
  // The same names with other bytes, as many: nothing that was kept fits.
  const [first, second] = small.images;
  if (first === undefined || second === undefined) throw new Error('the sample is empty');
  const swapped: Release = { ...small, bytes: (image) => small.bytes(image === first ? second : image) };
  expect((await findEvidence(swapped, overlay, { keep })).duplicates).not.toEqual([planted]);
  expect(await readdir(keep)).toHaveLength(2);
}, 240_000);

it('is looked for again where what was kept is damaged', async () => {
  const few: Release = { ...sample, images: sample.images.slice(24, 36) };
  const folder = join(keep, 'damaged');
  const found = await findEvidence(few, overlay, { keep: folder });
  const [name = ''] = await readdir(folder);
  for (const damage of ['{"unreadable": [', '{"unreadable": 3}']) {
    await writeFile(join(folder, name), damage);
    expect(await findEvidence(few, overlay, { keep: folder })).toEqual(found);
  }
}, 240_000);

it('has an image whose bytes cannot be read among the unreadable ones', async () => {
  const few: Release = { ...sample, images: sample.images.slice(36, 48) };
  const [lost] = few.images;
  const cutOff = (): Promise<never> => Promise.reject(new CovidCtError('BAD_IMAGE', 'The file is cut off.'));
  const broken: Release = { ...few, bytes: (image) => (image === lost ? cutOff() : few.bytes(image)), picture: (image) => (image === lost ? cutOff() : few.picture(image)) };
  const expected = await findEvidence(broken, overlay, {});
  expect(expected.unreadable).toEqual([lost?.name]);
  expect(await findEvidence(broken, overlay, { keep: join(keep, 'broken') })).toEqual(expected);
}, 240_000);
