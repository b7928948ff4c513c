import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { CovidCtError, sha256, systemErrorCode, writeFileAtomic, type Workspace } from '../../base/index.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { isOver, type JobRecord } from '../jobs/record.ts';
import type { IndexedRelease } from '../shelf/indexed-release.ts';

/** A document that a command makes of a release: there, on its way, or not to be had. */
export type DocumentState<T> =
  | { readonly state: 'ready'; readonly document: T }
  | { readonly state: 'pending'; readonly job: JobRecord }
  | { readonly state: 'failed'; readonly job: JobRecord };

/** Which document. */
export interface DocumentRequest<T> {
  /** A kind of job, whose result is the document. */
  readonly kind: string;
  readonly indexed: IndexedRelease;
  readonly input: Readonly<Record<string, unknown>>;
  /** Whatever else it depends on: another text makes another document. */
  readonly dependsOn: readonly string[];
  readonly schema: z.ZodType<T>;
}

/** Documents that commands make, each made once for the same release and input. */
export interface Documents {
  /** Gives it, or begins to make it. */
  get<T>(request: DocumentRequest<T>): Promise<DocumentState<T>>;
  /** What it is called in the workspace's `documents`. */
  nameOf(request: DocumentRequest<unknown>): string;
  /** Gives it where it is there, and begins nothing. */
  peek<T>(request: DocumentRequest<T>): Promise<T | undefined>;
}

/** Documents kept in memory. */
const mostKept = 12;

/** Opens the documents of a workspace. @param version of covid-ct: another one may make other documents */
export function openDocuments(workspace: Workspace, queue: JobQueue, version: string): Documents {
  const kept = new Map<string, unknown>();
  // Lists ask for the audit with every request; documents are written here alone, so that one that was not there is not looked for again.
  const absent = new Set<string>();
  // A page asks for a document from several places at once; the job is begun once.
  const beginning = new Map<string, Promise<JobRecord>>();
  const begin = (name: string, { kind, indexed, input }: DocumentRequest<unknown>): Promise<JobRecord> => {
    const job = beginning.get(name) ?? queue.add(kind, indexed.place.id, input, name).finally(() => beginning.delete(name));
    beginning.set(name, job);
    return job;
  };
  const keep = <T>(name: string, document: T): T => {
    kept.delete(name);
    absent.delete(name);
    kept.set(name, document);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return document;
  };
  const nameOf = ({ kind, indexed, input, dependsOn }: DocumentRequest<unknown>): string =>
    `${kind}-${sha256(JSON.stringify([version, indexed.place.id, indexed.place.commandArguments, indexed.fingerprint, input, dependsOn])).slice(0, 24)}`;
  const pathOf = (name: string): string => workspace.path('documents', `${name}.json`);

  const parse = <T>(text: string, { schema, kind }: DocumentRequest<T>): T => {
    try {
      return schema.parse(JSON.parse(text));
    } catch (error) {
      throw new CovidCtError('BAD_INPUT', `What covid-ct ${kind} printed is not the document that this page shows.`, { hint: 'Remove the folder documents of the workspace, and try again.', cause: error });
    }
  };
  const read = async <T>(name: string, request: DocumentRequest<T>): Promise<T | undefined> => {
    // What stands under a name was parsed by that request's own schema.
    if (kept.has(name)) return keep(name, kept.get(name) as T);
    if (absent.has(name)) return undefined;
    try {
      return keep(name, parse(await readFile(pathOf(name), 'utf8'), request));
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
      absent.add(name);
      return undefined;
    }
  };
  return {
    nameOf,
    peek: (request) => read(nameOf(request), request),
    async get(request) {
      const name = nameOf(request);
      const known = await read(name, request);
      if (known !== undefined) return { state: 'ready', document: known };
      const job = queue.list().find(({ document }) => document === name);
      if (job === undefined) return { state: 'pending', job: await begin(name, request) };
      if (!isOver(job)) return { state: 'pending', job };
      if (job.state !== 'done') return { state: 'failed', job };
      const text = await queue.store.readResult(job.id);
      const document = parse(text, request);
      await writeFileAtomic(pathOf(name), text);
      return { state: 'ready', document: keep(name, document) };
    },
  };
}
