import { parseDoi } from '../../release/index.ts';
import type { LaidPage } from '../layout/furniture.ts';
import { linesOf, type TextLine } from '../layout/lines.ts';
import type { PdfInformation, PdfPage } from '../pdf/index.ts';
import { readLicence } from '../sources/index.ts';

/** What a paper says of itself. */
export interface PaperFacts {
  readonly title: string | undefined;
  readonly abstract: string | undefined;
  readonly doi: string | undefined;
  /** A Creative Commons licence that its first page states; see `readLicence`. */
  readonly licence: string | undefined;
}

/** An abstract is hardly longer, in letters. */
const longestAbstract = 4000;
/** A title has at least as many letters, and is no file's name. */
const shortestTitle = 12;

/**
 * Reads title, abstract, DOI and licence off a paper's first pages.
 * @param pages as read; running heads, in which preprint servers put the DOI, included
 * @param laid the same pages in lines, without running heads
 */
export function readFacts(pages: readonly PdfPage[], laid: readonly LaidPage[], information: PdfInformation): PaperFacts {
  const [first] = pages;
  const heads = first === undefined ? [] : linesOf(first.text, undefined);
  return { title: titleOf(laid, information), abstract: abstractOf(laid), doi: doiOf(pages), licence: licenceOf(heads) };
}

function titleOf(laid: readonly LaidPage[], { title }: PdfInformation): string | undefined {
  const told = title?.trim() ?? '';
  if (told.length >= shortestTitle && told.includes(' ') && !/\.(?:docx?|pdf|tex|indd)$|^microsoft word|^untitled/i.test(told)) return told;
  const [first] = laid;
  if (first === undefined) return undefined;
  // The largest letters in the upper two thirds of the first page.
  const upper = first.lines.filter(({ box, text }) => box.y < 0.66 * first.height && /\p{L}{3}/u.test(text));
  const largest = Math.max(0, ...upper.map(({ size }) => size));
  const lines = upper.filter(({ size }) => size > 0.97 * largest);
  const [start] = lines;
  if (start === undefined) return undefined;
  const together: TextLine[] = [start];
  for (const line of lines.slice(1)) if (line.baseline - (together.at(-1)?.baseline ?? 0) < 2.2 * line.size) together.push(line);
  const text = together.map((line) => line.text).join(' ');
  return text.length >= shortestTitle && text.length < 400 ? text : undefined;
}

const begins = /^(?:abstract|summary|a b s t r a c t)\b[\s.:—–-]*/i;
const ends = /^(?:\d{0,2}[.\s]*|[IVX]+[.\s]+)?(?:introduction|keywords?|key words|index terms|background and purpose|significance statement)\b/i;

/** The lines after the word, in its column, up to the next heading. */
function abstractOf(laid: readonly LaidPage[]): string | undefined {
  for (const page of laid.slice(0, 3)) {
    const start = page.lines.find(({ text }) => begins.test(text));
    if (start === undefined) continue;
    const column = (line: TextLine): boolean => page.gutter === undefined || line.box.x + line.box.width / 2 < page.gutter === start.box.x + start.box.width / 2 < page.gutter;
    const below = page.lines.filter((line) => line.baseline > start.baseline + 1 && column(line)).toSorted((a, b) => a.baseline - b.baseline);
    const end = below.findIndex(({ text }) => ends.test(text));
    const text = [start.text.replace(begins, ''), ...below.slice(0, end < 0 ? undefined : end).map((line) => line.text)].join(' ').replaceAll(/(\p{L})- (\p{Ll})/gu, '$1$2').trim();
    if (text.length > 80) return text.slice(0, longestAbstract);
  }
  return undefined;
}

const doiPattern = /\b10\.\d{4,9}\/[^\s"<>|]+/g;

/**
 * The paper's own DOI: one that stands on most pages, as preprint servers print it, else the first on the first page.
 * References at the end name other papers' DOIs, so that later pages alone do not count.
 */
function doiOf(pages: readonly PdfPage[]): string | undefined {
  const [first] = pages;
  if (first === undefined) return undefined;
  const named = new Set(doisOn(first));
  if (named.size === 0) return undefined;
  const counts = new Map([...named].map((doi) => [doi, 0]));
  for (const page of pages.slice(1, 12)) for (const doi of new Set(doisOn(page))) if (counts.has(doi)) counts.set(doi, (counts.get(doi) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0];
}

function doisOn(page: PdfPage): string[] {
  const text = linesOf(page.text, undefined)
    .map((line) => line.text)
    .join('\n');
  return [...text.matchAll(doiPattern)].flatMap(([match]) => {
    // A version of a preprint is the same paper; brackets close what stood before.
    const doi = parseDoi(match.replace(/[)\]}.,;:]+$/, (tail) => (tail.startsWith(')') && match.includes('(') ? ')' : '')).replace(/v\d{1,2}(?:\.full(?:\.pdf)?)?$/, ''));
    return doi === undefined ? [] : [doi];
  });
}

function licenceOf(lines: readonly TextLine[]): string | undefined {
  return readLicence(lines.map(({ text }) => text).join(' '));
}
