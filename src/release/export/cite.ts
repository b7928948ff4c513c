import type { Release, ReleaseImage } from '../types.ts';

/** Something to cite, with no more than is known of it. */
export interface Citation {
  /** BibTeX key. */
  readonly key: string;
  /** `data set`: a paper that published the data set; `source`: a paper that images were taken from. */
  readonly kind: 'data set' | 'source';
  readonly title: string | undefined;
  readonly authors: readonly string[];
  readonly year: number | undefined;
  readonly venue: string | undefined;
  readonly doi: string | undefined;
  readonly url: string | undefined;
  /** The stem of the file names, where images name their paper only so. */
  readonly stem: string | undefined;
  /** Ids of the images that it is the source of. */
  readonly images: readonly string[];
}

/** The two papers that published COVID-CT-Dataset. */
export const dataSetPapers: readonly Citation[] = [
  {
    key: 'zhao2020covidct',
    kind: 'data set',
    title: 'COVID-CT-Dataset: a CT scan dataset about COVID-19',
    authors: ['Zhao, Jinyu', 'Zhang, Yichen', 'He, Xuehai', 'Xie, Pengtao'],
    year: 2020,
    venue: 'arXiv:2003.13865',
    doi: undefined,
    url: 'https://arxiv.org/abs/2003.13865',
    stem: undefined,
    images: [],
  },
  {
    key: 'he2020sample',
    kind: 'data set',
    title: 'Sample-Efficient Deep Learning for COVID-19 Diagnosis Based on CT Scans',
    authors: ['He, Xuehai', 'Yang, Xingyi', 'Zhang, Shanghang', 'Zhao, Jinyu', 'Zhang, Yichen', 'Xing, Eric', 'Xie, Pengtao'],
    year: 2020,
    venue: 'medRxiv',
    doi: undefined,
    url: undefined,
    stem: undefined,
    images: [],
  },
];

/** What to cite for some images of a release. */
export interface Citations {
  /** The data set's own papers; none for a set that is not COVID-CT-Dataset. */
  readonly dataSet: readonly Citation[];
  /** The papers of the images, sorted by key. */
  readonly sources: readonly Citation[];
  /** Ids of images whose paper the release does not tell. */
  readonly unknown: readonly string[];
}

function keyOf(paper: string): string {
  return paper.replaceAll(/[^A-Za-z0-9.:-]+/g, '-').slice(0, 60);
}

/**
 * What to cite for images: the data set's papers, and the paper of each image, by its DOI or else by the stem of its file
 * names. A release knows neither authors nor titles of these papers, so the citation does not either.
 */
export function citationsOf(release: Release, images: readonly ReleaseImage[] = release.images): Citations {
  const papers = new Map<string, ReleaseImage[]>();
  for (const image of images) {
    if (image.paper === undefined) continue;
    const found = papers.get(image.paper) ?? [];
    found.push(image);
    papers.set(image.paper, found);
  }
  const keys = new Set<string>();
  const sources = [...papers]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([paper, found]): Citation => {
      const doi = found.find((image) => image.doi !== undefined)?.doi;
      const base = keyOf(paper);
      let key = base;
      for (let n = 2; keys.has(key); n++) key = `${base}-${n}`;
      keys.add(key);
      return {
        key,
        kind: 'source',
        title: undefined,
        authors: [],
        year: undefined,
        venue: undefined,
        doi,
        url: doi === undefined ? undefined : `https://doi.org/${doi}`,
        stem: found.find((image) => image.parts.stem !== undefined)?.parts.stem,
        images: found.map((image) => image.id),
      };
    });
  return {
    dataSet: release.layout === 'upstream' ? dataSetPapers : [],
    sources,
    unknown: images.filter((image) => image.paper === undefined).map((image) => image.id),
  };
}

function escapeBibtex(text: string): string {
  return text.replaceAll(/[\\{}]/g, '').replaceAll(/[&%$#_]/g, (character) => `\\${character}`);
}

/** BibTeX: one entry each; an unknown field is absent, never made up. */
export function formatBibtex({ dataSet, sources, unknown }: Citations): string {
  const entry = (citation: Citation): string => {
    const note = citation.stem === undefined ? undefined : `Source of ${citation.images.length} images; stem of their file names: ${citation.stem}`;
    const fields: readonly (readonly [string, string | undefined])[] = [
      ['title', citation.title === undefined ? undefined : `{${escapeBibtex(citation.title)}}`],
      ['author', citation.authors.length === 0 ? undefined : citation.authors.map(escapeBibtex).join(' and ')],
      ['year', citation.year?.toString()],
      ['howpublished', citation.venue === undefined ? undefined : escapeBibtex(citation.venue)],
      ['doi', citation.doi?.replaceAll(/[{}\\]/g, '')],
      ['url', citation.url?.replaceAll(/[{}\\]/g, '')],
      ['note', note === undefined ? undefined : escapeBibtex(note)],
    ];
    const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}}`]));
    return `@misc{${citation.key},\n${lines.join(',\n')}\n}`;
  };
  const missing = unknown.length === 0 ? [] : [`% ${unknown.length} images have no known paper.`];
  return `${[...dataSet.map(entry), ...sources.map(entry), ...missing].join('\n\n')}\n`;
}

/** One line a citation. */
export function formatPlainCitations({ dataSet, sources, unknown }: Citations): string {
  const lines = [...dataSet, ...sources].map((citation) => {
    const who = citation.authors.map((author) => author.split(',')[0]).join(', ');
    const what = citation.title === undefined ? [] : [`${who}: ${citation.title}. ${citation.venue ?? ''} (${citation.year ?? ''}).`];
    const where = citation.url ?? (citation.stem === undefined ? undefined : `known by its file names only: ${citation.stem}`);
    const count = citation.kind === 'source' ? [`(${citation.images.length} ${citation.images.length === 1 ? 'image' : 'images'})`] : [];
    return [...what, ...(where === undefined ? [] : [where]), ...count].join(' ');
  });
  const missing = unknown.length === 0 ? [] : [`No paper is known for ${unknown.length} ${unknown.length === 1 ? 'image' : 'images'}.`];
  return `${[...lines, ...missing].join('\n')}\n`;
}
