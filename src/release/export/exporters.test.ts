import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { legacyRequest, pictureRelease } from '../../../tests/support/picture-release.ts';
import { sha256 } from '../../base/index.ts';
import type { Release } from '../types.ts';
import { exportRelease, exporters, unescapeFormulaCell, type ExportRequest } from './index.ts';

let folder: string;
let release: Release;
let request: ExportRequest;
beforeAll(async () => {
  release = await pictureRelease();
  request = legacyRequest(release);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-export-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Every file below a folder with the hash of its bytes. */
async function listing(root: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashes = await Promise.all(files.map(async (file) => [file.slice(root.length + 1), sha256(await readFile(file))] as const));
  return new Map(hashes.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

describe.each(exporters.map((exporter) => exporter.name))('export %s', (format) => {
  it('writes the same bytes twice', async () => {
    await exportRelease(format, join(folder, 'one'), request);
    await exportRelease(format, join(folder, 'two'), request);
    expect(await listing(join(folder, 'two'))).toEqual(await listing(join(folder, 'one')));
  });

  it('repeats copyright, licence and citations, has all seven sections, and names what is left out', async () => {
    await exportRelease(format, join(folder, 'out'), request);
    const card = await readFile(join(folder, 'out', 'README.md'), 'utf8');
    expect(card).toContain("Copyright stays with the authors and publishers of the image's paper");
    expect(card).toContain('licence is unknown');
    for (const section of ['Motivation', 'Composition', 'Collection process', 'Preprocessing, cleaning, labeling', 'Uses', 'Distribution', 'Maintenance']) {
      expect(card).toContain(`\n## ${section}\n`);
    }
    const bib = await readFile(join(folder, 'out', 'CITATION.bib'), 'utf8');
    expect(bib).toContain('@misc{zhao2020covidct');
    expect(bib).toContain('doi = {10.1101/2020.02.11.20021493}');
    const rows: string[][] = parse(await readFile(join(folder, 'out', 'left-out.csv'), 'utf8'));
    expect(rows.slice(1).map((row) => row[0])).toEqual(['COVID/in none.png', 'NonCOVID/in none.png']);
  });

  it('leaves nothing behind when a file cannot be read, or when it is interrupted', async () => {
    const last = request.images.at(-1)?.image;
    const broken: Release = { ...release, bytes: (image) => (image === last ? Promise.reject(new Error('the disk is gone')) : release.bytes(image)) };
    await expect(exportRelease(format, join(folder, 'out'), { ...request, release: broken })).rejects.toThrow('the disk is gone');
    await expect(exportRelease(format, join(folder, 'out'), request, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('touches no folder that holds something', async () => {
    await writeFile(join(folder, 'mine.txt'), 'mine');
    await expect(exportRelease(format, folder, request)).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    expect(await readdir(folder)).toEqual(['mine.txt']);
  });
});

describe('what exports hold', () => {
  it('csv: every cell comes back, and none is run by a spreadsheet', async () => {
    await exportRelease('csv', join(folder, 'out'), request);
    const rows: Record<string, string>[] = parse(await readFile(join(folder, 'out', 'images.csv'), 'utf8'), { columns: true });
    expect(rows.flatMap((row) => Object.values(row)).filter((value) => /^[=+\-@\t\r]/.test(value))).toEqual([]);
    expect(rows).toHaveLength(request.images.length);
    for (const [i, { image }] of request.images.entries()) {
      const row = rows[i];
      expect(unescapeFormulaCell(row?.['name'] ?? '')).toBe(image.name);
      expect(unescapeFormulaCell(row?.['location'] ?? '')).toBe(image.metadata?.location.raw ?? '');
      const bytes = await readFile(join(folder, 'out', row?.['image'] ?? ''));
      expect(Buffer.compare(bytes, await release.bytes(image))).toBe(0);
    }
  });

  it('parquet: bytes, labels and records', async () => {
    await exportRelease('parquet', join(folder, 'out'), request);
    for (const split of request.splits) {
      const wanted = request.images.filter((entry) => entry.split === split);
      const file = await asyncBufferFromFile(join(folder, 'out', `data/${split}-00000-of-00001.parquet`));
      const rows = await parquetReadObjects({ file, utf8: false });
      expect(rows.map((row) => [row['id'], row['label_name'], row['label']])).toEqual(wanted.map(({ image, label }) => [image.id, label, BigInt(release.labels.indexOf(label))]));
      for (const [i, { image }] of wanted.entries()) expect(rows[i]?.['sha256']).toBe(sha256(await release.bytes(image)));
      for (const row of rows) expect(sha256((row['image'] as { bytes: Uint8Array }).bytes)).toBe(row['sha256']);
    }
  });

  it('imagefolder refuses two images at one path instead of losing one', async () => {
    const [a, b] = request.images;
    if (a === undefined || b === undefined) throw new RangeError('the made release has images');
    const clash = { ...request, images: [a, { ...b, image: { ...b.image, name: a.image.name }, label: a.label, split: a.split }] };
    await expect(exportRelease('imagefolder', join(folder, 'out'), clash)).rejects.toMatchObject({ code: 'BAD_RELEASE' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a format that is not there', async () => {
    await expect(exportRelease('tfrecord', join(folder, 'out'), request)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
