import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { luma, toRgb, type Picture } from '../../src/imaging/index.ts';
import { isRefusal, openPdf, pdfReaders, type EmbeddedPicture } from '../../src/papers/index.ts';
import { describeReal, realPath } from '../support/real-release.ts';

const python = process.env['COVID_CT_PYTHON'] ?? fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const script = fileURLToPath(new URL('read_papers.py', import.meta.url));

const schema = z.object({
  pictures: z.array(z.object({ paper: z.string(), page: z.int(), object: z.int(), width: z.int(), height: z.int(), space: z.string(), filter: z.string(), samples: z.string().optional() })),
});

/** Of the differences between two pictures' samples: the largest, the largest in gray, and the share of pixels that differ by more than 2 in gray. */
function compare(picture: Picture, samples: Uint8Array): { readonly largest: number; readonly gray: number; readonly share: number } {
  const { data } = toRgb(picture);
  let largest = 0;
  let gray = 0;
  let over = 0;
  for (let i = 0; i < data.length; i += 3) {
    const [r = 0, g = 0, b = 0] = data.subarray(i, i + 3);
    const [r2 = 0, g2 = 0, b2 = 0] = samples.subarray(i, i + 3);
    largest = Math.max(largest, Math.abs(r - r2), Math.abs(g - g2), Math.abs(b - b2));
    const difference = Math.abs(luma(r, g, b) - luma(r2, g2, b2));
    gray = Math.max(gray, difference);
    if (difference > 2) over += 1;
  }
  return { largest, gray, share: over / (data.length / 3) };
}

describeReal('pictures embedded in the seven papers, beside PyMuPDF', ['papers'], () => {
  let folder: string;
  let listed: z.infer<typeof schema>['pictures'];
  const ours = new Map<string, readonly (EmbeddedPicture & { readonly page: number })[]>();
  const papers = (): Promise<string[]> => readdir(realPath('papers'));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'covid-ct-papers-'));
    const paths = (await papers()).map((name) => join(realPath('papers'), name));
    const { stdout } = await promisify(execFile)(python, [script, folder, ...paths], { maxBuffer: 1 << 28 });
    listed = schema.parse(JSON.parse(stdout)).pictures;
    for (const name of await papers()) {
      const document = await openPdf(Uint8Array.from(await readFile(join(realPath('papers'), name))));
      if (isRefusal(document)) throw new Error(`${name}: ${document.message}`);
      const found = [];
      for (let page = 1; page <= document.pageCount; page++) for (const picture of (await document.page(page)).pictures) found.push({ ...picture, page });
      await document.close();
      ours.set(name, found);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are the same list: paper, page, object number and size', () => {
    const key = (paper: string, page: number, object: number | undefined, width?: number, height?: number): string => `${paper} ${page} ${object} ${width}x${height}`;
    const found = [...ours].flatMap(([paper, pictures]) => pictures.filter(({ kind }) => kind === 'picture').map(({ page, object, pixels }) => key(paper, page, object, pixels?.width, pixels?.height)));
    // PyMuPDF lists stencils too, which have no colour space; pdf.js does not tell their numbers, and figures have no use for them.
    const theirs = listed.filter(({ space }) => space !== '').map(({ paper, page, object, width, height }) => key(paper, page, object, width, height));
    expect(found.toSorted()).toEqual(theirs.toSorted());
    expect(found.length).toBe(48);
    const stencils = (list: readonly { readonly paper: string; readonly page: number }[]): string[] => [...new Set(list.map(({ paper, page }) => `${paper} ${page}`))].toSorted();
    expect(stencils([...ours].flatMap(([paper, pictures]) => pictures.flatMap(({ kind, page }) => (kind === 'stencil' ? [{ paper, page }] : []))))).toEqual(stencils(listed.filter(({ space }) => space === '')));
  });

  it('have the same pixels, but for colour that JPEG keeps coarsely and for CMYK', async () => {
    const coarse: string[] = [];
    for (const { paper, object, filter, samples } of listed) {
      if (samples === undefined) continue;
      const pixels = ours.get(paper)?.find((picture) => picture.object === object)?.pixels;
      if (pixels === undefined) throw new Error(`${paper}: object ${object} has no pixels`);
      const { largest, gray, share } = compare(pixels, await readFile(join(folder, samples)));
      if (largest <= 2) continue;
      coarse.push(`${paper} ${object} ${filter}`);
      // Where chroma has half the resolution, each decoder widens it in its own way; without a profile, CMYK has no one RGB.
      const isJpeg = filter === 'DCTDecode';
      expect(gray, `${paper} ${object}`).toBeLessThanOrEqual(isJpeg ? 12 : 10);
      expect(share, `${paper} ${object}`).toBeLessThanOrEqual(isJpeg ? 0.02 : 0.1);
    }
    expect(coarse.toSorted()).toEqual(['medrxiv-2020.02.10.20021758.pdf 44 DCTDecode', 'medrxiv-2020.02.10.20021758.pdf 91 DCTDecode', 'medrxiv-2020.02.10.20021758.pdf 94 DCTDecode', 'medrxiv-2020.02.10.20021758.pdf 95 DCTDecode', 'stencil-masks.pdf 18 FlateDecode']);
  });

  it('are the same by PDFium, but for the object numbers', async () => {
    const [first, second] = pdfReaders;
    for (const name of await papers()) {
      const bytes = Uint8Array.from(await readFile(join(realPath('papers'), name)));
      const [one, other] = [await first.open(bytes), await second.open(bytes)];
      if (isRefusal(one) || isRefusal(other)) throw new Error(`${name} is refused`);
      expect(other.pageCount).toBe(one.pageCount);
      for (let number = 1; number <= one.pageCount; number++) {
        const [page, peer] = [await one.page(number), await other.page(number)];
        const placesOf = (pictures: readonly EmbeddedPicture[]): string[] => pictures.map(({ kind, box, orientation, pixels }) => `${kind} ${Math.round(box.x)} ${Math.round(box.y)} ${kind === 'picture' ? orientation.quarterTurns : ''} ${pixels?.width}x${pixels?.height}x${pixels?.channels}`);
        expect(placesOf(peer.pictures), `${name} page ${number}`).toEqual(placesOf(page.pictures));
        const words = (runs: typeof page.text): string[] => runs.map(({ text }) => text.normalize('NFKC').replaceAll(/[^\p{L}\p{N}]+/gu, '')).join('').split('').toSorted();
        const [a, b] = [words(page.text), words(peer.text)];
        expect(Math.abs(a.length - b.length), `${name} page ${number}: letters`).toBeLessThanOrEqual(0.01 * a.length + 2);
      }
      await one.close();
      await other.close();
    }
  });
});
