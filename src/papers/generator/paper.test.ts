import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { crop, drawPhantom, toRgb, type Picture } from '../../imaging/index.ts';
import { findFigures } from '../figures/index.ts';
import { isRefusal, openPdf, type PdfPage } from '../pdf/index.ts';
import { drawCompositePaper, drawPaper, loadLettering, type PaperStyle } from './index.ts';

const phantoms = Array.from({ length: 12 }, (_, i): Picture => crop(drawPhantom({ patient: 300 + i, lesions: 'opacities', width: 240, height: 240 }), { x: 20, y: 40, width: 200, height: 150 }));
const style: PaperStyle = { columns: 2, captions: 'below', title: 'A (synthetic) paper' };

async function read(bytes: Uint8Array): Promise<PdfPage[]> {
  const document = await openPdf(bytes);
  if (isRefusal(document)) throw new Error(document.message);
  const pages: PdfPage[] = [];
  for (let number = 1; number <= document.pageCount; number++) pages.push(await document.page(number));
  await document.close();
  return pages;
}

describe('drawPaper', () => {
  it('gives pictures the page and object number that are asked for, and keeps their pixels', async () => {
    const [gray, other, third] = phantoms as [Picture, Picture, Picture];
    const colours = toRgb(third).data;
    const rgba: Picture = { width: 200, height: 150, channels: 4, data: Uint8Array.from({ length: 120_000 }, (_, i) => (i % 4 === 3 ? (i % 800 < 400 ? 255 : 128) : (colours[Math.floor(i / 4) * 3 + (i % 4)] as number))) };
    const paper = await drawPaper(
      [
        { picture: gray, caption: 'Chest CT of one patient.', page: 5, object: 61 },
        { picture: other, caption: 'Chest CT of another patient.', page: 3, object: 17 },
        { picture: rgba, caption: 'Chest CT of a third patient.', page: 5, object: 52 },
      ],
      style,
      createRandom(1),
    );
    expect(paper.figures.map(({ page, objects }) => [page, ...objects])).toEqual([[5, 61], [3, 17], [5, 52]]);
    const pages = await read(paper.bytes);
    const find = (object: number) => pages.flatMap(({ number, pictures }) => pictures.filter((picture) => picture.object === object).map(({ pixels }) => ({ number, pixels })));
    expect(find(61)).toEqual([{ number: 5, pixels: gray }]);
    expect(find(17)).toEqual([{ number: 3, pixels: other }]);
    expect(find(52)[0]?.pixels?.data.filter((_, i) => i % 4 === 3)).toEqual(rgba.data.filter((_, i) => i % 4 === 3));
    const figures = findFigures(pages).figures.map(({ number, pictures, caption }) => [number, pictures[0]?.objects[0], caption?.text]);
    expect(figures).toEqual([
      ['1', 17, 'Figure 1. Chest CT of another patient.'],
      ['2', 61, 'Figure 2. Chest CT of one patient.'],
      ['3', 52, 'Figure 3. Chest CT of a third patient.'],
    ]);
    await expect(drawPaper([{ picture: gray, caption: '', object: 4 }, { picture: other, caption: '', object: 4 }], style, createRandom(1))).rejects.toThrow(RangeError);
  }, 240_000);
});

describe('drawCompositePaper', () => {
  it('is read back: every figure, its caption, and strips put together again', async () => {
    const lettering = await loadLettering();
    for (let seed = 0; seed < 4; seed++) {
      const paper = await drawCompositePaper(phantoms, seed % 2 === 0 ? 'gutters' : 'touching', lettering, createRandom(seed));
      const { figures } = findFigures(await read(paper.bytes));
      const found = figures.map(({ caption, pictures }) => [caption?.text, pictures.flatMap(({ objects }) => objects)]);
      expect(found.toSorted(), `seed ${seed}`).toEqual(paper.figures.map(({ caption, objects }) => [caption, objects]).toSorted());
      for (const { boxes, objects } of paper.figures) {
        const picture = figures.flatMap(({ pictures }) => pictures).find((one) => one.objects[0] === objects[0])?.pixels;
        for (const box of boxes) expect(box.x + box.width <= (picture?.width ?? 0) && box.y + box.height <= (picture?.height ?? 0)).toBe(true);
      }
    }
  }, 240_000);

  it('follows from its seed', async () => {
    const lettering = await loadLettering();
    const [first, again] = [await drawCompositePaper(phantoms, 'gutters', lettering, createRandom(3)), await drawCompositePaper(phantoms, 'gutters', lettering, createRandom(3))];
    expect(again.bytes).toEqual(first.bytes);
  }, 240_000);
});
