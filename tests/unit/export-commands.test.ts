import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeFileAtomic } from '../../src/base/index.ts';
import { main } from '../../src/cli/main.ts';
import { drawSample } from '../../src/release/index.ts';

let folder: string;
let release: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-commands-'));
  // Drawn once and kept: drawing the sample anew in every process would take most of the time.
  release = join(folder, 'release');
  for (const [path, bytes] of (await drawSample()).files) await writeFileAtomic(join(release, path), bytes);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the command line on the sample's files, in this process: starting one each time would take most of the time. */
function run(...args: readonly string[]) {
  return runOn(release, ...args);
}

async function runOn(source: string, ...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const written = { out: '', err: '' };
  const keep = (name: keyof typeof written) => (chunk: string | Uint8Array) => {
    written[name] += String(chunk);
    return true;
  };
  const spies = [vi.spyOn(process.stdout, 'write').mockImplementation(keep('out')), vi.spyOn(process.stderr, 'write').mockImplementation(keep('err'))];
  try {
    const code = await main([...args, '--release', source, '--workspace', join(folder, 'workspace')]);
    return { code, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('split, export, card and cite on the sample', () => {
  it('split: the legacy track exits 0, though groups straddle: its document says which', async () => {
    const { code, out } = await run('split', '--track', 'legacy', '--json');
    expect(code).toBe(0);
    const document: unknown = JSON.parse(out);
    expect(document).toMatchObject({ format: 'covid-ct split 1', track: 'legacy', seed: null, proof: { holds: false, complete: true } });
  });

  it('split --out: the six lists, and nothing at a place that is taken', async () => {
    const target = join(folder, 'legacy');
    expect((await run('split', '--track', 'legacy', '--out', target)).code).toBe(0);
    expect((await readdir(join(target, 'Data-split'), { recursive: true })).filter((path) => path.endsWith('.txt'))).toHaveLength(6);
    expect((await run('split', '--track', 'legacy', '--out', join(folder, 'Data-split'))).code).toBe(0);
    expect(await readdir(join(folder, 'Data-split'))).toEqual(['COVID', 'NonCOVID']);
    const again = await run('split', '--track', 'legacy', '--out', target);
    expect(again.code).toBe(3);
    expect(again.err).toContain('is not empty');
  });

  it('export: one document on stdout, the whole folder on disk', async () => {
    const target = join(folder, 'csv');
    const { code, out } = await run('export', 'csv', '--out', target, '--json');
    expect(code).toBe(0);
    const { images } = JSON.parse(out) as { images: number };
    const table = await readFile(join(target, 'images.csv'), 'utf8');
    expect(table.match(/^images\//gm)).toHaveLength(images);
    expect((await readdir(target)).toSorted()).toEqual(['CITATION.bib', 'README.md', 'images', 'images.csv', 'left-out.csv']);
  });

  it('card: says that the sample is synthetic', async () => {
    const target = join(folder, 'CARD.md');
    const { code, out } = await runOn('sample', 'card', '--out', target, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ synthetic: true, out: target });
    expect(await readFile(target, 'utf8')).toContain('**This is the synthetic sample');
  });

  it.each([
    [['cite', 'nix.png'], 3],
    [['export', 'tfrecord', '--out', 'x'], 2],
    [['export', 'csv'], 2],
    [['split', '--track', 'legacy', '--folds', '5'], 2],
    [['split', '--track', 'legacy', '--audit', 'nix.json'], 3],
    [['split', '--seed', '1.5'], 2],
  ] as const)('%j exits %i with a sentence and a hint', async (args, exitCode) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([exitCode, '']);
    expect(err).toMatch(/^covid-ct: .+\n {2}\S/);
    expect(err).not.toContain('    at ');
  });

  it('cite: BibTeX of the data set and of the papers', async () => {
    const { code, out } = await run('cite', '--format', 'bibtex');
    expect(code).toBe(0);
    expect(out).toMatch(/^@misc\{zhao2020covidct,/);
  });
});
