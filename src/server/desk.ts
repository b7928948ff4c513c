import { auditDocumentSchema, correctionsPath, readCorrections, type AuditDocument } from '../audit/index.ts';
import { openWorkspace, sha256, type Workspace } from '../base/index.ts';
import { createBus, type Bus } from './bus.ts';
import { openContributions, type Contributions } from './contributions/contributions.ts';
import { openSharedDatabase, type Database } from './database/database.ts';
import { openDocuments, type DocumentRequest, type Documents } from './documents/documents.ts';
import { indexDefects, type DefectIndex } from './images/defects.ts';
import { openThumbnails, type Thumbnails } from './images/thumbnails.ts';
import { jobKinds } from './jobs/kinds/index.ts';
import { openJobQueue, type JobQueue } from './jobs/queue.ts';
import { openJobStore } from './jobs/store.ts';
import type { IndexedRelease } from './shelf/indexed-release.ts';
import { openPaperInbox, type PaperInbox } from './inbox/inbox.ts';
import { openSubmissions, type Submissions } from './submissions/submissions.ts';
import { openShelf, type Shelf } from './shelf/shelf.ts';
import { openStudies, type OpenStudies } from './studies/open-studies.ts';
import { removeExportsWithJobs, tidyWorkspace } from './tidy.ts';

/** Everything that routes work with. */
export interface Desk {
  readonly version: string;
  readonly workspace: Workspace;
  readonly database: Database;
  readonly bus: Bus;
  readonly shelf: Shelf;
  readonly queue: JobQueue;
  readonly documents: Documents;
  readonly thumbnails: Thumbnails;
  readonly submissions: Submissions;
  readonly inbox: PaperInbox;
  readonly contributions: Contributions;
  readonly studies: OpenStudies;
  /** The audit of a release, as it is asked for. */
  auditRequest(indexed: IndexedRelease): DocumentRequest<AuditDocument>;
  /** What the audit found by image; undefined until there is one. */
  defectsOf(indexed: IndexedRelease): Promise<DefectIndex | undefined>;
  /** Changes with every decision on a correction: part of the name of what depends on them. */
  correctionsTag(indexed: IndexedRelease): Promise<string>;
  close(): Promise<void>;
}

/** What a desk is opened with. */
export interface DeskOptions {
  readonly version: string;
  readonly workspace: string | undefined;
  readonly releases: readonly string[];
  /** Where the server is reached, once that is known. */
  readonly address?: () => string;
}

/** Opens the desk: shelf, queue and caches. */
export async function openDesk({ version, workspace: folder, releases, address = () => '' }: DeskOptions): Promise<Desk> {
  const workspace = openWorkspace(folder);
  const bus = createBus();
  const shelf = await openShelf(workspace, releases);
  const database = openSharedDatabase(workspace, { address });
  const queue = await openJobQueue({ workspace, store: openJobStore(workspace), kinds: jobKinds, shelf, bus, database });
  removeExportsWithJobs(workspace, bus);
  // Nobody waits for it, and what cannot be removed now is removed at another start.
  void tidyWorkspace(workspace, (id) => queue.list().some((job) => job.id === id)).catch(() => undefined);
  const contributions = openContributions(workspace, database);
  const thumbnails = openThumbnails(workspace);
  const documents = openDocuments(workspace, queue, version);
  const indexes = new WeakMap<AuditDocument, DefectIndex>();
  const auditRequest = (indexed: IndexedRelease): DocumentRequest<AuditDocument> => ({ kind: 'audit', indexed, input: {}, dependsOn: [], schema: auditDocumentSchema });
  // What an import brought, or a release that was made, stands on the shelf at once.
  bus.hear((event) => {
    if (event.type === 'job' && (event.job.kind === 'import' || event.job.kind === 'new-release') && event.job.state === 'done') void shelf.refresh().then(() => bus.say({ type: 'shelf' }));
  });
  return {
    version, workspace, database, bus, shelf, queue, documents, contributions, auditRequest,
    thumbnails,
    submissions: openSubmissions(workspace),
    inbox: openPaperInbox(workspace),
    studies: openStudies(workspace),
    async defectsOf(indexed) {
      const audit = await documents.peek(auditRequest(indexed));
      if (audit === undefined) return undefined;
      const index = indexes.get(audit) ?? indexDefects(audit);
      indexes.set(audit, index);
      return index;
    },
    async correctionsTag({ release }) {
      return sha256(JSON.stringify(await readCorrections(correctionsPath(workspace, release), release))).slice(0, 16);
    },
    async close() {
      await queue.close();
      await contributions.close();
      await thumbnails.close();
      await database.close();
      await shelf.close();
    },
  };
}
