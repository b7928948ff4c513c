import type { Picture } from '../../imaging/index.ts';
import type { Matrix } from './matrix.ts';
import { loadPdfium, readFloats, readUtf16, type Pdfium } from './pdfium-module.ts';
import { readObjects } from './pdfium-objects.ts';
import { readText } from './pdfium-text.ts';
import type { Box, PdfDocument, PdfPage, PdfReader, PdfRefusal } from './types.ts';

/** PDFium: reads files that pdf.js gives up, and renders; it hides the object numbers of pictures. */
export const pdfiumReader: PdfReader = { name: 'pdfium', open };

/** FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY (fpdfview.h). */
const needsPassword: readonly number[] = [4, 5];

async function open(bytes: Uint8Array): Promise<PdfDocument | PdfRefusal> {
  const pdfium = await loadPdfium();
  // PDFium reads from these bytes as long as the document is open.
  const pointer = pdfium.allocate(bytes);
  const document = pdfium.call('FPDF_LoadMemDocument', pointer, bytes.length, 0);
  if (document === 0) {
    const code = pdfium.call('FPDF_GetLastError');
    pdfium.free(pointer);
    return needsPassword.includes(code) ? { status: 'encrypted', message: 'The PDF asks for a password.' } : { status: 'broken', message: `PDFium: error ${code}` };
  }
  const pageCount = pdfium.call('FPDF_GetPageCount', document);
  return {
    reader: 'pdfium',
    pageCount,
    information: { title: metaText(pdfium, document, 'Title'), author: metaText(pdfium, document, 'Author') },
    page: async (number) => {
      if (!Number.isInteger(number) || number < 1 || number > pageCount) throw new RangeError(`there is no page ${number} of ${pageCount}`);
      return withPage(pdfium, document, number, (page) => readPage(pdfium, document, page, number));
    },
    close: async () => {
      if (!pdfium.isSound()) return;
      pdfium.call('FPDF_CloseDocument', document);
      pdfium.free(pointer);
    },
  };
}

function withPage<T>(pdfium: Pdfium, document: number, number: number, run: (page: number) => T): T {
  const page = pdfium.call('FPDF_LoadPage', document, number - 1);
  if (page === 0) throw new RangeError(`page ${number} cannot be read`);
  try {
    return run(page);
  } finally {
    if (pdfium.isSound()) pdfium.call('FPDF_ClosePage', page);
  }
}

function metaText(pdfium: Pdfium, document: number, key: string): string | undefined {
  const name = pdfium.allocate(new TextEncoder().encode(`${key}\0`));
  const text = readUtf16(pdfium, (pointer, size) => pdfium.call('FPDF_GetMetaText', document, name, pointer, size));
  pdfium.free(name);
  return text === '' ? undefined : text;
}

function readPage(pdfium: Pdfium, document: number, page: number, number: number): PdfPage {
  const shown = shownMatrix(pdfium, page);
  const width = pdfium.call('FPDF_GetPageWidthF', page);
  const height = pdfium.call('FPDF_GetPageHeightF', page);
  return { number, width, height, text: readText(pdfium, page, shown), ...readObjects(pdfium, { document, page }, shown) };
}

/** The map from user space to the page as shown: cut to its box, turned, `y` downwards. */
function shownMatrix(pdfium: Pdfium, page: number): Matrix {
  return pdfium.withBlock(16, (pointer) => {
    pdfium.call('FPDF_GetPageBoundingBox', page, pointer);
    const [left = 0, top = 0, right = 0, bottom = 0] = readFloats(pdfium, pointer, 4);
    switch (pdfium.call('FPDFPage_GetRotation', page)) {
      case 1:
        return [0, 1, 1, 0, -bottom, -left];
      case 2:
        return [-1, 0, 0, 1, right, -bottom];
      case 3:
        return [0, -1, -1, 0, top, right];
      default:
        return [1, 0, 0, -1, -left, top];
    }
  });
}

/** FPDF_REVERSE_BYTE_ORDER: red first. */
const redFirst = 0x10;

/**
 * Renders a part of a page onto white.
 * @param bytes the whole file
 * @param box in points, on the page as shown
 * @param scale pixels a point
 * @returns RGB, or `undefined` where PDFium cannot read the file or the page
 */
export async function renderBox(bytes: Uint8Array, number: number, box: Box, scale: number): Promise<Picture | undefined> {
  const pdfium = await loadPdfium();
  const pointer = pdfium.allocate(bytes);
  const document = pdfium.call('FPDF_LoadMemDocument', pointer, bytes.length, 0);
  try {
    if (document === 0 || number > pdfium.call('FPDF_GetPageCount', document)) return undefined;
    return withPage(pdfium, document, number, (page) => renderPage(pdfium, page, box, scale));
  } finally {
    if (document !== 0 && pdfium.isSound()) pdfium.call('FPDF_CloseDocument', document);
    pdfium.free(pointer);
  }
}

/** A whole page, rendered. */
export interface RenderedPage {
  /** From 1. */
  readonly number: number;
  /** Of the page, in points. */
  readonly width: number;
  readonly height: number;
  readonly picture: Picture;
}

/**
 * Renders whole pages onto white, one after another; pages that PDFium cannot read are left out.
 * @param bytes the whole file
 * @param limits how many pages at most, and the longer side of each, in pixels
 */
export async function* renderPages(bytes: Uint8Array, { most, longestSide }: { readonly most: number; readonly longestSide: number }): AsyncGenerator<RenderedPage> {
  const pdfium = await loadPdfium();
  const pointer = pdfium.allocate(bytes);
  const document = pdfium.call('FPDF_LoadMemDocument', pointer, bytes.length, 0);
  try {
    const count = document === 0 ? 0 : Math.min(most, pdfium.call('FPDF_GetPageCount', document));
    for (let number = 1; number <= count && pdfium.isSound(); number++) {
      try {
        const rendered = withPage(pdfium, document, number, (page): RenderedPage | undefined => {
          const [width, height] = [pdfium.call('FPDF_GetPageWidthF', page), pdfium.call('FPDF_GetPageHeightF', page)];
          const picture = renderPage(pdfium, page, { x: 0, y: 0, width, height }, longestSide / Math.max(width, height, 1));
          return picture === undefined ? undefined : { number, width, height, picture };
        });
        if (rendered !== undefined) yield rendered;
      } catch {
        // A broken page among sound ones.
      }
    }
  } finally {
    if (document !== 0 && pdfium.isSound()) pdfium.call('FPDF_CloseDocument', document);
    pdfium.free(pointer);
  }
}

function renderPage(pdfium: Pdfium, page: number, box: Box, scale: number): Picture | undefined {
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  return pdfium.withBlock(width * height * 4, (pixels) => {
    const bitmap = pdfium.call('FPDFBitmap_CreateEx', width, height, 4, pixels, width * 4);
    if (bitmap === 0) return undefined;
    pdfium.call('FPDFBitmap_FillRect', bitmap, 0, 0, width, height, 0xffffffff | 0);
    const [wide, high] = [pdfium.call('FPDF_GetPageWidthF', page) * scale, pdfium.call('FPDF_GetPageHeightF', page) * scale];
    pdfium.call('FPDF_RenderPageBitmap', bitmap, page, -Math.round(box.x * scale), -Math.round(box.y * scale), Math.round(wide), Math.round(high), 0, redFirst);
    pdfium.call('FPDFBitmap_Destroy', bitmap);
    const source = pdfium.bytes(pixels, width * height * 4);
    const data = new Uint8Array(width * height * 3);
    for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++) data[i * 3 + c] = source[i * 4 + c] as number;
    return { width, height, channels: 3, data };
  });
}
