import { asCovidCtError, type Progress } from '../../base/index.ts';
import { stemOfDoi } from '../../release/index.ts';
import type { BatchItem } from '../batch/index.ts';
import type { ExtractedPaper } from '../candidates/index.ts';
import type { Api } from './api.ts';
import { doiKey } from './known-dois.ts';
import { forbidsDerivatives } from './licences.ts';
import { fetchPaper, lookUpPaper, type PaperRecord } from './look-up.ts';

/** A DOI as it came out: a file to read, or a paper that is not read, with the reason. */
export type Gathered = { readonly item: BatchItem } | { readonly paper: ExtractedPaper };

/** What is asked of a gathering. */
export interface GatherOptions {
  /** Papers of the release, as keys. */
  readonly known: ReadonlySet<string>;
  /** Reads papers that the release has all the same. */
  readonly force: boolean;
  readonly progress: Progress;
}

/**
 * Looks DOIs up and fetches their open full texts, one after another. A preprint and its journal's version are one paper.
 * @param given DOIs with what the user wrote for each
 * @throws CovidCtError DISK, CANCELLED
 */
export async function gatherPapers(given: readonly { readonly given: string; readonly doi: string }[], api: Api, { known, force, progress }: GatherOptions): Promise<Gathered[]> {
  const gathered: Gathered[] = [];
  const taken = new Map<string, string>();
  for (const [i, { given: name, doi }] of given.entries()) {
    progress({ label: 'DOIs', done: i, total: given.length, detail: doi });
    gathered.push(await gatherOne(name, doi));
  }
  if (given.length > 0) progress({ label: 'DOIs', done: given.length, total: given.length });
  return gathered;

  async function gatherOne(name: string, doi: string): Promise<Gathered> {
    const unread = (status: ExtractedPaper['status'], note: string, record?: PaperRecord): Gathered => ({
      paper: { file: name, status, pages: 0, paper: null, doi, title: record?.title ?? null, licence: null, notes: [note, ...(record?.retraction === undefined ? [] : [`This paper is ${record.retraction}.`]), ...(record?.notes ?? [])], candidates: 0 },
    });
    if (!force && known.has(doiKey(doi))) return unread('in the release', 'The release has this paper already; --force reads it all the same.');
    let record: PaperRecord;
    try {
      record = await lookUpPaper(doi, api);
    } catch (error) {
      return failed(error, unread);
    }
    const all = [doi, ...record.versions].map(doiKey);
    const version = all.find((key) => known.has(key));
    if (!force && version !== undefined) return unread('in the release', `The release has this paper already, as ${version}; --force reads it all the same.`, record);
    const earlier = all.map((key) => taken.get(key)).find((other) => other !== undefined);
    if (earlier !== undefined) return unread('twice', `The same paper as ${earlier}.`, record);
    for (const key of all) taken.set(key, name);
    if (record.fullTexts.length === 0) return unread('no open full text', 'No service names a full text under a Creative Commons licence. Fetch the PDF yourself, and name the file.', record);
    try {
      const fetched = await fetchPaper(record, api, progress);
      if (fetched === undefined) return unread('no open full text', 'No open full text could be had.', record);
      const { licence, from } = fetched.source;
      const notes = [`From ${from}, ${licence}.`, ...(forbidsDerivatives(licence) ? ['Its licence forbids sharing what is cut out of it.'] : []), ...record.notes];
      return {
        item: {
          given: name,
          path: fetched.path,
          fileName: `${stemOfDoi(doi) ?? doi.replaceAll('/', '_')}.pdf`,
          doi,
          licence,
          ...(record.title === undefined ? {} : { title: record.title }),
          ...(record.abstract === undefined ? {} : { abstract: record.abstract }),
          ...(record.retraction === undefined ? {} : { retraction: record.retraction }),
          notes,
        },
      };
    } catch (error) {
      return failed(error, (status, note) => unread(status, note, record));
    }
  }

  function failed(thrown: unknown, unread: (status: ExtractedPaper['status'], note: string) => Gathered): Gathered {
    const error = asCovidCtError(thrown);
    if (api.options.signal?.aborted === true || error.code === 'DISK' || error.code === 'CANCELLED') throw error;
    return unread('not fetched', error.hint === undefined ? error.message : `${error.message} ${error.hint}`);
  }
}
