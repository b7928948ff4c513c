import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { parseDoi } from '../../release/index.ts';
import { readLicence } from '../sources/index.ts';

/** A figure as JATS has it (jats.nlm.nih.gov, element `fig`). */
export interface JatsFigure {
  /** As in `Figure 2`: `2`. */
  readonly number: string | undefined;
  /** With its label. */
  readonly caption: string;
  /** Names of its pictures' files, which often lack their extension. */
  readonly files: readonly string[];
}

/** An article's front matter and figures. */
export interface JatsArticle {
  readonly title: string | undefined;
  readonly abstract: string | undefined;
  readonly doi: string | undefined;
  readonly licence: string | undefined;
  readonly figures: readonly JatsFigure[];
}

/** An element: its name, attributes and children in their order. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

const nodeSchema = z.record(z.string(), z.unknown());
const attributesSchema = z.record(z.string(), z.coerce.string()).catch({});
/** Elements within elements deeper than this are left out. */
const deepest = 200;

function elementsOf(nodes: unknown, depth = 0): (Element | string)[] {
  if (!Array.isArray(nodes) || depth > deepest) return [];
  return nodes.flatMap((node: unknown): (Element | string)[] => {
    const read = nodeSchema.safeParse(node).data;
    if (read === undefined) return [];
    const name = Object.keys(read).find((key) => key !== ':@');
    if (name === undefined) return [];
    if (name === '#text') return [String(read[name])];
    return [{ name, attributes: attributesSchema.parse(read[':@']), children: elementsOf(read[name], depth + 1) }];
  });
}

function textOf(part: Element | string): string {
  if (typeof part === 'string') return part;
  const text = part.children.map(textOf).join('');
  return /^(?:p|title|label|sec|list-item)$/.test(part.name) ? ` ${text} ` : text;
}

const tidy = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/\s+([,.;:)])/g, '$1').trim();

function all(part: Element, name: string): Element[] {
  return part.children.flatMap((child) => (typeof child === 'string' ? [] : [...(child.name === name ? [child] : []), ...all(child, name)]));
}

const first = (part: Element, name: string): Element | undefined => all(part, name)[0];

/** Reads an article. @returns `undefined` where the text is no XML with an `article` */
export function readJats(text: string): JatsArticle | undefined {
  // Entities are left as they are but for XML's own five: nothing is looked up, nothing grows.
  const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', trimValues: false, parseTagValue: false, parseAttributeValue: false });
  let root: Element;
  try {
    root = { name: '', attributes: {}, children: elementsOf(parser.parse(text)) };
  } catch {
    return undefined;
  }
  const article = first(root, 'article');
  if (article === undefined) return undefined;
  const front = first(article, 'front') ?? article;
  const titled = first(front, 'article-title');
  const abstract = all(front, 'abstract').find(({ attributes }) => attributes['abstract-type'] === undefined) ?? first(front, 'abstract');
  const doi = all(front, 'article-id').find(({ attributes }) => attributes['pub-id-type'] === 'doi');
  const licences = [...all(front, 'license'), ...all(front, 'ali:license_ref')].flatMap((each) => [each.attributes['xlink:href'], textOf(each), ...all(each, 'ext-link').map(({ attributes }) => attributes['xlink:href'])]);
  return {
    title: titled === undefined ? undefined : tidy(textOf(titled)),
    abstract: abstract === undefined ? undefined : tidy(textOf(abstract)),
    doi: doi === undefined ? undefined : parseDoi(tidy(textOf(doi))),
    licence: licences.map(readLicence).find((licence) => licence !== undefined),
    figures: all(article, 'fig').map(figureOf),
  };
}

function figureOf(element: Element): JatsFigure {
  const label = first(element, 'label');
  const caption = first(element, 'caption');
  const named = label === undefined ? '' : tidy(textOf(label));
  const text = caption === undefined ? '' : tidy(textOf(caption));
  return {
    number: /([SAE]?\d+|[IVX]+)\.?$/.exec(named)?.[1],
    caption: named === '' ? text : `${named.replace(/[.:]$/, '')}. ${text}`,
    files: all(element, 'graphic').flatMap(({ attributes }) => attributes['xlink:href'] ?? []),
  };
}
