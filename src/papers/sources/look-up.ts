import { asCovidCtError, type CovidCtError, type Progress } from '../../base/index.ts';
import { downloadObject } from '../../release/index.ts';
import type { Api } from './api.ts';
import { askCrossref, askEuropePmc, askPmc, askPreprints, askUnpaywall, type FullText, type ServiceRecord } from './services.ts';

/** What the services know of a paper. */
export interface PaperRecord {
  readonly doi: string;
  readonly title: string | undefined;
  readonly abstract: string | undefined;
  /** DOIs of the same work elsewhere, in lower case. */
  readonly versions: readonly string[];
  readonly retraction: string | undefined;
  /** Open copies, the best first: PDFs, whose pages and objects name the pictures, then packages. */
  readonly fullTexts: readonly FullText[];
  /** Services that did not answer. */
  readonly notes: readonly string[];
}

/** Asks all services for a DOI; one that does not answer leaves a note. @throws CovidCtError NETWORK where none answers */
export async function lookUpPaper(doi: string, api: Api): Promise<PaperRecord> {
  const notes: string[] = [];
  const records: ServiceRecord[] = [];
  const faults: CovidCtError[] = [];
  const ask = async (service: (subject: string, api: Api) => Promise<ServiceRecord>, subject: string): Promise<void> => {
    try {
      records.push(await service(subject, api));
    } catch (thrown) {
      api.options.signal?.throwIfAborted();
      const error = asCovidCtError(thrown);
      if (error.code !== 'NETWORK' && error.code !== 'LIMIT_EXCEEDED') throw error;
      faults.push(error);
      notes.push(error.message);
    }
  };
  for (const service of [askPreprints, askEuropePmc, askCrossref, askUnpaywall]) await ask(service, doi);
  const pmcid = records.find((record) => record.pmcid !== undefined)?.pmcid;
  if (pmcid !== undefined) await ask(askPmc, pmcid);
  const [fault] = faults;
  if (records.every((record) => record.title === undefined && record.fullTexts.length === 0) && fault !== undefined) throw fault;
  const all = records.flatMap(({ fullTexts }) => fullTexts);
  return {
    doi,
    title: records.find(({ title }) => title !== undefined)?.title,
    abstract: records.find(({ abstract }) => abstract !== undefined)?.abstract,
    versions: [...new Set(records.flatMap(({ versions }) => versions.map((version) => version.toLowerCase())))].filter((version) => version !== doi.toLowerCase()),
    retraction: records.find(({ retraction }) => retraction !== undefined)?.retraction,
    fullTexts: [...all.filter(({ kind }) => kind === 'pdf'), ...all.filter(({ kind }) => kind === 'package')],
    notes,
  };
}

/** A full text that was fetched: its file in the workspace's objects. */
export interface FetchedPaper {
  readonly path: string;
  readonly source: FullText;
}

/** Files above this are no papers. */
const largestPaper = 400e6;

/**
 * Fetches the first open copy that can be had.
 * @returns `undefined` where there is no open copy at all
 * @throws CovidCtError of the last copy, where none can be had
 */
export async function fetchPaper(record: PaperRecord, api: Api, progress: Progress): Promise<FetchedPaper | undefined> {
  const { workspace, limits, signal } = api.options;
  let fault: CovidCtError | undefined;
  for (const source of record.fullTexts) {
    try {
      const advice = { missing: 'the service names it all the same', otherwise: 'fetch it in a browser, and name the file' };
      const { sha256 } = await downloadObject(source.address, { workspace, limit: largestPaper, label: record.doi, progress, advice, ...(limits === undefined ? {} : { limits }), ...(signal === undefined ? {} : { signal }) }, async () => {});
      return { path: workspace.objects.pathOf(sha256), source };
    } catch (thrown) {
      const error = asCovidCtError(thrown);
      if (error.code === 'CANCELLED' || error.code === 'DISK') throw error;
      fault = error;
    }
  }
  if (fault !== undefined) throw fault;
  return undefined;
}
