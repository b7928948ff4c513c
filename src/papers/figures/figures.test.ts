import { describe, expect, it } from 'vitest';
import { flate, imageStream, paintPicture, PdfWriter, writeLine } from '../../../tests/support/pdf-writer.ts';
import { isRefusal, openPdf, type PdfPage } from '../pdf/index.ts';
import { findFigures, type Figure } from './index.ts';

/** A picture that is like no other: a gradient of its own with a square. */
function pictureOf(width: number, height: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return (x * (2 + seed) + y * 3 + (x > 10 && x < 30 && y > 10 && y < 40 ? 90 : 0)) % 256;
  });
}

const sentence = 'This line is one of many lines of running text, which fill a column of the paper.';
/** Lines of running text downwards from `y`. */
const text = (x: number, y: number, lines: number, characters = 81): string => Array.from({ length: lines }, (_, i) => writeLine('R', 10, x, y - 12 * i, sentence.slice(0, characters))).join('');
const fonts = { R: 'Times-Roman', B: 'Times-Bold' };

class Paper {
  readonly file = new PdfWriter();
  readonly #pictures: Record<string, number> = {};

  constructor() {
    this.file.skip(9);
  }

  picture(name: string, width: number, height: number, seed: number, more = ''): this {
    this.#pictures[name] = this.file.add(imageStream(width, height, '/DeviceGray', pictureOf(width, height, seed), more));
    return this;
  }

  page(content: string): this {
    this.file.page({ content, fonts, pictures: this.#pictures });
    return this;
  }

  async read(): Promise<PdfPage[]> {
    const document = await openPdf(this.file.bytes());
    if (isRefusal(document)) throw new Error(document.message);
    const pages: PdfPage[] = [];
    for (let number = 1; number <= document.pageCount; number++) pages.push(await document.page(number));
    await document.close();
    return pages;
  }

  async figures(): Promise<readonly Figure[]> {
    return findFigures(await this.read()).figures;
  }
}

const summary = (figures: readonly Figure[]): unknown[] => figures.map(({ number, pictures, kind, caption }) => [number ?? '-', kind, pictures.map(({ objects }) => objects.join('+')).join(' '), caption?.text ?? '']);

describe('figures and captions', () => {
  it('two columns, captions below, one figure over both', async () => {
    const paper = new Paper().picture('A', 120, 90, 1).picture('B', 100, 80, 2).picture('C', 220, 90, 3);
    paper.page(
      [
        paintPicture('C', 80, 650, 440, 150),
        writeLine('B', 9, 50, 635, 'Figure 1. A wide one over both of the columns, with a caption that also runs over both'),
        writeLine('R', 9, 50, 624, 'and that has a second line. (A) Left. (B) Right.'),
        text(50, 590, 8, 52),
        paintPicture('A', 60, 330, 200, 150),
        writeLine('B', 9, 50, 318, 'Figure 2. In the left column.'),
        text(50, 280, 14, 52),
        text(320, 590, 14, 52),
        paintPicture('B', 330, 200, 180, 140),
        writeLine('B', 9, 320, 188, 'Figure 3. In the right column.'),
        text(320, 150, 6, 52),
      ].join(''),
    );
    expect(summary(await paper.figures())).toEqual([
      ['1', 'pictures', '12', 'Figure 1. A wide one over both of the columns, with a caption that also runs over both and that has a second line. (A) Left. (B) Right.'],
      ['2', 'pictures', '10', 'Figure 2. In the left column.'],
      ['3', 'pictures', '11', 'Figure 3. In the right column.'],
    ]);
  });

  it('captions above, and running text that begins with a label', async () => {
    const paper = new Paper().picture('A', 120, 90, 1).picture('B', 100, 80, 2);
    paper.page(
      [
        text(72, 780, 5),
        writeLine('B', 9, 72, 700, 'Figure 1: The first, whose caption stands above it.'),
        paintPicture('A', 120, 520, 220, 165),
        text(72, 490, 3),
        writeLine('R', 10, 72, 454, 'Figure 2 shows that running text may begin with a label, which is not a caption.'),
        text(72, 442, 4),
        writeLine('B', 9, 72, 370, 'Figure 2: The second.'),
        paintPicture('B', 120, 200, 200, 160),
        text(72, 170, 5),
      ].join(''),
    );
    expect(summary(await paper.figures())).toEqual([
      ['1', 'pictures', '10', 'Figure 1: The first, whose caption stands above it.'],
      ['2', 'pictures', '11', 'Figure 2: The second.'],
    ]);
  });

  it('legends at the end, pictures on pages of their own, labelled or in order', async () => {
    const legends = [
      text(72, 780, 12),
      writeLine('B', 12, 72, 600, 'Figure legends'),
      writeLine('B', 10, 72, 570, 'Figure 1. Of the first patient.'),
      writeLine('B', 10, 72, 540, 'Figure 2. Of the second patient.'),
    ].join('');
    const labelled = new Paper().picture('A', 120, 90, 1).picture('B', 100, 80, 2);
    labelled.page(legends).page(paintPicture('B', 100, 300, 400, 320) + writeLine('R', 10, 72, 760, 'Figure 2')).page(paintPicture('A', 100, 300, 400, 300) + writeLine('R', 10, 72, 760, 'Figure 1'));
    expect(summary(await labelled.figures())).toEqual([
      ['1', 'pictures', '10', 'Figure 1. Of the first patient.'],
      ['2', 'pictures', '11', 'Figure 2. Of the second patient.'],
    ]);
    const plain = new Paper().picture('A', 120, 90, 1).picture('B', 100, 80, 2);
    plain.page(legends).page(paintPicture('A', 100, 300, 400, 300)).page(paintPicture('B', 100, 300, 400, 320));
    expect(summary(await plain.figures())).toEqual([
      ['1', 'pictures', '10', 'Figure 1. Of the first patient.'],
      ['2', 'pictures', '11', 'Figure 2. Of the second patient.'],
    ]);
  });

  it('captions side by side', async () => {
    const paper = new Paper().picture('A', 120, 90, 1).picture('B', 100, 80, 2);
    paper.page(
      [
        text(72, 780, 4),
        paintPicture('A', 80, 550, 180, 135),
        paintPicture('B', 330, 550, 180, 135),
        writeLine('B', 9, 80, 535, 'Figure 1. To the left.'),
        writeLine('B', 9, 330, 535, 'Figure 2. To the right.'),
        text(72, 480, 10),
      ].join(''),
    );
    expect(summary(await paper.figures()).map((figure) => JSON.stringify(figure))).toEqual(['["1","pictures","10","Figure 1. To the left."]', '["2","pictures","11","Figure 2. To the right."]']);
  });

  it('drawings without a picture, and a table with a frame that is no figure', async () => {
    const paper = new Paper();
    const plot = '0 0 0 RG 100 500 m 100 650 l S 100 500 m 300 500 l S 100 500 m 200 600 l 300 520 l S 1 0 0 rg 150 500 30 60 re f\n';
    paper.page(
      [text(72, 780, 6), plot, writeLine('B', 9, 72, 480, 'Figure 1. A plot of lines.'), text(72, 440, 6), writeLine('B', 9, 72, 340, 'Table 1. Numbers.'), '0 0 0 RG 72 250 300 80 re S\n', writeLine('R', 9, 90, 300, '12   13   14'), text(72, 220, 5)].join(''),
    );
    const figures = await paper.figures();
    expect(summary(figures)).toEqual([['1', 'drawn', '', 'Figure 1. A plot of lines.']]);
    expect(Object.values(figures[0]?.parts[0]?.box ?? {}).map(Math.round)).toEqual([100, 192, 200, 150]);
  });

  it('strips become one picture; stencils, ornaments, blanks and what stands on every page are dropped', async () => {
    const paper = new Paper();
    const whole = pictureOf(200, 90, 4);
    const strips = [0, 1, 2].map((i) => paper.file.add(imageStream(200, 30, '/DeviceGray', whole.subarray(i * 6000, (i + 1) * 6000))));
    const logo = paper.file.add(imageStream(60, 60, '/DeviceGray', pictureOf(60, 60, 5)));
    const blank = paper.file.add(imageStream(80, 80, '/DeviceGray', new Uint8Array(6400).fill(255)));
    const dot = paper.file.add(imageStream(10, 10, '/DeviceGray', pictureOf(10, 10, 6)));
    const stencil = paper.file.add(flate(new Uint8Array(800).fill(0xaa), '/Type /XObject /Subtype /Image /Width 80 /Height 80 /ImageMask true /BitsPerComponent 1'));
    const pictures = { S0: strips[0] ?? 0, S1: strips[1] ?? 0, S2: strips[2] ?? 0, L: logo, W: blank, D: dot, M: stencil };
    const head = paintPicture('L', 500, 780, 50, 50) + text(72, 760, 4);
    const cut = [0, 1, 2].map((i) => paintPicture(`S${i}`, 100, 600 - 60 * (i + 1), 400, 60)).join('');
    paper.file.page({ content: head + cut + writeLine('B', 9, 72, 400, 'Figure 1. Cut in strips.') + text(72, 360, 4) + paintPicture('W', 72, 100, 80, 80) + paintPicture('D', 300, 100, 60, 60) + paintPicture('M', 400, 100, 80, 80), fonts, pictures });
    for (let i = 0; i < 2; i++) paper.file.page({ content: head, fonts, pictures });
    const figures = await paper.figures();
    expect(summary(figures)).toEqual([['1', 'pictures', '10+11+12', 'Figure 1. Cut in strips.']]);
    expect(figures[0]?.pictures[0]?.pixels.data).toEqual(whole);
  });

  it('tiles that touch stay apart, a soft mask is laid on white, and a page that is one picture is a scan', async () => {
    const paper = new Paper();
    const dark = (seed: number): Uint8Array => pictureOf(64, 64, seed).map((value, i) => (i % 64 < 3 || i % 64 > 60 || i < 192 || i > 3900 ? 0 : value));
    const tiles = [7, 8].map((seed) => paper.file.add(imageStream(64, 64, '/DeviceGray', dark(seed))));
    const mask = paper.file.add(imageStream(64, 64, '/DeviceGray', Uint8Array.from({ length: 4096 }, (_, i) => (i % 64 < 32 ? 0 : 255))));
    const masked = paper.file.add(imageStream(64, 64, '/DeviceGray', pictureOf(64, 64, 9), `/SMask ${mask} 0 R`));
    const scan = paper.file.add(imageStream(60, 84, '/DeviceGray', pictureOf(60, 84, 3)));
    paper.file.page({ content: text(72, 780, 3) + paintPicture('A', 100, 600, 100, 100) + paintPicture('B', 200, 600, 100, 100) + paintPicture('C', 330, 600, 100, 100) + writeLine('B', 9, 72, 580, 'Figure 1. Three.') + text(72, 500, 9), fonts, pictures: { A: tiles[0] ?? 0, B: tiles[1] ?? 0, C: masked } });
    paper.file.page({ content: paintPicture('S', 0, 0, 595, 842), pictures: { S: scan } });
    const figures = await paper.figures();
    expect(summary(figures)).toEqual([
      ['1', 'pictures', '10 11 13', 'Figure 1. Three.'],
      ['-', 'scan', '14', ''],
    ]);
    const laid = figures[0]?.pictures[2]?.pixels;
    expect([laid?.data[0], laid?.data[31 * (laid.channels ?? 1)]]).toEqual([255, 255]);
    expect(laid?.data[63 * (laid.channels ?? 1)]).toBe(pictureOf(64, 64, 9)[63]);
  });
});
