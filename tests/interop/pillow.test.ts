import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { sha256 } from '../../src/base/index.ts';
import { readPictureHeader, resize, toGray, toRgb } from '../../src/imaging/index.ts';
import { decodePicture } from '../../src/imaging/node.ts';
import { openZipFileTree } from '../../src/release/index.ts';
import { describeReal, realPath } from '../support/real-release.ts';

const python = process.env['COVID_CT_PYTHON'] ?? fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const script = fileURLToPath(new URL('read_pictures.py', import.meta.url));

const pillowSchema = z.array(
  z.object({
    name: z.string(),
    format: z.string(),
    mode: z.string(),
    size: z.tuple([z.int(), z.int()]),
    pixels: z.string(),
    gray: z.string(),
    file: z.string().optional(),
    bilinear: z.string().optional(),
    bicubic: z.string().optional(),
  }),
);

describeReal('every picture of the real release, beside Pillow', ['release'], () => {
  const zips = ['COVID', 'NonCOVID'].map((label) => `${realPath('release')}/Images-processed/CT_${label}.zip`);
  let folder: string;
  let pillow: z.infer<typeof pillowSchema>;
  const files = new Map<string, Uint8Array>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'covid-ct-pillow-'));
    const { stdout } = await promisify(execFile)(python, [script, folder, ...zips], { maxBuffer: 1 << 28 });
    pillow = pillowSchema.parse(JSON.parse(stdout));
    for (const zip of zips) {
      const tree = await openZipFileTree(zip);
      for (const entry of tree.entries) files.set(entry.path, await tree.read(entry.path));
      await tree.close();
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const bytesOf = (name: string): Uint8Array => files.get(name) ?? new Uint8Array();

  it('headers: format, mode and size, 746 of them in less than 100 ms', () => {
    const started = performance.now();
    const headers = pillow.map(({ name }) => readPictureHeader(bytesOf(name)));
    expect(performance.now() - started).toBeLessThan(100);
    expect(headers.map(({ format, mode, width, height }) => [format, mode, width, height])).toEqual(pillow.map(({ format, mode, size }) => [format, mode, ...size]));
    expect(pillow).toHaveLength(746);
  });

  it('PNG: the same samples, the same gray, and the same after each filter', async () => {
    const wrong: string[] = [];
    for (const theirs of pillow.filter(({ format }) => format === 'png')) {
      const picture = await decodePicture(bytesOf(theirs.name));
      const rgb = toRgb(picture);
      const filtered = (['bilinear', 'bicubic'] as const).map((filter) => sha256(resize(rgb, 224, 224, filter).data) === theirs[filter]);
      if (sha256(picture.data) !== theirs.pixels || sha256(toGray(picture).data) !== theirs.gray || filtered.includes(false)) wrong.push(theirs.name);
    }
    expect(wrong).toEqual([]);
  });

  it('JPEG: gray within one level', async () => {
    const wrong: string[] = [];
    for (const theirs of pillow.filter(({ file }) => file !== undefined)) {
      const gray = toGray(await decodePicture(bytesOf(theirs.name))).data;
      const expected = await readFile(join(folder, theirs.file ?? ''));
      const far = gray.some((value, i) => Math.abs(value - (expected[i] ?? 999)) > 1);
      if (gray.length !== expected.length || far) wrong.push(theirs.name);
    }
    expect(wrong).toEqual([]);
  });
});
