import { pdfiumReader } from './pdfium-reader.ts';
import { pdfjsReader } from './pdfjs-reader.ts';
import { isRefusal, type PdfDocument, type PdfRefusal } from './types.ts';

/** The readers, in the order in which they are tried. */
export const pdfReaders = [pdfjsReader, pdfiumReader] as const;

/** Readers look for the header within this many bytes (ISO 32000-2, annex I). */
const headerRoom = 1024;

/** What a file is that is no PDF, as far as its first bytes tell. */
function looksLike(head: string): string {
  if (/^\s*(?:<!doctype html|<html|<\?xml|<head|<body)/i.test(head)) return 'a web page: perhaps a login or an error page was saved in its place';
  if (head.startsWith('PK')) return 'a zip archive';
  if (/^\x89PNG|^\xff\xd8\xff|^GIF8/.test(head)) return 'a picture';
  return 'something else';
}

/**
 * Opens a PDF: by pdf.js, which tells object numbers, and by PDFium what pdf.js refuses, be it the file or a single page.
 * @param bytes the whole file
 * @returns the document, which has at least one page, or why it cannot be read
 */
export async function openPdf(bytes: Uint8Array): Promise<PdfDocument | PdfRefusal> {
  if (bytes.length === 0) return { status: 'empty', message: 'The file has no bytes.' };
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, headerRoom));
  if (!head.includes('%PDF-')) return { status: 'not a PDF', message: `The file is no PDF but ${looksLike(head)}.` };
  const first = await pdfjsReader.open(bytes);
  if (isRefusal(first)) {
    if (first.status === 'encrypted') return first;
    const second = await pdfiumReader.open(bytes);
    if (!isRefusal(second)) return checkPages(second);
    return second.status === 'encrypted' ? second : { status: 'broken', message: `${first.message}; ${second.message}` };
  }
  return checkPages(withSecondReader(first, bytes));
}

async function checkPages(document: PdfDocument): Promise<PdfDocument | PdfRefusal> {
  if (document.pageCount > 0) return document;
  await document.close();
  return { status: 'empty', message: 'The PDF has no page.' };
}

/** A document whose pages are read by PDFium where pdf.js fails at them. */
function withSecondReader(first: PdfDocument, bytes: Uint8Array): PdfDocument {
  let second: PdfDocument | undefined;
  return {
    ...first,
    page: async (number) => {
      try {
        return await first.page(number);
      } catch (error) {
        if (number < 1 || number > first.pageCount) throw error;
        const opened = second ?? (await pdfiumReader.open(bytes));
        if (isRefusal(opened)) throw error;
        second = opened;
        return second.page(number);
      }
    },
    close: async () => {
      await first.close();
      await second?.close();
    },
  };
}
