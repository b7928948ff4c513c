import { expect, it, vi } from 'vitest';
import { imageStream, paintPicture, PdfWriter, writeLine } from '../../../tests/support/pdf-writer.ts';
import { casePixels } from '../../../tests/support/case-paper.ts';
import { findFigures } from '../figures/index.ts';
import { isRefusal, openPdf, renderBox, type PdfPage } from '../pdf/index.ts';
import { readScannedCaptions } from './index.ts';

// Worker processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

async function pagesOf(bytes: Uint8Array): Promise<PdfPage[]> {
  const document = await openPdf(bytes);
  if (isRefusal(document)) throw new Error(document.message);
  const pages = [await document.page(1)];
  await document.close();
  return pages;
}

/** A page with text and captions, rendered and kept as one picture, with the figures painted onto it as pictures of their own. */
async function scan(captions: readonly (readonly [y: number, text: string])[]): Promise<Uint8Array> {
  const fonts = { R: 'Times-Roman' };
  const printed = new PdfWriter();
  const body = Array.from({ length: 12 }, (_, i) => writeLine('R', 10, 60, 300 - 14 * i, 'A line of running text that belongs to no figure and fills the width.')).join('');
  printed.page({ content: captions.map(([y, text]) => writeLine('R', 9, 104, y, text)).join('') + body, fonts });
  const page = await renderBox(printed.bytes(), 1, { x: 0, y: 0, width: 595, height: 842 }, 300 / 72);
  if (page === undefined) throw new Error('the page was not rendered');
  const file = new PdfWriter();
  const whole = file.add(imageStream(page.width, page.height, '/DeviceRGB', page.data));
  const figures = [1, 2].map((seed) => file.add(imageStream(120, 100, '/DeviceGray', casePixels(seed))));
  file.page({ content: paintPicture('S', 0, 0, 595, 842) + paintPicture('A', 100, 640, 260, 140) + paintPicture('B', 100, 420, 260, 140), pictures: { S: whole, A: figures[0] ?? 0, B: figures[1] ?? 0 } });
  return file.bytes();
}

it('captions of a scan are read from its pixels and given to the pictures above them', async () => {
  const bytes = await scan([[626, 'Figure 1. Chest CT of the first patient, who'], [614, 'had COVID-19 pneumonia.'], [406, 'Figure 2. Chest CT of the second patient.']]);
  const plain = await pagesOf(bytes);
  expect(findFigures(plain).figures.map(({ caption }) => caption)).toEqual([undefined, undefined]);
  const read = await readScannedCaptions(plain, bytes);
  expect(read).toMatchObject({ scanned: [1], couldRead: true });
  expect(findFigures(read.pages).figures.map(({ number, caption, pictures }) => [number, caption?.text, pictures[0]?.objects])).toEqual([
    ['1', 'FIG 1— Chest CT of the first patient, who had COVID-19 pneumonia.', [2]],
    ['2', 'FIG 2— Chest CT of the second patient.', [3]],
  ]);
});

it('words at a picture that are no caption are left alone, as are pages with text', async () => {
  const bytes = await scan([[626, 'These words stand below a picture and are none.'], [406, 'Table 2. Neither are these.']]);
  const pages = await pagesOf(bytes);
  expect((await readScannedCaptions(pages, bytes)).pages[0]?.text).toEqual([]);
  const printed = new PdfWriter();
  printed.page({ content: writeLine('R', 10, 60, 700, 'Text.'), fonts: { R: 'Times-Roman' } });
  const own = await pagesOf(printed.bytes());
  expect(await readScannedCaptions(own, printed.bytes())).toEqual({ pages: own, scanned: [], couldRead: true });
});
