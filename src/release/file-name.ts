import { doiOfStem } from './doi.ts';
import type { FileNameParts } from './types.ts';

/** The sign before a panel number. Upstream writes `%`; 28 COVID names write `_` first, others `-`. */
export type PanelMark = '%' | '_' | '-';

/** A file name taken apart so far that it can be put together again: `formatFileName(parseFileName(x)) === x`. */
export interface ParsedFileName extends FileNameParts {
  /**
   * `figure`: `<stem>-p<page>-<xref>…`; `paper`: a paper's stem without page and xref; `number`: a bare number, as the
   * pictures from MedPix (`112.png`) and the crawled ones (`71%0.jpg`) have; `other`: anything else, taken whole.
   */
  readonly form: 'figure' | 'paper' | 'number' | 'other';
  /** What stands before the panels. */
  readonly base: string;
  /** The sign before each panel, in the order of `panels`. */
  readonly marks: readonly PanelMark[];
}

const extensionPattern = /\.(?:png|jpe?g|gif|bmp|tiff?|webp)$/i;
/** No leading zeros, since `%01` would not come back from the number 1. */
const number = '(?:0|[1-9][0-9]{0,8})';
const figurePattern = new RegExp(`^(.+)-p(${number})-(${number})((?:[%_-]${number}){0,2})$`, 's');
const numberPattern = new RegExp(`^(${number})((?:%${number}){0,2})$`);
const paperPattern = new RegExp(`^(PIIS[0-9A-Z]{15,17}|[0-9]{4}\\.[0-9]{2}\\.[0-9]{2}\\.[0-9]{6,8}(?:v[0-9]+)?)((?:[%_-]${number}){0,2})$`);
const panelPattern = new RegExp(`([%_-])(${number})`, 'g');

function parsePanels(text: string): { readonly panels: readonly number[]; readonly marks: readonly PanelMark[] } {
  const found = [...text.matchAll(panelPattern)];
  return {
    panels: found.map((match) => Number(match[2])),
    marks: found.map((match) => (match[1] === '_' ? '_' : match[1] === '-' ? '-' : '%')),
  };
}

/** Without page and xref only `%` tells that something was cut out of a picture: what stands before the last one is that picture. */
function figureWithoutPage(body: string): string | undefined {
  const cut = body.lastIndexOf('%');
  return cut < 0 ? undefined : body.slice(0, cut);
}

/**
 * Takes a file name of a release apart. Every name is read: one of no known form gives `form: 'other'`.
 * Grammar: `<paper stem>-p<page>-<xref>[%<panel>[%<panel>]].<extension>`, page 0-based, xref the number of the PDF object,
 * panels after `%`, `_` or `-`; the table in docs/RELEASE.md counts the forms of the published lists.
 */
export function parseFileName(name: string): ParsedFileName {
  const extension = extensionPattern.exec(name)?.[0] ?? '';
  const body = name.slice(0, name.length - extension.length);
  const common = { name, extension: extension.slice(1) };

  const figure = figurePattern.exec(body);
  if (figure !== null) {
    const [, stem = '', page = '', xref = '', tail = ''] = figure;
    const base = `${stem}-p${page}-${xref}`;
    return { ...common, form: 'figure', base, stem, page: Number(page), xref: Number(xref), ...parsePanels(tail), figure: base, doi: doiOfStem(stem) };
  }
  const bare = { ...common, page: undefined, xref: undefined, figure: figureWithoutPage(body) };
  const paper = paperPattern.exec(body);
  if (paper !== null) {
    const [, stem = '', tail = ''] = paper;
    return { ...bare, form: 'paper', base: stem, stem, ...parsePanels(tail), doi: doiOfStem(stem) };
  }
  const crawled = numberPattern.exec(body);
  if (crawled !== null) {
    const [, base = '', tail = ''] = crawled;
    return { ...bare, form: 'number', base, stem: undefined, ...parsePanels(tail), doi: undefined };
  }
  return { ...bare, form: 'other', base: body, stem: undefined, panels: [], marks: [], figure: undefined, doi: undefined };
}

/** What a name is put together from. */
export type FileNameFields = Pick<ParsedFileName, 'base' | 'panels' | 'extension'> & { readonly marks?: readonly PanelMark[] };

/** Puts a file name together; panels are marked by `%` unless `marks` says otherwise. */
export function formatFileName(fields: FileNameFields): string {
  const panels = fields.panels.map((panel, i) => `${fields.marks?.[i] ?? '%'}${panel}`).join('');
  return `${fields.base}${panels}${fields.extension === '' ? '' : `.${fields.extension}`}`;
}

/** The base of a figure's names: `<stem>-p<page>-<xref>`. */
export function figureBase(stem: string, page: number, xref: number): string {
  return `${stem}-p${page}-${xref}`;
}

/** A key under which names are the same that differ by extension and by `_`, `-` for `%` alone. */
export function looseNameKey(name: string): string {
  return name.trim().replace(extensionPattern, '').replaceAll(/[%_-]/g, '_').toLowerCase();
}

/** A name without its picture extension. */
export function withoutExtension(name: string): string {
  return name.replace(extensionPattern, '');
}

/** Whether a name ends as pictures' names do. */
export function isPictureName(name: string): boolean {
  return extensionPattern.test(name);
}
