import { availableParallelism } from 'node:os';
import { asCovidCtError, CovidCtError, sha256OfFile, type Progress, type Workspace } from '../../base/index.ts';
import type { Candidate, ExtractedFigure, ExtractedPaper, Extraction } from '../candidates/index.ts';
import { failedResult, type Job, type JobResult } from './job.ts';
import { openPool } from './pool.ts';
import { openRecords } from './records.ts';
import type { JobLimits } from './worker-process.ts';

/** A file of a batch, with what is known of its paper. */
export interface BatchItem extends Pick<Job, 'fileName' | 'doi' | 'licence' | 'title' | 'abstract'> {
  /** As the user named it. */
  readonly given: string;
  readonly path: string;
  readonly notes?: readonly string[];
  /** What says that the paper was retracted: then none of it is selected. */
  readonly retraction?: string;
}

/** How a batch is read. */
export interface BatchOptions {
  readonly workspace: Workspace;
  readonly limits?: Partial<JobLimits>;
  /** Processes at a time; four at most where nothing is said, since memory grows with them. */
  readonly workers?: number;
  readonly rules?: Job['rules'];
  /** Also draw the pages, for a person to look at. */
  readonly pageViews?: boolean;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** What a batch cost. */
export interface BatchCost {
  readonly seconds: number;
  readonly workers: number;
  /** Papers that were read now, and those whose result was there from an earlier run. */
  readonly read: number;
  readonly known: number;
  /** Pages that were read now. */
  readonly pages: number;
  readonly pagesPerSecond: number;
  /** What the slowest paper took, its worker's start included. */
  readonly slowestSeconds: number;
  /** The most that all processes together held, in megabytes; 0 where the system does not tell. */
  readonly peakMegabytes: number;
}

/** A batch, read. */
export interface Batch {
  readonly extraction: Extraction;
  readonly cost: BatchCost;
}

/** What one file may cost where nothing else is said. */
export const defaultLimits: JobLimits = { seconds: 120, megabytes: 1000 };

/**
 * Reads many papers in worker processes. Each result is kept in the workspace as it comes, so that an interrupted or killed
 * batch goes on where it stopped when it is asked for again.
 * @throws CovidCtError DISK, ENVIRONMENT; CANCELLED by the signal
 */
export async function extractBatch(items: readonly BatchItem[], options: BatchOptions): Promise<Batch> {
  const { workspace, progress, signal } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const workers = Math.max(1, Math.min(options.workers ?? Math.min(4, availableParallelism()), items.length));
  const pool = openPool({ limits, signal });
  const records = openRecords(workspace);
  const started = performance.now();
  const results: JobResult[] = [];
  const hashes = new Map<string, string>();
  let [next, done, read, known, pages, slowest] = [0, 0, 0, 0, 0, 0];
  const one = async (item: BatchItem): Promise<JobResult> => {
    let hash: string;
    try {
      hash = await sha256OfFile(item.path);
    } catch (error) {
      return failedResult('not fetched', asCovidCtError(error).message);
    }
    const first = hashes.get(hash);
    if (first !== undefined) return failedResult('twice', `The same bytes as ${first}.`);
    hashes.set(hash, item.given);
    const { fileName, doi, licence, title, abstract } = item;
    const job: Job = { path: item.path, fileName, workspace: workspace.folder, ...defined({ doi, licence, title, abstract, rules: options.rules, pageViews: options.pageViews === true ? true : undefined }) };
    const earlier = await records.find(hash, job, limits);
    if (earlier !== undefined) {
      known += 1;
      return earlier;
    }
    const handed = performance.now();
    // Of one paper alone its own steps are the progress; of many, how many are read.
    const result = await pool.run(job, items.length === 1 ? progress : undefined);
    slowest = Math.max(slowest, (performance.now() - handed) / 1000);
    await records.keep(hash, job, limits, result);
    read += 1;
    pages += result.pages;
    return result;
  };
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) {
      signal?.throwIfAborted();
      const item = items[i];
      if (item === undefined) return;
      results[i] = await one(item);
      done += 1;
      progress({ label: 'Papers', done, total: items.length, detail: `${pages} pages` });
    }
  };
  try {
    progress({ label: 'Papers', done: 0, total: items.length });
    await Promise.all(Array.from({ length: workers }, lane));
  } catch (error) {
    if (signal?.aborted === true) throw new CovidCtError('CANCELLED', `Interrupted after ${done} of ${items.length} papers.`, { hint: 'Run the same command again: it goes on where it stopped.', cause: error });
    throw error;
  } finally {
    pool.close();
    progress({ label: 'Papers', done: items.length, total: items.length });
  }
  const seconds = (performance.now() - started) / 1000;
  return { extraction: assemble(items, results), cost: { seconds, workers, read, known, pages, pagesPerSecond: pages / Math.max(seconds, 1e-3), slowestSeconds: slowest, peakMegabytes: Math.round(pool.peak() / 1e6) } };
}

/** Leaves out what is undefined. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** Puts results together in the order of the items; a stem that was used before is counted, so that names stay apart. */
function assemble(items: readonly BatchItem[], results: readonly JobResult[]): Extraction {
  const candidates: Candidate[] = [];
  const figures: ExtractedFigure[] = [];
  const papers: ExtractedPaper[] = [];
  const used = new Map<string, number>();
  const ofDoi = new Map<string, string>();
  for (const [i, item] of items.entries()) {
    const result = results[i];
    if (result === undefined) continue;
    const retracted = item.retraction === undefined ? undefined : `the paper is ${item.retraction}`;
    const notes = [...(retracted === undefined ? [] : [retracted]), ...(item.notes ?? []), ...result.notes];
    let stem = result.paper;
    if (result.paper !== null) {
      const count = (used.get(result.paper.toLowerCase()) ?? 0) + 1;
      used.set(result.paper.toLowerCase(), count);
      if (count > 1) stem = `${result.paper}.${count}`;
    }
    if (result.doi !== null) {
      const other = ofDoi.get(result.doi.toLowerCase());
      if (other !== undefined) notes.push(`${other} has the same DOI.`);
      else ofDoi.set(result.doi.toLowerCase(), item.given);
    }
    const named = <T extends { readonly paper: string }>(one: T): T => (stem === null ? one : { ...one, paper: stem });
    const flagged = <T extends { readonly selected: boolean; readonly reasons: string[] }>(one: T): T => (retracted === undefined ? one : { ...one, selected: false, reasons: [retracted, ...one.reasons] });
    for (const one of result.candidates) candidates.push(flagged({ ...named(one), file: stem === null ? one.file : stem + one.file.slice(one.paper.length) }));
    figures.push(...result.figures.map(named).map(flagged));
    papers.push({ file: item.given, status: result.status, pages: result.pages, paper: stem, doi: result.doi, title: result.title, licence: result.licence, notes, candidates: result.candidates.length, ...(result.pageViews === undefined ? {} : { pageViews: result.pageViews }) });
  }
  return { candidates, figures, papers };
}
