import { describe, expect, it } from 'vitest';
import { encodeJpeg } from '../../imaging/node.ts';
import { toGray, type Picture } from '../../imaging/index.ts';
import { createRandom } from '../../base/index.ts';
import { flate, imageStream, jpegStream, paintPicture, PdfWriter, writeLine } from '../../../tests/support/pdf-writer.ts';
import { isRefusal, openPdf, pdfReaders, renderBox, type PdfDocument, type PdfReader } from './index.ts';

/** Samples that are the same every time. */
function samples(count: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  return Uint8Array.from({ length: count }, () => random.integer(0, 255));
}

/** A smooth gray picture, since JPEG keeps noise badly. */
function slope(width: number, height: number): Picture {
  return { width, height, channels: 1, data: Uint8Array.from({ length: width * height }, (_, i) => Math.round(40 + (120 * (i % width)) / width + (60 * Math.floor(i / width)) / height)) };
}

const gray = samples(12 * 7, 1);
const rgb = samples(9 * 5 * 3, 2);
const indexes = Uint8Array.from({ length: 8 * 8 }, (_, i) => i % 3);
const bits = Uint8Array.of(0b10110000, 0b01010000, 0b11110000);
const alpha = Uint8Array.from({ length: 9 * 5 }, (_, i) => (i % 2 === 0 ? 255 : 0));

async function makePdf(): Promise<Uint8Array> {
  const file = new PdfWriter();
  file.skip(5);
  const grayPicture = file.add(imageStream(12, 7, '/DeviceGray', gray)); // 6
  const colour = file.add(imageStream(9, 5, '/DeviceRGB', rgb)); // 7
  const palette = file.add(imageStream(8, 8, '[/Indexed /DeviceRGB 2 <ff0000 00ff00 102030>]', indexes)); // 8
  const bilevel = file.add(imageStream(4, 3, '/DeviceGray', bits, '', 1)); // 9
  const mask = file.add(imageStream(9, 5, '/DeviceGray', alpha)); // 10
  const masked = file.add(imageStream(9, 5, '/DeviceRGB', rgb, `/SMask ${mask} 0 R`)); // 11
  const photograph = slope(64, 48);
  const jpeg = file.add(jpegStream(64, 48, '/DeviceGray', await encodeJpeg(photograph, 95))); // 12
  const stencil = file.add({ ...flate(bits, '/Type /XObject /Subtype /Image /Width 4 /Height 3 /ImageMask true /BitsPerComponent 1') }); // 13
  const form = file.add(flate(new TextEncoder().encode(paintPicture('In', 0, 0, 40, 30)), `/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Matrix [2 0 0 2 10 20] /Resources << /XObject << /In ${colour} 0 R >> >>`)); // 14
  file.page({
    width: 600,
    height: 800,
    pictures: { A: grayPicture, B: colour, C: palette, D: bilevel, E: masked, F: jpeg, G: stencil, H: form },
    fonts: { R: 'Times-Roman', B: 'Helvetica-Bold', I: 'Times-Italic' },
    content: [
      paintPicture('A', 100, 600, 120, 70),
      paintPicture('B', 300, 600, 90, 50),
      paintPicture('C', 100, 400, 80, 80),
      paintPicture('D', 300, 400, 40, 30),
      paintPicture('E', 400, 400, 90, 50),
      paintPicture('F', 100, 200, 64, 48),
      '0 0 1 rg\n',
      paintPicture('G', 300, 200, 40, 30),
      'q /H Do Q\n',
      // Mirrored left to right, and turned by 90 degrees clockwise.
      'q -90 0 0 50 500 100 cm /B Do Q\n',
      'q 0 -90 50 0 400 300 cm /B Do Q\n',
      `q 30 0 0 20 520 700 cm BI /W 2 /H 1 /CS /G /BPC 8 /F /AHx ID 40c0> EI Q\n`,
      writeLine('B', 12, 72, 760, 'Figure 1. A heading'),
      writeLine('R', 10, 72, 740, 'A line of text, set in Times.'),
      writeLine('I', 10, 72, 720, 'in italics'),
      'BT /R 9 Tf 0 1 -1 0 20 300 Tm (on its side) Tj ET\n',
      '1 0 0 RG 2 w 50 50 m 250 50 l S\n',
      '0 1 0 rg 50 80 100 20 re f\n',
      // White on white is not seen, and a clip draws nothing.
      '1 1 1 rg 0 0 600 800 re f\n',
      'q 10 10 500 500 re W n Q\n',
      // Of what is clipped, the rest is seen.
      'q 350 40 50 50 re W n 0 0 1 rg 360 20 200 30 re f Q\n',
    ].join(''),
  });
  file.page({ width: 600, height: 800, rotate: 90, cropBox: [50, 100, 550, 700], pictures: { A: grayPicture }, fonts: { R: 'Times-Roman' }, content: paintPicture('A', 100, 600, 120, 70) + writeLine('R', 10, 100, 500, 'turned') });
  return file.bytes({ Title: 'A made paper', Author: 'Nobody' });
}

async function openWith(reader: PdfReader, bytes: Uint8Array): Promise<PdfDocument> {
  const opened = await reader.open(bytes);
  if (isRefusal(opened)) throw new Error(opened.message);
  return opened;
}

describe.each(pdfReaders.map((reader) => [reader.name, reader] as const))('%s', (name, reader) => {
  it('gives native pixels, places and object numbers', async () => {
    const document = await openWith(reader, await makePdf());
    expect({ pages: document.pageCount, ...document.information }).toEqual({ pages: 2, title: 'A made paper', author: 'Nobody' });
    const page = await document.page(1);
    await document.close();
    expect([page.width, page.height]).toEqual([600, 800]);
    const list = page.pictures.map(({ object, box, kind, orientation, pixels }) => [
      name === 'pdfium' ? undefined : object,
      kind,
      [box.x, box.y, box.width, box.height].map((value) => Math.round(value * 100) / 100).join(' '),
      `${orientation.mirrored ? 'mirrored ' : ''}${orientation.quarterTurns}`,
      pixels && `${pixels.width}x${pixels.height}x${pixels.channels}`,
    ]);
    const number = (value: number): number | undefined => (name === 'pdfium' ? undefined : value);
    expect(list).toEqual([
      [number(6), 'picture', '100 130 120 70', '0', '12x7x1'],
      [number(7), 'picture', '300 150 90 50', '0', '9x5x3'],
      [number(8), 'picture', '100 320 80 80', '0', '8x8x3'],
      [number(9), 'picture', '300 370 40 30', '0', '4x3x1'],
      [number(11), 'picture', '400 350 90 50', '0', '9x5x4'],
      [number(12), 'picture', '100 552 64 48', '0', '64x48x1'],
      [undefined, 'stencil', '300 570 40 30', expect.any(String), undefined],
      [number(7), 'picture', '10 720 80 60', '0', '9x5x3'],
      [number(7), 'picture', '410 650 90 50', 'mirrored 0', '9x5x3'],
      [number(7), 'picture', '400 500 50 90', '1', '9x5x3'],
      [undefined, 'picture', '520 80 30 20', '0', '2x1x1'],
    ]);
    const pixels = page.pictures.map((picture) => picture.pixels);
    expect(pixels[0]?.data).toEqual(gray);
    expect(pixels[1]?.data).toEqual(rgb);
    expect([...(pixels[2]?.data.subarray(0, 9) ?? [])]).toEqual([255, 0, 0, 0, 255, 0, 16, 32, 48]);
    expect([...(pixels[3]?.data ?? [])]).toEqual([255, 0, 255, 255, 0, 255, 0, 255, 255, 255, 255, 255]);
    expect([...(pixels[4]?.data ?? [])].filter((_, i) => i % 4 === 3)).toEqual([...alpha]);
    const shown = [...(pixels[4]?.data ?? [])].filter((_, i) => i % 4 !== 3 && (alpha[Math.floor(i / 4)] ?? 0) === 255);
    expect(shown).toEqual([...rgb].filter((_, i) => alpha[Math.floor(i / 3)] === 255));
    const original = slope(64, 48);
    expect(Math.max(...(pixels[5]?.data ?? [255]).map((value, i) => Math.abs(value - (original.data[i] ?? 0))))).toBeLessThanOrEqual(3);
    expect([...(pixels[10]?.data ?? [])]).toEqual([0x40, 0xc0]);
  });

  it('gives text with font and position, and what is drawn and seen', async () => {
    const document = await openWith(reader, await makePdf());
    const page = await document.page(1);
    await document.close();
    const runs = page.text.map(({ text, font, bold, italic, upright, size }) => [text, font, bold, italic, upright, Math.round(size)]);
    expect(runs).toEqual([
      ['Figure 1. A heading', 'Helvetica-Bold', true, false, true, 12],
      ['A line of text, set in Times.', 'Times-Roman', false, false, true, 10],
      ['in italics', 'Times-Italic', false, true, true, 10],
      ['on its side', 'Times-Roman', false, false, false, 9],
    ]);
    const [heading] = page.text;
    expect(heading?.baseline).toBeCloseTo(40, 1);
    expect(heading?.box.x).toBeCloseTo(72, -1);
    // 109.4 points by Helvetica Bold's metrics.
    expect(Math.abs((heading?.box.width ?? 0) - 109.4)).toBeLessThan(2);
    // PDFium's boxes take in the width of the line.
    const expected = [50, 750, 200, 0, 50, 700, 100, 20, 360, 750, 40, 10];
    const found = page.drawings.flatMap(({ x, y, width, height }) => [x, y, width, height]);
    expect(found).toHaveLength(expected.length);
    expect(Math.max(...found.map((value, i) => Math.abs(value - (expected[i] ?? 0))))).toBeLessThanOrEqual(5);
  });

  it('shows a page as it is cut and turned', async () => {
    const document = await openWith(reader, await makePdf());
    const page = await document.page(2);
    await expect(document.page(3)).rejects.toThrow(RangeError);
    await document.close();
    expect([page.width, page.height]).toEqual([600, 500]);
    const [picture] = page.pictures;
    expect(picture?.orientation).toEqual({ mirrored: false, quarterTurns: 1 });
    expect(Object.values(picture?.box ?? {}).map(Math.round)).toEqual([500, 50, 70, 120]);
    expect(page.text[0]?.upright).toBe(false);
  });

  it('refuses what is no PDF', async () => {
    const opened = await reader.open(new TextEncoder().encode('%PDF-1.4 and nothing that belongs to one'));
    expect(isRefusal(opened) && opened.status).toBe('broken');
  });
});

describe('openPdf', () => {
  it('says what a file is that is no PDF', async () => {
    const statusOf = async (bytes: Uint8Array): Promise<string> => {
      const opened = await openPdf(bytes);
      return isRefusal(opened) ? `${opened.status}: ${opened.message}` : 'opened';
    };
    const text = (words: string): Uint8Array => new TextEncoder().encode(words);
    expect(await statusOf(new Uint8Array(0))).toMatch(/^empty/);
    expect(await statusOf(text('<!DOCTYPE html><html><body>Please log in'))).toMatch(/^not a PDF: .*web page/);
    expect(await statusOf(text('PK\u0003\u0004'))).toMatch(/^not a PDF: .*zip/);
    expect(await statusOf(text('%PDF-1.7\n%%EOF'))).toMatch(/^broken/);
    expect(await statusOf(new PdfWriter().bytes())).toMatch(/^(?:empty|broken)/);
    expect(await statusOf(await makePdf())).toBe('opened');
  });

  it('opens a file whose table of objects is gone', async () => {
    const whole = await makePdf();
    const text = new TextDecoder('latin1').decode(whole);
    const opened = await openPdf(Uint8Array.from(Buffer.concat([whole.subarray(0, text.lastIndexOf('xref\n0 ')), whole.subarray(text.lastIndexOf('trailer'))])));
    if (isRefusal(opened)) throw new Error(opened.message);
    expect((await opened.page(1)).pictures[1]?.pixels?.data).toEqual(rgb);
    await opened.close();
  });

  it('renders a part of a page', async () => {
    const picture = await renderBox(await makePdf(), 1, { x: 50, y: 690, width: 100, height: 40 }, 2);
    expect([picture?.width, picture?.height]).toEqual([200, 80]);
    const green = picture === undefined ? [] : toGray({ width: 1, height: 1, channels: 3, data: picture.data.subarray((50 * 200 + 50) * 3, (50 * 200 + 50) * 3 + 3) }).data;
    expect([...green]).toEqual([255]);
  });
});
