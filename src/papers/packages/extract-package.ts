import { decodePicture } from '../../imaging/node.ts';
import { extractFigures, extractPaper, type ExtractOptions, type PaperExtraction } from '../extract/index.ts';
import type { Figure, PlacedPicture } from '../figures/index.ts';
import type { PdfRefusal } from '../pdf/index.ts';
import { readJats, type JatsArticle } from './jats.ts';
import { PackageRefusal, unpackPackage } from './unpack.ts';

/**
 * Extracts a paper out of a package of PMC: by its PDF where it holds one, since pages and objects give names, with what JATS
 * says of title, abstract, DOI and licence; else by JATS' captions and the pictures beside it.
 * @param bytes of a `.tar.gz`
 */
export async function extractPackage(bytes: Uint8Array, options: ExtractOptions): Promise<PaperExtraction | PdfRefusal> {
  let files: ReadonlyMap<string, Uint8Array>;
  try {
    files = await unpackPackage(bytes);
  } catch (error) {
    if (error instanceof PackageRefusal) return { status: 'broken', message: error.message };
    throw error;
  }
  const xml = [...files].find(([name]) => /\.n?xml$/i.test(name));
  const article = xml === undefined ? undefined : readJats(new TextDecoder().decode(xml[1]));
  const known: ExtractOptions = {
    ...options,
    doi: options.doi ?? article?.doi,
    licence: options.licence ?? article?.licence,
    context: { title: options.context?.title ?? article?.title, abstract: options.context?.abstract ?? article?.abstract },
  };
  const pdf = [...files].find(([name]) => /\.pdf$/i.test(name))?.[1];
  if (pdf !== undefined) {
    const read = await extractPaper(pdf, known);
    if (!('status' in read) || article === undefined) return read;
  }
  if (article === undefined) return { status: 'broken', message: 'The package holds neither a PDF nor an article in JATS.' };
  const { figures, notes } = await figuresOf(article, files);
  return extractFigures(figures, known, notes);
}

async function figuresOf(article: JatsArticle, files: ReadonlyMap<string, Uint8Array>): Promise<{ readonly figures: readonly Figure[]; readonly notes: readonly string[] }> {
  const figures: Figure[] = [];
  const notes: string[] = [];
  const nowhere = { x: 0, y: 0, width: 0, height: 0 };
  for (const { number, caption, files: names } of article.figures) {
    const pictures: PlacedPicture[] = [];
    for (const name of names) {
      const kept = [...files].find(([file]) => file === name || file.replace(/\.[^.]+$/, '') === name);
      if (kept === undefined) {
        notes.push(`The package lacks the picture ${name}.`);
        continue;
      }
      try {
        pictures.push({ page: 1, box: nowhere, pixels: await decodePicture(kept[1]), objects: [], source: 'file' });
      } catch {
        notes.push(`The picture ${kept[0]} cannot be read.`);
      }
    }
    figures.push({ number, caption: { kind: 'figure', number: number ?? '', text: caption, page: 1, box: nowhere, lines: [], score: 3 }, parts: [], pictures, kind: pictures.length > 0 ? 'pictures' : 'missing' });
  }
  return { figures, notes };
}

/** Whether bytes begin as a gzip archive does. */
export const isPackage = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
