import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CovidCtError, ifThere, sha256, writeFileAtomic, type Workspace } from '../../base/index.ts';
import { readCandidates, type Extraction } from '../../papers/index.ts';

/** A PDF that was given to the workbench. */
export interface InboxPaper {
  /** The first 64 bits of its SHA-256. */
  readonly id: string;
  /** As it was called, made safe: its stem becomes the paper's where it spells a DOI. */
  readonly fileName: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly received: string;
  readonly path: string;
  /** Where `covid-ct extract` leaves what it finds. */
  readonly found: string;
}

/** The PDFs that were given, in `papers/inbox` of the workspace, each with what was extracted. */
export interface PaperInbox {
  /** The same bytes again are the same paper. */
  add(fileName: string, bytes: Uint8Array, now: Date): Promise<InboxPaper>;
  /** The newest first. */
  list(): Promise<readonly InboxPaper[]>;
  /** @throws CovidCtError NOT_FOUND */
  get(id: string): Promise<InboxPaper>;
  /** What was extracted; undefined before that. */
  extraction(paper: InboxPaper): Promise<Extraction | undefined>;
  /** Forgets the PDF and what was extracted; candidates of it stay. */
  remove(id: string): Promise<void>;
}

const recordSchema = z.object({ fileName: z.string(), bytes: z.number(), received: z.string() });
const idPattern = /^[0-9a-f]{16}$/;

/** A name that is one part of a path, is no option, and ends as PDFs do. */
export function safePdfName(name: string): string {
  const safe = name.normalize('NFC').replaceAll(/[^\p{L}\p{N}._() -]/gu, '_').replace(/^[.\s-]+/, '').replace(/\.pdf$/i, '').slice(0, 120).trim();
  return `${safe === '' ? 'paper' : safe}.pdf`;
}

/** Opens the inbox of a workspace. */
export function openPaperInbox(workspace: Workspace): PaperInbox {
  const folder = workspace.path('papers', 'inbox');
  const read = async (id: string): Promise<InboxPaper | undefined> => {
    try {
      const record = recordSchema.parse(JSON.parse(await readFile(join(folder, id, 'paper.json'), 'utf8')));
      return { id, ...record, path: join(folder, id, record.fileName), found: join(folder, id, 'found') };
    } catch {
      // The record is written last: a kill before that leaves no paper.
      return undefined;
    }
  };
  const get = async (id: string): Promise<InboxPaper> => {
    const paper = idPattern.test(id) ? await read(id) : undefined;
    if (paper === undefined) throw new CovidCtError('NOT_FOUND', `There is no paper ${JSON.stringify(id.slice(0, 40))} here.`, { hint: 'The page Papers lists those that were given.' });
    return paper;
  };
  return {
    get,
    async add(fileName, bytes, now) {
      const id = sha256(bytes).slice(0, 16);
      const known = await read(id);
      if (known !== undefined) return known;
      const record = { fileName: safePdfName(fileName), bytes: bytes.byteLength, received: now.toISOString() };
      await writeFileAtomic(join(folder, id, record.fileName), bytes);
      await writeFileAtomic(join(folder, id, 'paper.json'), `${JSON.stringify(record)}\n`);
      return get(id);
    },
    async list() {
      const names = (await ifThere(readdir(folder))) ?? [];
      const papers = await Promise.all(names.filter((name) => idPattern.test(name)).map(read));
      return papers.filter((paper) => paper !== undefined).toSorted((a, b) => (a.received < b.received ? 1 : -1));
    },
    extraction: (paper) => readCandidates(paper.found),
    async remove(id) {
      await get(id);
      await rm(join(folder, id), { recursive: true, force: true });
    },
  };
}
