import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../base/index.ts';
import type { Release, ReleaseImage } from '../../release/index.ts';
import { changeCorrections, correctionsPath, decide, emptyCorrections, formatErrata, overlayOf, proposalsFrom, propose, readCorrections, statusOf } from './index.ts';

function image(id: string): ReleaseImage {
  const [label = '', name = ''] = id.split('/');
  const parts = { name, stem: undefined, page: undefined, xref: undefined, panels: [], figure: undefined, doi: undefined, extension: '.png' };
  return {
    id, name, label, splits: [], split: undefined, parts, paper: undefined, doi: undefined, patient: undefined,
    venue: 'unknown', metadata: undefined, licence: 'unknown', location: name, size: 1,
  };
}

function release(ids: readonly string[]): Release {
  return {
    name: 'made up', source: 'memory', layout: 'upstream', synthetic: true, labels: ['COVID', 'NonCOVID'], images: ids.map(image),
    lists: [], metadata: [], problems: [], claims: undefined,
    bytes: () => Promise.reject(new Error('no bytes')), picture: () => Promise.reject(new Error('no picture')), close: () => Promise.resolve(),
  };
}

const made = release(['COVID/a.png', 'COVID/b.png', 'COVID/same.png', 'NonCOVID/c.png', 'NonCOVID/same.png']);
const reader = { author: 'A reader', reason: 'the caption says control', when: new Date('2026-11-24T10:00:00Z') };

describe('propose and decide', () => {
  it('keeps every decision, and only accepted ones count', () => {
    const { file, added } = propose(emptyCorrections(made), made, [
      { action: 'quarantine', images: ['a.png'] },
      { action: 'relabel', images: ['c.png'], label: 'COVID' },
      { action: 'regroup', images: ['b.png', 'a.png'] },
    ], reader);
    expect(added).toHaveLength(3);
    expect(overlayOf(file).quarantined.size).toBe(0);
    const accepted = decide(file, added, 'accepted', reader);
    expect(overlayOf(accepted)).toEqual({
      quarantined: new Set(['COVID/a.png']),
      labels: new Map([['NonCOVID/c.png', 'COVID']]),
      groups: [['COVID/a.png', 'COVID/b.png']],
    });
    const rejected = decide(accepted, added.slice(0, 1), 'rejected', { ...reader, reason: 'looked again' });
    expect(overlayOf(rejected).quarantined.size).toBe(0);
    expect(rejected.corrections[0]?.history.map((step) => step.status)).toEqual(['proposed', 'accepted', 'rejected']);
    expect(rejected.corrections.map(statusOf)).toEqual(['rejected', 'accepted', 'accepted']);
    expect(formatErrata(rejected)).toContain('relabel as COVID');
    expect(formatErrata(rejected)).not.toContain('quarantine');
  });

  it('adds the same proposal once, whatever the order of its images', () => {
    const once = propose(emptyCorrections(made), made, [{ action: 'regroup', images: ['a.png', 'b.png'] }], reader);
    const twice = propose(once.file, made, [{ action: 'regroup', images: ['COVID/b.png', 'a.png'] }], reader);
    expect(twice.added).toEqual([]);
    expect(twice.file).toEqual(once.file);
  });

  it.each([
    [{ action: 'quarantine', images: ['nix.png'] } as const, 'NOT_FOUND'],
    [{ action: 'quarantine', images: ['same.png'] } as const, 'USAGE'],
    [{ action: 'relabel', images: ['a.png'], label: 'Flu' } as const, 'USAGE'],
    [{ action: 'regroup', images: ['a.png'] } as const, 'USAGE'],
  ])('refuses %j', (proposal, code) => {
    expect(() => propose(emptyCorrections(made), made, [proposal], reader)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses to decide on what is not there', () => {
    expect(() => decide(emptyCorrections(made), ['c-000000000000'], 'accepted', reader)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('makes proposals of suggestions, but none of those that only ask to look', () => {
    expect(proposalsFrom([
      { code: 'X', evidence: 'e', suggestion: { action: 'look', what: 'the caption' } },
      { code: 'Y', evidence: 'f', suggestion: { action: 'quarantine', images: ['a.png'] } },
    ])).toEqual([{ action: 'quarantine', images: ['a.png'], defect: { code: 'Y', evidence: 'f' } }]);
  });
});

describe('the overlay file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'covid-ct-corrections-'));
    path = correctionsPath(openWorkspace(folder), made);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('loses none of 20 changes made at once', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `n${i}.png`);
    const many = release(names.map((name) => `COVID/${name}`));
    await Promise.all(names.map((name) => changeCorrections(path, many, (file) => propose(file, many, [{ action: 'quarantine', images: [name] }], reader))));
    expect((await readCorrections(path, many)).corrections).toHaveLength(20);
  });

  it('refuses an overlay of another release, and one that was changed by hand', async () => {
    await changeCorrections(path, made, (file) => propose(file, made, [{ action: 'quarantine', images: ['a.png'] }], reader));
    await expect(readCorrections(path, release(['COVID/z.png']))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await writeFile(path, (await readFile(path, 'utf8')).replace('quarantine', 'delete'));
    await expect(readCorrections(path, made)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('takes over the lock of a killed process', async () => {
    const { hostname } = await import('node:os');
    await changeCorrections(path, made, (file) => ({ file }));
    await writeFile(`${path}.lock`, `999999999 ${hostname()}`);
    await expect(changeCorrections(path, made, (file) => ({ file }))).resolves.toBeDefined();
  });
});
