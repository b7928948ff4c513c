import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { CovidCtError, sha256, type Workspace } from '../../base/index.ts';
import {
  actorNamed, bundleOf, checkAllWords, checkFacts, composeMessage, defaultRecipient, emptyDescription, livingCandidates, openBundle, receiveSubmission, submissionId, writeBundle,
  type Bundle, type CheckContext, type Receipt, type Refusal, type Submission, type SubmittedFile,
} from '../../curation/index.ts';
import type { Store } from '../../store/index.ts';
import type { Database } from '../database/database.ts';
import type { IndexedRelease } from '../shelf/indexed-release.ts';
import type { FileNotes, ThreadResult } from './checker-protocol.ts';
import { openChecker, type Checker } from './checker.ts';
import { openDrafts, type Draft, type Drafts } from './drafts.ts';
import { toSubmission, type FieldFault } from './to-submission.ts';

/** What is wrong with a draft, and what is not looked at yet. */
export interface DraftCheck {
  readonly faults: readonly FieldFault[];
  readonly refusals: readonly Refusal[];
  readonly notes: readonly FileNotes[];
  /** Whether pictures were looked at too. Until then only words were; ask again. */
  readonly complete: boolean;
  /** How far describing the pictures that are known is, which is done once. */
  readonly progress: { readonly done: number; readonly total: number } | null;
}

/** A file that was taken into a draft. */
export interface TakenFile {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** Whether it is DICOM: its Hounsfield units are kept. */
  readonly dicom: boolean;
  readonly removed: readonly string[];
}

/** Contributions by the page: the same checks, bundles and receipts as `covid-ct submit` and `receive`. */
export interface Contributions {
  readonly drafts: Drafts;
  /** Reads a file and frees it of what tells who a patient is. @throws CovidCtError BAD_IMAGE for one that is refused whatever is said of it: nothing of it is kept */
  takeFile(indexed: IndexedRelease, draft: string, bytes: Uint8Array, name: string): Promise<TakenFile>;
  check(indexed: IndexedRelease, id: string, draft: Draft): Promise<DraftCheck>;
  /** @throws CovidCtError BAD_INPUT while anything is wrong with it */
  bundle(indexed: IndexedRelease, id: string): Promise<{ readonly id: string; readonly zip: Uint8Array; readonly submission: Submission }>;
  message(indexed: IndexedRelease, id: string): Promise<{ readonly id: string; readonly eml: Uint8Array }>;
  /** Gives a draft into this workspace, for review; the draft is gone then. */
  submit(indexed: IndexedRelease, id: string): Promise<Receipt>;
  /** Receives a bundle or a message from elsewhere. */
  receive(indexed: IndexedRelease, bytes: Uint8Array, kind: 'zip' | 'eml', by: string, reviewers: 1 | 2): Promise<Receipt>;
  progress(indexed: IndexedRelease): DraftCheck['progress'];
  close(): Promise<void>;
}

/** How long a page waits for pictures before it is shown what is known of the words. */
const patience = 700;

interface Facts {
  readonly facts: Omit<CheckContext, 'pictures'>;
  readonly candidates: readonly { readonly id: string; readonly hash: string }[];
}

const factsOf = async (store: Store, { release }: IndexedRelease): Promise<Facts> => ({ facts: await checkFacts(store.db, release), candidates: await livingCandidates(store.db) });

/** A submission of one file of which nothing is said: what is wrong with the file itself. */
const fileAlone = (file: string): Submission => ({
  format: 'covid-ct submission 1', contributor: { name: 'nobody yet', email: null }, attestations: { deidentified: false, consent: '', rights: '' },
  cases: [{ ...emptyDescription, file, label: 'COVID', writing: null, samePaper: [], unpublished: false }],
});

/** What no words can mend: such a file is not kept at all. */
function refusalOf(refusals: readonly Refusal[], file: SubmittedFile | undefined): Refusal | undefined {
  return refusals.find(({ code }) => code === 'UNREADABLE' || code === 'IDENTIFIED' || (code === 'BURNED_IN_TEXT' && file?.saysBurnedIn === true));
}

/** Opens the contributions of a workspace. */
export function openContributions(workspace: Workspace, database: Database): Contributions {
  const drafts = openDrafts(workspace);
  const checkers = new Map<string, Checker>();
  const checkerOf = ({ fingerprint, place }: IndexedRelease): Checker => {
    const checker = checkers.get(fingerprint) ?? openChecker({ workspace: workspace.folder, release: place.commandArguments });
    checkers.set(fingerprint, checker);
    return checker;
  };
  /** The check of a draft that is being made, or was made last: a page that asks again is not asking for another one. */
  const latest = new Map<string, { readonly key: string; readonly result: Promise<ThreadResult> }>();

  const filesOf = (id: string, draft: Draft): ReadonlyMap<string, string> => new Map(draft.cases.map(({ file }) => [file, drafts.pathOf(id, file)]));
  const lookAt = (indexed: IndexedRelease, id: string, draft: Draft, submission: Submission, { facts, candidates }: Facts): Promise<ThreadResult> => {
    const key = sha256(JSON.stringify([indexed.fingerprint, draft, candidates, facts.same, [...facts.retracted], [...facts.withdrawn]]));
    const known = latest.get(id);
    if (known?.key === key) return known.result;
    const result = checkerOf(indexed).check({ submission, files: filesOf(id, draft), facts, candidates, copies: true, wanted: false });
    latest.set(id, { key, result });
    // A check that failed is made anew.
    result.catch(() => latest.delete(id));
    return result;
  };
  const pack = async (indexed: IndexedRelease, id: string, { facts, candidates }: Facts): Promise<Bundle> => {
    const draft = await drafts.read(id);
    const { submission, faults } = toSubmission(draft);
    const [fault] = faults;
    if (fault !== undefined || submission === undefined) throw new CovidCtError('BAD_INPUT', `The contribution is not complete: ${fault?.path ?? ''} ${fault?.message ?? ''}.`, { hint: 'The page says at each field what is asked.' });
    const { refusals, cases } = await checkerOf(indexed).check({ submission, files: filesOf(id, draft), facts, candidates, copies: true, wanted: true });
    const [refusal] = refusals;
    if (refusal !== undefined) throw new CovidCtError('BAD_INPUT', refusal.message, { hint: refusal.hint });
    return bundleOf(submission, cases);
  };
  const receiveBundle = async (store: Store, indexed: IndexedRelease, bundle: Bundle, by: string, why: string, reviewers: 1 | 2): Promise<Receipt> => {
    const facts = await factsOf(store, indexed);
    const check = (submission: Submission): Promise<ThreadResult> => checkerOf(indexed).check({ submission, files: bundle.files, ...facts, copies: true, wanted: true });
    return receiveSubmission(store, bundle, check, await actorNamed(store.db, by, why, new Date()), reviewers);
  };
  /** A place of its own for a file that is read back at once. */
  const withFile = async <T>(name: string, work: (path: string) => Promise<T>): Promise<T> => {
    const folder = workspace.path('incoming', randomBytes(8).toString('hex'));
    await mkdir(folder, { recursive: true });
    try {
      return await work(`${folder}/${name}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  const zipOf = (bundle: Bundle): Promise<Uint8Array> => withFile('bundle.zip', async (path) => {
    await writeBundle(path, bundle);
    return readFile(path);
  });
  const bundle: Contributions['bundle'] = async (indexed, id) => {
    const made = await pack(indexed, id, await database.use((store) => factsOf(store, indexed)));
    return { id: submissionId(made), zip: await zipOf(made), submission: made.submission };
  };
  return {
    drafts, bundle,
    async takeFile(indexed, draft, bytes, name) {
      const facts = { papers: new Set<string>(), same: [], retracted: new Map<string, string>(), withdrawn: new Set<string>() };
      const { refusals, cases } = await checkerOf(indexed).check({ submission: fileAlone(name), files: new Map([[name, bytes]]), facts, candidates: [], copies: false, wanted: true });
      const file = cases[0]?.file;
      const refusal = refusalOf(refusals, file);
      if (refusal !== undefined || file === undefined) throw new CovidCtError('BAD_IMAGE', refusal?.message ?? `${name} cannot be read.`, refusal === undefined ? {} : { hint: refusal.hint });
      return { file: await drafts.addFile(draft, file), width: file.picture.width, height: file.picture.height, dicom: file.hounsfield !== null, removed: file.removed };
    },
    async check(indexed, id, draft) {
      const { submission, faults } = toSubmission(draft);
      if (submission === undefined) return { faults, refusals: [], notes: [], complete: true, progress: null };
      const facts = await database.use((store) => factsOf(store, indexed));
      const looking = lookAt(indexed, id, draft, submission, facts);
      const result = await Promise.race([looking, new Promise<undefined>((resolve) => setTimeout(resolve, patience, undefined))]);
      // A field that is wrong is told by its fault alone.
      const wrong = new Set(faults.map(({ path }) => path));
      const own = (refusal: Refusal): boolean => !(refusal.code === 'DOI_MISSING' && submission.cases.some(({ file }, i) => file === refusal.file && wrong.has(`cases.${i}.doi`)));
      const progress = checkerOf(indexed).progress ?? null;
      if (result === undefined) return { faults, refusals: checkAllWords(submission, facts.facts).filter(own), notes: [], complete: false, progress };
      return { faults, refusals: result.refusals.filter(own), notes: result.notes, complete: true, progress: null };
    },
    async message(indexed, id) {
      const made = await bundle(indexed, id);
      return { id: made.id, eml: await composeMessage(made.submission, made.id, made.zip, defaultRecipient, new Date()) };
    },
    async submit(indexed, id) {
      const receipt = await database.use(async (store) => {
        const made = await pack(indexed, id, await factsOf(store, indexed));
        return receiveBundle(store, indexed, made, made.submission.contributor.name, 'submitted', 1);
      });
      // Refused after all: somebody else gave the same meanwhile.
      if (receipt.state !== 'refused') await drafts.remove(id);
      return receipt;
    },
    receive: (indexed, bytes, kind, by, reviewers) =>
      withFile(`received.${kind}`, async (path) => {
        await writeFile(path, bytes);
        const made = await openBundle(path).catch((error: unknown) => {
          // The path is the server's own, and says nothing to whoever sent the file.
          throw error instanceof CovidCtError ? new CovidCtError(error.code, error.message.replaceAll(path, 'The file'), { ...(error.hint === undefined ? {} : { hint: error.hint }), cause: error }) : error;
        });
        return database.use((store) => receiveBundle(store, indexed, made, by, 'received by the workbench', reviewers));
      }),
    progress: (indexed) => checkers.get(indexed.fingerprint)?.progress ?? null,
    close: async () => void (await Promise.all([...checkers.values()].map((checker) => checker.close()))),
  };
}
