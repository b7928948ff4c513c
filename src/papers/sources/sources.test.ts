import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { servedDois, startPaperServices, type PaperServices } from '../../../tests/support/paper-services.ts';
import { noProgress, openWorkspace, type Workspace } from '../../base/index.ts';
import { extractBatch } from '../batch/index.ts';
import { discover, doiKey, gatherPapers, knownDois, lookUpPaper, openApi, type Api, type Gathered } from './index.ts';

// Worker processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let folder: string;
let workspace: Workspace;
let services: PaperServices;
const limits = { connectTimeout: 5000, idleTimeout: 5000, redirects: 3, attempts: 3, pause: 5, longestPause: 200 };
const apiOf = (more: Partial<Parameters<typeof openApi>[0]> = {}): Api => openApi({ workspace, endpoints: services.endpoints, pause: 0, limits, email: 'a@example.org', ...more });
const gather = (dois: readonly string[], known: readonly string[] = [], force = false): Promise<Gathered[]> =>
  gatherPapers(dois.map((doi) => ({ given: doi, doi })), apiOf(), { known: new Set(known), force, progress: noProgress });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-sources-'));
  workspace = openWorkspace(folder);
  services = await startPaperServices([
    { doi: servedDois.preprint, title: 'A preprint on chest CT of COVID-19', license: 'cc by', source: 'PPR', commentCorrectionList: { commentCorrection: [{ type: 'Preprint of', doi: servedDois.published }] } },
    { doi: servedDois.published, title: 'The same in a journal', license: 'cc by', fullTextUrlList: { fullTextUrl: [{ documentStyle: 'pdf', availabilityCode: 'OA', url: 'https://example.org/a.pdf' }] } },
    { doi: servedDois.closed, title: 'A closed paper' },
    { doi: '10.1101/2020.02.17.20024018', title: 'In the release', license: 'cc by' },
    { doi: servedDois.retracted, title: 'A retracted one', license: 'cc by', pmcid: 'PMC2', pubTypeList: { pubType: ['Journal Article', 'Retracted Publication'] } },
    { title: 'Without a DOI' },
  ]);
});
afterEach(async () => {
  await services.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a DOI', () => {
  it('of a preprint gives the last version under its licence, and its journal version as another name', async () => {
    const record = await lookUpPaper(servedDois.preprint, apiOf());
    expect(record).toMatchObject({ title: 'A preprint on chest CT of COVID-19', abstract: 'Chest CT of COVID-19.', versions: [servedDois.published], retraction: undefined, notes: [] });
    expect(record.fullTexts).toEqual([{ kind: 'pdf', address: `${services.endpoints.medrxivFiles}/content/${servedDois.preprint}v2.full.pdf`, licence: 'CC-BY-4.0', from: 'medrxiv' }]);
  });

  it('is read where its text is open, by PDF or by a package of JATS, and refused with a reason where not', async () => {
    const gathered = await gather([servedDois.preprint, servedDois.packaged, servedDois.closed, servedDois.repository, servedDois.login, servedDois.published, '10.1000/unknown']);
    expect(gathered.map((each) => ('item' in each ? [each.item.fileName, each.item.licence] : [each.paper.status, each.paper.notes[0]?.split('.')[0]]))).toEqual([
      ['2020.03.03.20030001.pdf', 'CC-BY-4.0'],
      ['10.1000_packaged.pdf', 'CC-BY-NC'],
      ['no open full text', 'No service names a full text under a Creative Commons licence'],
      ['10.1000_repository.pdf', 'CC-BY-NC-ND'],
      ['not fetched', expect.stringContaining('http://127')],
      ['twice', `The same paper as ${servedDois.preprint.split('.')[0]}`],
      ['no open full text', 'No service names a full text under a Creative Commons licence'],
    ]);
    expect(services.server.requests.map(({ path }) => path)).not.toContain('/publisher/closed.pdf');
    expect(services.server.requests.map(({ path }) => path)).not.toContain('/repository/closed.pdf');

    const items = gathered.flatMap((each) => ('item' in each ? [each.item] : []));
    const { extraction } = await extractBatch(items, { workspace, progress: noProgress, workers: 1 });
    expect(extraction.papers.map(({ status, doi, licence }) => [status, doi, licence])).toEqual([
      ['read', servedDois.preprint, 'CC-BY-4.0'],
      ['read', servedDois.packaged, 'CC-BY-NC'],
      ['read', servedDois.repository, 'CC-BY-NC-ND'],
    ]);
    expect(extraction.papers[2]?.notes).toContain('Its licence forbids sharing what is cut out of it.');
    expect(extraction.papers[1]?.notes).toContain('The package lacks the picture missing.jpg.');
    expect(extraction.candidates.map(({ file, licence, selected, source, caption }) => [file, licence, selected, source, caption?.slice(0, 24)])).toEqual([
      ['2020.03.03.20030001-p2-10.png', 'CC-BY-4.0', true, 'embedded', 'Figure 1. Axial chest CT'],
      ['10.1000_packaged-p0-0%0.png', 'CC-BY-NC', true, 'file', 'Figure 1. Axial chest CT'],
      ['10.1000_repository-p1-10.png', 'CC-BY-NC-ND', true, 'embedded', 'Figure 1. Axial chest CT'],
    ]);
    expect(extraction.figures.find(({ caption }) => caption?.startsWith('Fig. 2.'))).toMatchObject({ kind: 'missing', captionPage: null });
  });

  it('that the release has, by itself or by another version, is refused unless forced', async () => {
    const statuses = (gathered: readonly Gathered[]): string[] => gathered.map((each) => ('item' in each ? 'read' : each.paper.status));
    expect(statuses(await gather([servedDois.preprint], [servedDois.preprint]))).toEqual(['in the release']);
    expect(services.server.requests).toEqual([]);
    expect(statuses(await gather([servedDois.preprint], [servedDois.published]))).toEqual(['in the release']);
    expect(statuses(await gather([servedDois.preprint], [servedDois.preprint], true))).toEqual(['read']);
  });

  it('of a retracted paper is flagged, and nothing of it is selected', async () => {
    const gathered = await gather([servedDois.retracted]);
    const items = gathered.flatMap((each) => ('item' in each ? [each.item] : []));
    const { extraction } = await extractBatch(items, { workspace, progress: noProgress });
    expect(extraction.papers[0]?.notes[0]).toBe('the paper is retracted by 10.1000/notice (Crossref)');
    expect(extraction.candidates.map(({ selected, reasons }) => [selected, reasons[0]])).toEqual([[false, 'the paper is retracted by 10.1000/notice (Crossref)']]);
  });
});

describe('services', () => {
  it('are asked once a day, one request at a time, a while apart', async () => {
    const api = apiOf({ pause: 60 });
    const started = performance.now();
    await lookUpPaper(servedDois.closed, api);
    const asked = services.server.requests.length;
    // One host plays them all here: Europe PMC, Crossref, Unpaywall.
    expect(asked).toBe(3);
    expect(performance.now() - started).toBeGreaterThan(115);
    await lookUpPaper(servedDois.closed, api);
    expect(services.server.requests).toHaveLength(asked);
  });

  it('are asked again where they are busy, and leave a note where they do not answer', async () => {
    const { fault } = services.server;
    let busy = 0;
    services.server.fault = (request, response, file, nth) => {
      if (request.url?.startsWith('/crossref') === true && nth <= 2) {
        busy += 1;
        response.writeHead(503, { 'retry-after': '0' }).end();
        return undefined;
      }
      if (request.url?.startsWith('/unpaywall') === true) {
        response.writeHead(500).end('broken');
        return undefined;
      }
      return fault?.(request, response, file, nth);
    };
    const record = await lookUpPaper(servedDois.closed, apiOf());
    expect(busy).toBe(2);
    expect(record.title).toBe('A closed paper on COVID-19');
    expect(record.notes).toEqual([expect.stringMatching(/unpaywall.*gave no answer: the server answers 500, 3 times in a row/)]);
  });

  it('that answer nonsense are told, and all that fail together are an error', async () => {
    services.server.fault = (_, response) => {
      response.writeHead(200).end('<html>maintenance');
      return undefined;
    };
    await expect(lookUpPaper(servedDois.closed, apiOf())).rejects.toMatchObject({ code: 'NETWORK', message: expect.stringContaining('answers something that is not understood') });
  });
});

it('a search drops what the release has and lists a preprint and its journal version once', async () => {
  const found = await discover('COVID-19 CT', new Set(['10.1101/2020.02.17.20024018']), 25, apiOf());
  expect(found).toMatchObject({ inRelease: 1, otherVersions: 1, withoutDoi: 1 });
  expect(found.papers.map(({ doi, licence, open, retraction }) => [doi, licence, open, retraction])).toEqual([
    [servedDois.packaged, 'CC-BY-NC', true, undefined],
    [servedDois.preprint, 'CC-BY', true, undefined],
    [servedDois.closed, undefined, false, undefined],
    [servedDois.retracted, 'CC-BY', true, 'retracted (Europe PMC)'],
  ]);
});

it('DOIs are compared without case and without a preprint’s version', () => {
  expect([doiKey('10.1101/2020.02.17.20024018v3'), doiKey('10.1016/S0140-6736(20)30183-5')]).toEqual(['10.1101/2020.02.17.20024018', '10.1016/s0140-6736(20)30183-5']);
  expect(knownDois({ images: [], metadata: [] }).size).toBe(0);
});
