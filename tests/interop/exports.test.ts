import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sha256 } from '../../src/base/index.ts';
import { exportRelease, openRelease, openSample, type ExportRequest } from '../../src/release/index.ts';
import { legacyRequest, pictureRelease } from '../support/picture-release.ts';
import { describeReal, realPath } from '../support/real-release.ts';

const python = process.env['COVID_CT_PYTHON'] ?? fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const script = fileURLToPath(new URL('read_exports.py', import.meta.url));

const recordSchema = z.looseObject({ id: z.string(), label: z.string(), split: z.string(), pixels: z.string(), bytes: z.string().optional(), sha256: z.string().optional(), hf_split: z.string().optional() });
const documentSchema = z.object({
  records: z.array(recordSchema),
  errors: z.array(z.string()).optional(),
  warnings: z.array(z.string()).optional(),
  conformsTo: z.string().optional(),
  biases: z.array(z.string()).optional(),
  pandas: z.array(z.object({ id: z.string(), bytes: z.string(), path: z.string(), label: z.string(), split: z.string() })).optional(),
  torchvision: z.array(z.tuple([z.string(), z.string(), z.string()])).optional(),
  risky: z.array(z.string()).optional(),
  workbook: z.array(z.array(z.string())).optional(),
  formulas: z.array(z.string()).optional(),
});
type Document = z.infer<typeof documentSchema>;

/** What Python's tools see in an export. */
async function readWithPython(format: string, folder: string): Promise<Document> {
  const { stdout } = await promisify(execFile)(python, [script, format, folder], { maxBuffer: 1 << 28 });
  return documentSchema.parse(JSON.parse(stdout));
}

/** What the release itself says: id, label, split and hash of the bytes. */
async function expected(request: ExportRequest): Promise<string[][]> {
  const rows: string[][] = [];
  for (const { image, label, split } of request.images) rows.push([image.id, label, split, sha256(await request.release.bytes(image))]);
  return rows;
}

const asRows = (document: Document, hash: 'bytes' | 'sha256') => document.records.map((record) => [record.id, record.label, record.split, record[hash] ?? '']);

/** The records without some fields. */
const without = (document: Document, ...names: readonly string[]) =>
  document.records.map((record) => Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name))));

/** One suite for every release: all formats, opened by other people's tools, hold what the release holds. */
function suite(open: () => Promise<ExportRequest>): void {
  let folder: string;
  let request: ExportRequest;
  let rows: string[][];
  let fromCsv: Document;
  const read = async (format: string): Promise<Document> => {
    await exportRelease(format, join(folder, format), request);
    return readWithPython(format, join(folder, format));
  };
  beforeAll(async () => {
    expect(existsSync(python), 'no Python with the tools: run scripts/python-env.sh').toBe(true);
    folder = await mkdtemp(join(tmpdir(), 'covid-ct-interop-'));
    request = await open();
    rows = await expected(request);
    fromCsv = await read('csv');
  });
  afterAll(async () => {
    await request.release.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('csv: pandas and Pillow read every image, label and split; no cell runs', () => {
    expect(asRows(fromCsv, 'bytes')).toEqual(rows);
    expect(asRows(fromCsv, 'sha256')).toEqual(rows);
    expect(fromCsv.risky).toEqual([]);
  });

  it('croissant: mlcroissant finds no error, and reads every picture with its fields', async () => {
    const document = await read('croissant');
    expect(document.errors).toEqual([]);
    expect(document.conformsTo).toBe('http://mlcommons.org/croissant/1.1');
    expect(document.biases?.length).toBeGreaterThan(0);
    expect(asRows(document, 'sha256')).toEqual(rows);
    // Every field, and the decoded pixels, are what the CSV export holds.
    expect(document.records).toEqual(without(fromCsv, 'bytes'));
  });

  it('parquet: datasets gives pictures and class labels, pandas the same bytes', async () => {
    const document = await read('parquet');
    expect(asRows(document, 'bytes')).toEqual(rows);
    expect(document.records.map(({ hf_split: split }) => split)).toEqual(rows.map((row) => row[2]));
    expect(without(document, 'hf_split', 'label_name')).toEqual(fromCsv.records);
    expect(document.pandas?.map(({ id, label, split, bytes }) => [id, label, split, bytes])).toEqual(rows);
    expect(document.pandas?.map(({ path }) => path)).toEqual(request.images.map(({ image }) => image.name));
  });

  it('imagefolder: datasets and torchvision find every image under its label', async () => {
    const document = await read('imagefolder');
    expect(asRows(document, 'bytes')).toEqual(rows);
    expect(document.records.map(({ hf_split: split }) => (split === 'validation' ? 'val' : split))).toEqual(rows.map((row) => row[2]));
    expect(without(document, 'hf_split')).toEqual(fromCsv.records);
    expect(document.torchvision?.map((sample) => sample.join('/')).toSorted()).toEqual(request.images.map(({ image, label, split }) => `${split}/${label}/${image.name}`).toSorted());
  });

  it('upstream: zipfile, openpyxl and plain lists give what was published, and no cell is a formula', async () => {
    const document = await read('upstream');
    const hashes = new Map(rows.map((row) => [row[0], row[3]]));
    const listed = request.release.lists.flatMap((list) => [...new Set(list.names)].map((name) => [`${list.label}/${name}`, list.label, list.split]));
    const there = listed.filter(([id]) => hashes.has(id));
    expect(asRows(document, 'bytes')).toEqual(there.map(([id, label, split]) => [id, label, split, hashes.get(id) ?? '']).toSorted((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1)));
    expect(document.formulas).toEqual([]);
    const metadata = request.release.metadata.filter((row) => row.file === 'COVID-CT-MetaInfo.xlsx');
    // XML readers turn CR LF into LF, in the published workbook as in this one.
    const cells = metadata.map((row) => [row.imageName, row.patient, row.age, row.sex, row.location, row.history, row.time, row.severity, row.otherDiseases, row.doi, row.captions].map((cell) => cell.raw.replaceAll('\r\n', '\n')));
    expect(metadata.map((row) => document.workbook?.[row.row - 1]?.slice(0, 11))).toEqual(cells);
  });
}

describe('a made release with hostile names and cells', () => {
  suite(async () => legacyRequest(await pictureRelease()));
});

describe('the synthetic sample', () => {
  suite(async () => legacyRequest(await openSample()));
});

describeReal('the real release', ['release'], () => {
  suite(async () => legacyRequest(await openRelease(realPath('release'))));
});
