import { z } from 'zod';
import { parseDoi } from '../../release/index.ts';
import type { Api } from './api.ts';
import { readLicence } from './licences.ts';

/** A copy of a paper's full text that anybody may fetch and reuse. */
export interface FullText {
  /** `package`: JATS and pictures, as PMC packs them. */
  readonly kind: 'pdf' | 'package';
  readonly address: string;
  /** See `readLicence`. */
  readonly licence: string;
  /** Who gives it. */
  readonly from: string;
}

/** What one service knows of a paper; what it does not know is left out. */
export interface ServiceRecord {
  readonly title?: string;
  readonly abstract?: string;
  /** DOIs of the same work elsewhere: the journal's version of a preprint, and the other way round. */
  readonly versions: readonly string[];
  /** What says that it was retracted. */
  readonly retraction?: string;
  readonly pmcid?: string;
  readonly fullTexts: readonly FullText[];
}

const nothing: ServiceRecord = { versions: [], fullTexts: [] };

/** Text without tags of HTML or JATS, as titles and abstracts have them. */
export function withoutTags(text: string): string {
  return text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(lt|gt|amp|quot|#39|nbsp);/g, (_, name: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", nbsp: ' ' })[name] ?? ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const dois = (values: readonly (string | null | undefined)[]): string[] => [...new Set(values.flatMap((value) => (value === null || value === undefined ? [] : (parseDoi(value) ?? []))))];

const relationSchema = z.array(z.looseObject({ id: z.string(), 'id-type': z.string().optional() })).catch([]);
const updateSchema = z.array(z.looseObject({ type: z.string().optional(), DOI: z.string().optional() })).optional();
const crossrefSchema = z.looseObject({
  message: z.looseObject({
    title: z.array(z.string()).default([]),
    abstract: z.string().optional(),
    license: z.array(z.looseObject({ URL: z.string(), 'content-version': z.string().optional() })).default([]),
    link: z.array(z.looseObject({ URL: z.string(), 'content-type': z.string().optional() })).default([]),
    relation: z.record(z.string(), relationSchema).default({}),
    'updated-by': updateSchema,
    'update-to': updateSchema,
  }),
});

/** Crossref (api.crossref.org/swagger-ui): metadata, licence, links of the publisher, relations between versions, retractions. */
export async function askCrossref(doi: string, api: Api): Promise<ServiceRecord> {
  const mail = api.email === undefined ? '' : `?mailto=${encodeURIComponent(api.email)}`;
  const answer = await api.json(`${api.endpoints.crossref}/works/${encodeURIComponent(doi)}${mail}`, crossrefSchema);
  if (answer === undefined) return nothing;
  const { title, abstract, license, link, relation, ...rest } = answer.message;
  const related = ['is-preprint-of', 'has-preprint', 'is-version-of', 'has-version', 'is-same-as'].flatMap((name) => (relation[name] ?? []).map(({ id }) => id));
  const retracted = (rest['updated-by'] ?? []).find(({ type }) => /retract|withdraw|removal/i.test(type ?? ''));
  const isNotice = (rest['update-to'] ?? []).some(({ type }) => /retract|withdraw|removal/i.test(type ?? ''));
  const told = title[0] ?? '';
  const retraction = retracted !== undefined ? `retracted by ${retracted.DOI ?? 'its publisher'} (Crossref)` : isNotice ? 'a notice of retraction (Crossref)' : /^\W*(?:retracted|withdrawn)\b/i.test(told) ? 'its title says that it was retracted (Crossref)' : undefined;
  const licence = license.map(({ URL: address }) => readLicence(address)).find((each) => each !== undefined);
  const pdfs = licence === undefined ? [] : link.filter((each) => each['content-type'] === 'application/pdf');
  return {
    ...(told === '' ? {} : { title: withoutTags(told) }),
    ...(abstract === undefined ? {} : { abstract: withoutTags(abstract) }),
    versions: dois(related),
    ...(retraction === undefined ? {} : { retraction }),
    fullTexts: pdfs.map(({ URL: address }): FullText => ({ kind: 'pdf', address, licence: licence ?? '', from: 'Crossref' })),
  };
}

const preprintSchema = z.looseObject({
  collection: z.array(z.looseObject({ doi: z.string(), title: z.string().optional(), abstract: z.string().optional(), version: z.coerce.string(), license: z.string().optional(), type: z.string().optional(), published: z.string().optional(), server: z.string().optional() })).default([]),
});

/** The API of bioRxiv and medRxiv (api.biorxiv.org): every version of a preprint, its licence, and where it was published. */
export async function askPreprints(doi: string, api: Api): Promise<ServiceRecord> {
  if (!doi.startsWith('10.1101/')) return nothing;
  for (const server of ['medrxiv', 'biorxiv'] as const) {
    const answer = await api.json(`${api.endpoints.biorxiv}/details/${server}/${doi}/na/json`, preprintSchema);
    const last = answer?.collection.at(-1);
    if (last === undefined) continue;
    // Both servers license by version 4.0.
    const terms = readLicence(last.license);
    const licence = terms === undefined || /\d$/.test(terms) ? terms : `${terms}-4.0`;
    const files = server === 'medrxiv' ? api.endpoints.medrxivFiles : api.endpoints.biorxivFiles;
    const withdrawn = /withdraw|retract/i.test(last.type ?? '') || /^\W*(?:withdrawn|retracted)\b/i.test(last.title ?? '');
    return {
      ...(last.title === undefined ? {} : { title: withoutTags(last.title) }),
      ...(last.abstract === undefined ? {} : { abstract: withoutTags(last.abstract) }),
      versions: dois([last.published]),
      ...(withdrawn ? { retraction: `withdrawn (${server})` } : {}),
      fullTexts: licence === undefined ? [] : [{ kind: 'pdf', address: `${files}/content/${doi}v${last.version}.full.pdf`, licence, from: server }],
    };
  }
  return nothing;
}

const hitSchema = z.looseObject({
  doi: z.string().optional(),
  title: z.string().optional(),
  abstractText: z.string().optional(),
  pmcid: z.string().optional(),
  isOpenAccess: z.string().optional(),
  license: z.string().optional(),
  firstPublicationDate: z.string().optional(),
  source: z.string().optional(),
  pubTypeList: z.looseObject({ pubType: z.array(z.string()).default([]) }).optional(),
  commentCorrectionList: z.looseObject({ commentCorrection: z.array(z.looseObject({ type: z.string().optional(), reference: z.string().optional(), id: z.string().optional(), source: z.string().optional(), doi: z.string().optional() })).default([]) }).optional(),
  fullTextUrlList: z.looseObject({ fullTextUrl: z.array(z.looseObject({ documentStyle: z.string().optional(), availabilityCode: z.string().optional(), url: z.string() })).default([]) }).optional(),
});
const europeSchema = z.looseObject({ hitCount: z.number().optional(), resultList: z.looseObject({ result: z.array(hitSchema).default([]) }).default({ result: [] }) });

/** A hit of Europe PMC. */
export type EuropeHit = z.infer<typeof hitSchema>;

/** Searches Europe PMC (europepmc.org/RestfulWebService), which holds bioRxiv's and medRxiv's preprints too. */
export async function searchEuropePmc(query: string, count: number, api: Api): Promise<readonly EuropeHit[]> {
  const asked = new URLSearchParams({ query, format: 'json', resultType: 'core', pageSize: String(count) });
  return (await api.json(`${api.endpoints.europePmc}/webservices/rest/search?${asked}`, europeSchema))?.resultList.result ?? [];
}

/** What a hit of Europe PMC says of its paper. */
export function recordOfHit(hit: EuropeHit): ServiceRecord {
  const licence = readLicence(hit.license);
  const corrections = hit.commentCorrectionList?.commentCorrection ?? [];
  const retracted = hit.pubTypeList?.pubType.some((type) => /retracted publication/i.test(type)) === true || corrections.some(({ type }) => /^retraction in/i.test(type ?? ''));
  const urls = licence === undefined ? [] : (hit.fullTextUrlList?.fullTextUrl ?? []).filter(({ documentStyle, availabilityCode }) => documentStyle === 'pdf' && /^(?:OA|F)$/.test(availabilityCode ?? ''));
  return {
    ...(hit.title === undefined ? {} : { title: withoutTags(hit.title) }),
    ...(hit.abstractText === undefined ? {} : { abstract: withoutTags(hit.abstractText) }),
    versions: dois(corrections.filter(({ type }) => /^preprint (?:of|in)/i.test(type ?? '')).map(({ doi, reference }) => doi ?? /10\.\d{4,9}\/\S+/.exec(reference ?? '')?.[0])),
    ...(retracted ? { retraction: 'retracted (Europe PMC)' } : {}),
    ...(hit.pmcid === undefined ? {} : { pmcid: hit.pmcid }),
    fullTexts: urls.map(({ url }): FullText => ({ kind: 'pdf', address: url, licence: licence ?? '', from: 'Europe PMC' })),
  };
}

/** Europe PMC, by DOI. */
export async function askEuropePmc(doi: string, api: Api): Promise<ServiceRecord> {
  const hits = await searchEuropePmc(`DOI:"${doi}"`, 5, api);
  const hit = hits.find((each) => each.doi?.toLowerCase() === doi.toLowerCase());
  return hit === undefined ? nothing : recordOfHit(hit);
}

const locationSchema = z.looseObject({ url_for_pdf: z.string().nullish(), license: z.string().nullish() });
const unpaywallSchema = z.looseObject({ title: z.string().nullish(), oa_locations: z.array(locationSchema).default([]) });

/** Unpaywall (unpaywall.org/products/api): open copies with their licences. It asks for an e-mail address. */
export async function askUnpaywall(doi: string, api: Api): Promise<ServiceRecord> {
  if (api.email === undefined) return nothing;
  const answer = await api.json(`${api.endpoints.unpaywall}/v2/${encodeURIComponent(doi)}?email=${encodeURIComponent(api.email)}`, unpaywallSchema);
  if (answer === undefined) return nothing;
  const fullTexts = answer.oa_locations.flatMap(({ url_for_pdf: address, license }): FullText[] => {
    const licence = readLicence(license);
    return licence === undefined || address === null || address === undefined ? [] : [{ kind: 'pdf', address, licence, from: 'Unpaywall' }];
  });
  return { ...(answer.title === null || answer.title === undefined ? {} : { title: withoutTags(answer.title) }), versions: [], fullTexts };
}

/** PMC's open-access service (ncbi.nlm.nih.gov/pmc/tools/oa-service): the package of JATS and pictures, and the PDF. */
export async function askPmc(pmcid: string, api: Api): Promise<ServiceRecord> {
  const text = await api.text(`${api.endpoints.pmc}/pmc/utils/oa/oa.fcgi?id=${encodeURIComponent(pmcid)}`);
  const record = /<record\b[^>]*>/i.exec(text ?? '')?.[0];
  const licence = readLicence(/\blicense="([^"]*)"/i.exec(record ?? '')?.[1]);
  if (text === undefined || record === undefined) return nothing;
  const links = [...text.matchAll(/<link\b[^>]*>/gi)].map(([link]) => ({ format: /\bformat="([^"]*)"/i.exec(link)?.[1], href: /\bhref="([^"]*)"/i.exec(link)?.[1]?.replaceAll('&amp;', '&') }));
  const fullTexts = links.flatMap(({ format, href }): FullText[] => {
    if (licence === undefined || href === undefined) return [];
    const address = href.replace(/^ftp:\/\/ftp\.ncbi\.nlm\.nih\.gov/, api.endpoints.pmcFiles);
    return format === 'pdf' || format === 'tgz' ? [{ kind: format === 'pdf' ? 'pdf' : 'package', address, licence, from: 'PMC' }] : [];
  });
  return { versions: [], ...(/\bretracted="yes"/i.test(record) ? { retraction: 'retracted (PMC)' } : {}), fullTexts };
}
