import { AnnotationMode, getDocument, VerbosityLevel, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
// Registers the half that reads, which would be loaded with the first file otherwise.
import 'pdfjs-dist/legacy/build/pdf.worker.mjs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { crop, type Picture } from '../../imaging/index.ts';
import { readFontName } from './font-name.ts';
import { asMatrix, compose, mapBox, orientationOf, type Matrix } from './matrix.ts';
import { imageDataSchema, readOperators, type ImageData, type Painted } from './pdfjs-operators.ts';
import { simplify, unpackBits } from './pixels.ts';
import type { EmbeddedPicture, PdfDocument, PdfPage, PdfReader, PdfRefusal, TextRun } from './types.ts';

/** Pictures of more pixels are not decoded: an A3 page at 600 dpi has 70 million. */
const largestPicture = 150e6;

/** After so many pages pdf.js forgets what it kept of them. */
const pagesKept = 100;

/** Where pdf.js keeps its character maps, standard fonts and the decoders of JPEG 2000 and JBIG2. */
const dataFolder = (name: string): string => fileURLToPath(new URL(`../../${name}/`, import.meta.resolve('pdfjs-dist/legacy/build/pdf.mjs')));

const textItemSchema = z.object({ str: z.string(), transform: z.array(z.number()), width: z.number(), fontName: z.string() });
const textStyleSchema = z.object({ ascent: z.number().catch(0.8), descent: z.number().catch(-0.2) });
const fontSchema = z.object({ name: z.string(), bold: z.boolean().nullish(), black: z.boolean().nullish(), italic: z.boolean().nullish() });
const informationSchema = z.object({ Title: z.string().optional(), Author: z.string().optional() });

/** pdf.js: the first choice, since it tells the object numbers of pictures. */
export const pdfjsReader: PdfReader = { name: 'pdfjs', open };

async function open(bytes: Uint8Array): Promise<PdfDocument | PdfRefusal> {
  const task = getDocument({
    // pdf.js takes the bytes away from whoever gives them.
    data: new Uint8Array(bytes),
    verbosity: VerbosityLevel.ERRORS,
    maxImageSize: largestPicture,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    cMapUrl: dataFolder('cmaps'),
    standardFontDataUrl: dataFolder('standard_fonts'),
    wasmUrl: dataFolder('wasm'),
  });
  try {
    const document = await task.promise;
    const information = informationSchema.safeParse((await document.getMetadata()).info);
    return {
      reader: 'pdfjs',
      pageCount: document.numPages,
      information: { title: information.data?.Title, author: information.data?.Author },
      page: async (number) => {
        const page = await readPage(document, number);
        // Fonts and resources of pages gone by, which long files have by the thousand.
        if (number % pagesKept === 0) await document.cleanup();
        return page;
      },
      close: () => task.destroy(),
    };
  } catch (error) {
    await task.destroy();
    const name = error instanceof Error ? error.name : '';
    if (name === 'PasswordException') return { status: 'encrypted', message: 'The PDF asks for a password.' };
    return { status: 'broken', message: `pdf.js: ${error instanceof Error ? error.message : String(error)}` };
  }
}

async function readPage(document: PDFDocumentProxy, number: number): Promise<PdfPage> {
  if (!Number.isInteger(number) || number < 1 || number > document.numPages) throw new RangeError(`there is no page ${number} of ${document.numPages}`);
  const page = await document.getPage(number);
  try {
    const viewport = page.getViewport({ scale: 1 });
    const shown = asMatrix(viewport.transform);
    const operators = await page.getOperatorList({ annotationMode: AnnotationMode.DISABLE });
    const painted = readOperators(operators.fnArray, operators.argsArray, shown);
    const pictures: EmbeddedPicture[] = [];
    for (const each of painted.pictures) pictures.push(await pictureOf(page, each));
    return { number, width: viewport.width, height: viewport.height, text: await textOf(page, shown), pictures, drawings: painted.drawings };
  } finally {
    page.cleanup();
  }
}

/** The pixels that pdf.js keeps under a name, once they are decoded; `undefined` where they cannot be. */
async function fetchImage(page: PDFPageProxy, name: string): Promise<ImageData | undefined> {
  const store = name.startsWith('g_') ? page.commonObjs : page.objs;
  const kept = await new Promise<unknown>((resolve) => {
    store.get(name, resolve);
  });
  const read = imageDataSchema.safeParse(kept);
  return read.success ? read.data : undefined;
}

async function pictureOf(page: PDFPageProxy, { kind, placement, source }: Painted): Promise<EmbeddedPicture> {
  const data = typeof source === 'string' ? await fetchImage(page, source) : source?.data;
  const object = typeof source === 'string' && typeof data?.ref === 'string' ? Number.parseInt(data.ref, 10) : undefined;
  const whole = data === undefined ? undefined : pixelsOf(data);
  const pixels = whole === undefined || typeof source !== 'object' ? whole : crop(whole, source.part);
  return { object, box: mapBox(placement, 0, 0, 1, 1), orientation: orientationOf(placement), kind, pixels: pixels === undefined ? undefined : simplify(pixels) };
}

function pixelsOf({ width, height, kind, data }: ImageData): Picture {
  if (kind === 1) return unpackBits(data, width, height);
  return { width, height, channels: kind === 2 ? 3 : 4, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

async function textOf(page: PDFPageProxy, shown: Matrix): Promise<TextRun[]> {
  const { items, styles } = await page.getTextContent();
  const runs: TextRun[] = [];
  for (const item of items) {
    const read = textItemSchema.safeParse(item);
    if (!read.success || read.data.str.trim() === '') continue;
    const { str, transform, width, fontName } = read.data;
    // To the page as shown; the font's size is part of it.
    const placed = compose(shown, asMatrix(transform));
    const size = Math.hypot(placed[2], placed[3]);
    const along = Math.hypot(placed[0], placed[1]);
    if (size === 0 || along === 0) continue;
    const { ascent, descent } = textStyleSchema.parse(styles[fontName] ?? {});
    const kept: unknown = page.commonObjs.has(fontName) ? page.commonObjs.get(fontName) : undefined;
    const font = fontSchema.safeParse(kept).data;
    const cut = readFontName(font?.name ?? '');
    runs.push({
      text: str,
      box: mapBox(placed, 0, descent, width / along, ascent),
      baseline: placed[5],
      font: cut.name,
      size,
      bold: cut.bold || font?.bold === true || font?.black === true,
      italic: cut.italic || font?.italic === true,
      upright: placed[0] > 0 && Math.abs(placed[1]) < 0.05 * along,
    });
  }
  return runs;
}
