import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bareImage, bareRelease } from '../../tests/support/bare-release.ts';
import { auditNotice } from '../audit/index.ts';
import {
  cleanFolds, cleanTrack, confoundNote, dataSplitFiles, evidenceFromAudit, legacyTrack, noEvidence, proofLines, tablesOf, trackDocument, writeDataSplit,
} from './index.ts';

const images = Array.from({ length: 40 }, (_, i) =>
  bareImage({
    id: `${i % 2 === 0 ? 'COVID' : 'NonCOVID'}/i${i}%1.png`,
    splits: [(['train', 'val', 'test'] as const)[i % 3] ?? 'train'],
    patient: `Patient ${i >> 1}-${i % 2}`,
    venue: i % 4 === 0 ? 'medRxiv' : 'unknown',
  }),
);
const release = bareRelease(images);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('Data-split', () => {
  it('of the legacy track is the published lists, byte for byte, whatever is odd in them', async () => {
    const odd = { path: 'Data-split/COVID/trainCT_COVID.txt', label: 'COVID', split: 'train', names: ['a.png'], bytes: new TextEncoder().encode('\ufeffa.png \r\n\r\nmissing.png') } as const;
    const published = { ...release, lists: [odd, ...release.lists.slice(1)] };
    const folder = await mkdtemp(join(tmpdir(), 'covid-ct-split-'));
    try {
      await writeDataSplit(published, legacyTrack(published), join(folder, 'Data-split'));
      for (const list of published.lists) expect(Buffer.compare(await readFile(join(folder, list.path)), list.bytes)).toBe(0);
      expect(await readdir(join(folder, 'Data-split', 'COVID'))).toHaveLength(3);
      await expect(writeDataSplit(published, legacyTrack(published), join(folder, 'Data-split'))).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('of the clean track names every image once', () => {
    const files = dataSplitFiles(release, cleanTrack(release));
    expect(files.map(({ path }) => path).toSorted()).toEqual(['COVID', 'NonCOVID'].flatMap((label) => ['test', 'train', 'val'].map((split) => `${label}/${split}CT_${label}.txt`)));
    const names = files.flatMap(({ bytes }) => text(bytes).trimEnd().split('\n'));
    expect(names.toSorted()).toEqual(images.map(({ name }) => name).toSorted());
  });

  it('of folds tests every image in exactly one fold, and never trains on it there', () => {
    const files = dataSplitFiles(release, cleanFolds(release, noEvidence, 5));
    const names = (filter: (path: string) => boolean) => files.filter(({ path }) => filter(path)).flatMap(({ bytes }) => text(bytes).split('\n').filter((name) => name !== ''));
    expect(names((path) => path.includes('/testCT_')).toSorted()).toEqual(images.map(({ name }) => name).toSorted());
    for (const fold of [1, 2, 3, 4, 5]) expect(names((path) => path.startsWith(`fold-${fold}/`)).toSorted()).toEqual(images.map(({ name }) => name).toSorted());
  });

  it('refuses two equal names under one label', () => {
    const clash = bareRelease([bareImage({ id: 'COVID/x.png' }), bareImage({ id: 'NonCOVID/x.png' }), bareImage({ id: 'COVID/y.png' })]);
    const track = cleanTrack(clash, { ...noEvidence, overlay: { ...noEvidence.overlay, labels: new Map([['NonCOVID/x.png', 'COVID']]), quarantined: new Set() } });
    const together = { ...track, images: track.images.map((entry) => ({ ...entry, part: 'train' })) };
    expect(() => dataSplitFiles(clash, together)).toThrow(expect.objectContaining({ code: 'BAD_RELEASE' }));
  });
});

describe('tables, proof and document', () => {
  const track = cleanTrack(release);
  it('every table says what the clean track does not remove, and counts every image', () => {
    const tables = tablesOf(track);
    expect(tables.every((table) => table.note === confoundNote)).toBe(true);
    expect(tables[0]?.rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(images.length);
    const byVenue = tables[1]?.rows.flatMap((row) => row.slice(2).map((cell) => Number(String(cell).split(' ')[0]))) ?? [];
    expect(byVenue.reduce((sum, count) => sum + count, 0)).toBe(images.length);
  });

  it('says in words and in JSON whether the proof holds', () => {
    expect(proofLines(track).at(-1)).toBe('Proof: no group straddles.');
    const shared = bareRelease(images.map((image) => ({ ...image, patient: 'Patient 1' })));
    expect(proofLines(legacyTrack(shared)).join('\n')).toContain('patients: 1, 1 with two images or more, 1 IN TWO PARTS OR MORE: Patient 1 (train, val, test)');
    expect(JSON.parse(JSON.stringify(trackDocument(release, track, '1')))).toMatchObject({ track: 'clean', seed: 1, proof: { holds: true }, note: confoundNote });
  });
});

describe('evidence from an audit.json', () => {
  const audit = {
    format: 'covid-ct audit 1', version: '1', notice: auditNotice, seed: 1, seconds: 1, defects: [],
    release: { name: release.name, layout: 'upstream', synthetic: true, labels: ['COVID', 'NonCOVID'], images: images.length },
    checks: [{ check: 'duplicates', title: 't', defects: 0, seconds: 0, tables: [] }],
    duplicateGroups: [['i0%1.png', 'i1%1.png']],
  };
  const overlay = noEvidence.overlay;
  it('gives its duplicate groups', () => {
    expect(evidenceFromAudit(release, audit, overlay, 'audit.json').duplicates).toEqual([['i0%1.png', 'i1%1.png']]);
  });
  it.each([
    [{ ...audit, checks: [] }, 'BAD_INPUT'],
    [{ ...audit, release: { ...audit.release, images: 3 } }, 'BAD_INPUT'],
    [{ ...audit, duplicateGroups: [['nix.png', 'i1%1.png']] }, 'NOT_FOUND'],
    [{ format: 'something else' }, 'BAD_INPUT'],
  ])('refuses one that cannot be used (%#)', (document, code) => {
    expect(() => evidenceFromAudit(release, document, overlay, 'audit.json')).toThrow(expect.objectContaining({ code }));
  });
});
