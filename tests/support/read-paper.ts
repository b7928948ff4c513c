import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRefusal, openPdf, type PdfPage } from '../../src/papers/index.ts';
import { realPath } from './real-release.ts';

/** All pages of one of the seven papers. @param name as in tests/truth/papers */
export async function readPaper(name: string): Promise<readonly PdfPage[]> {
  const document = await openPdf(Uint8Array.from(await readFile(join(realPath('papers'), name))));
  if (isRefusal(document)) throw new Error(`${name}: ${document.message}`);
  const pages: PdfPage[] = [];
  for (let number = 1; number <= document.pageCount; number++) pages.push(await document.page(number));
  await document.close();
  return pages;
}
