import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRefusal, openPdf, readScannedCaptions, type PdfPage } from '../../src/papers/index.ts';
import { realPath } from './real-release.ts';

/** All pages of one of the seven papers, captions of scans included. @param name as in tests/truth/papers */
export async function readPaper(name: string): Promise<readonly PdfPage[]> {
  const bytes = Uint8Array.from(await readFile(join(realPath('papers'), name)));
  const document = await openPdf(bytes);
  if (isRefusal(document)) throw new Error(`${name}: ${document.message}`);
  const pages: PdfPage[] = [];
  for (let number = 1; number <= document.pageCount; number++) pages.push(await document.page(number));
  await document.close();
  return (await readScannedCaptions(pages, bytes)).pages;
}
