import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { encodePng } from '../../src/imaging/node.ts';
import { endpointsSchema, type Endpoints } from '../../src/papers/index.ts';
import { casePaper, casePixels } from './case-paper.ts';
import { startFaultServer, type FaultServer } from './fault-server.ts';

/** A server that plays the services of papers, in the shape of their answers; all papers are synthetic. */
export interface PaperServices {
  readonly server: FaultServer;
  readonly endpoints: Endpoints;
  close(): Promise<void>;
}

/** The papers that it has. */
export const servedDois = {
  /** medRxiv, CC BY, second version. */
  preprint: '10.1101/2020.03.03.20030001',
  /** Its journal's version. */
  published: '10.1000/journal.of.it',
  /** In PMC as a package of JATS and pictures, without a PDF. */
  packaged: '10.1000/packaged',
  closed: '10.1000/closed',
  retracted: '10.1000/retracted',
  /** Known to Unpaywall alone. */
  repository: '10.1000/repository',
  /** Open, they say, but its server sends a login page. */
  login: '10.1000/login',
} as const;

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const byLicence = [{ URL: 'http://creativecommons.org/licenses/by/4.0/', 'content-version': 'vor' }];
const crossrefOf = (title: string, more: object = {}): Uint8Array => json({ status: 'ok', 'message-type': 'work', message: { title: [title], ...more } });
const pdfLink = (address: string): object => ({ license: byLicence, link: [{ URL: address, 'content-type': 'application/pdf', 'intended-application': 'text-mining' }] });

async function packageOf(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const archive = pack();
  for (const [name, bytes] of Object.entries(files)) archive.entry({ name: `PMC7000001/${name}` }, Buffer.from(bytes));
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Uint8Array.from(gzipSync(Buffer.concat(chunks)));
}

/** JATS as PMC writes it. */
export const jats = `<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) v1.2//EN" "JATS.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta><article-id pub-id-type="pmid">1</article-id><article-id pub-id-type="doi">${servedDois.packaged}</article-id>
<title-group><article-title>Chest CT of <italic>two</italic> patients with COVID-19</article-title></title-group>
<permissions><license xlink:href="https://creativecommons.org/licenses/by-nc/4.0/"><license-p>Open access.</license-p></license></permissions>
<abstract><title>Abstract</title><p>Two synthetic patients.</p></abstract></article-meta></front>
<body><sec><p>See <xref ref-type="fig">Figure 1</xref>.</p><fig id="f1"><label>Figure 1</label><caption><p>Axial chest CT shows ground-glass opacities in COVID-19 pneumonia &amp; nothing else.</p></caption><graphic xlink:href="gr1"/></fig>
<fig id="f2"><label>Fig. 2.</label><caption><p>Flow chart of the study.</p></caption><graphic xlink:href="missing.jpg"/></fig></sec></body></article>`;

/** Starts the server. @param hits what Europe PMC answers to a search, besides its own papers */
export async function startPaperServices(hits: readonly object[] = []): Promise<PaperServices> {
  const { preprint, published, packaged, closed, retracted, repository, login } = servedDois;
  const server = await startFaultServer(new Map());
  const at = (path: string): string => `${server.address}${path}`;
  const endpoints = endpointsSchema.parse({
    crossref: at('/crossref'), biorxiv: at('/biorxiv'), medrxivFiles: at('/medrxiv'), biorxivFiles: at('/biorxiv-files'),
    europePmc: at('/europepmc'), unpaywall: at('/unpaywall'), pmc: at('/ncbi'), pmcFiles: at('/ftp'),
  });
  const version = (number: string): object => ({ doi: preprint, title: 'A preprint on chest CT of COVID-19', authors: 'A; B', date: '2020-03-03', version: number, type: 'PUBLISHAHEADOFPRINT', license: 'cc_by', abstract: 'Chest CT of COVID-19.', published: 'NA', server: 'medrxiv' });
  const files: Record<string, Uint8Array> = {
    [`/biorxiv/details/medrxiv/${preprint}/na/json`]: json({ messages: [{ status: 'ok' }], collection: [version('1'), version('2')] }),
    [`/medrxiv/content/${preprint}v2.full.pdf`]: casePaper({ seed: 71, textPages: 1 }),
    [`/crossref/works/${preprint}`]: crossrefOf('A preprint on chest CT of COVID-19', { relation: { 'is-preprint-of': [{ 'id-type': 'doi', id: published, 'asserted-by': 'subject' }] } }),
    [`/crossref/works/${published}`]: crossrefOf('The same in a journal', { relation: { 'has-preprint': [{ 'id-type': 'doi', id: preprint, 'asserted-by': 'object' }] }, ...pdfLink(at('/publisher/published.pdf')) }),
    '/publisher/published.pdf': casePaper({ seed: 72 }),
    [`/crossref/works/${closed}`]: crossrefOf('A closed paper on COVID-19', { license: [{ URL: 'https://www.elsevier.com/tdm/userlicense/1.0/' }], link: [{ URL: at('/publisher/closed.pdf'), 'content-type': 'application/pdf' }] }),
    '/publisher/closed.pdf': casePaper({ seed: 73 }),
    [`/crossref/works/${retracted}`]: crossrefOf('A paper on COVID-19', { 'updated-by': [{ type: 'retraction', label: 'Retraction', DOI: '10.1000/notice' }], ...pdfLink(at('/publisher/retracted.pdf')) }),
    '/publisher/retracted.pdf': casePaper({ seed: 74 }),
    [`/unpaywall/v2/${repository}`]: json({ doi: repository, title: 'In a repository', is_oa: true, best_oa_location: null, oa_locations: [{ url_for_pdf: at('/repository/closed.pdf'), license: null }, { url_for_pdf: at('/repository/open.pdf'), license: 'cc-by-nc-nd', host_type: 'repository' }] }),
    '/repository/open.pdf': casePaper({ seed: 75 }),
    [`/crossref/works/${login}`]: crossrefOf('Behind a login', pdfLink(at('/publisher/login.pdf'))),
    '/publisher/login.pdf': new TextEncoder().encode('<!doctype html><title>Sign in</title>'),
    '/ncbi/pmc/utils/oa/oa.fcgi': new TextEncoder().encode('<OA><responseDate>2020-01-01</responseDate><records returned-count="1"><record id="PMC7000001" citation="x" license="CC BY-NC" retracted="no"><link format="tgz" updated="2020-01-01" href="ftp://ftp.ncbi.nlm.nih.gov/pub/pmc/oa_package/00/00/PMC7000001.tar.gz"/></record></records></OA>'),
    '/ftp/pub/pmc/oa_package/00/00/PMC7000001.tar.gz': await packageOf({ 'paper.nxml': new TextEncoder().encode(jats), 'gr1.png': await encodePng({ width: 120, height: 100, channels: 1, data: casePixels(76) }), 'notes.txt': new TextEncoder().encode('not needed') }),
  };
  for (const [path, bytes] of Object.entries(files)) server.files.set(path, bytes);
  const packagedHit = { id: '1', source: 'MED', doi: packaged, title: 'Chest CT of two patients with COVID-19.', pmcid: 'PMC7000001', isOpenAccess: 'Y', license: 'cc by-nc', abstractText: 'Two synthetic patients.' };
  server.fault = async (request, response) => {
    if (request.url?.startsWith('/europepmc/webservices/rest/search') !== true) return 'proper';
    const query = new URL(request.url, server.address).searchParams.get('query') ?? '';
    const result = query.startsWith('DOI:') ? (query.includes(packaged) ? [packagedHit] : []) : [packagedHit, ...hits];
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ version: '6.9', hitCount: result.length, resultList: { result } }));
    return undefined;
  };
  return { server, endpoints, close: () => server.close() };
}
