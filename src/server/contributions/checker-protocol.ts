import type { CheckContext, CheckResult, Submission } from '../../curation/index.ts';

/** What the thread is begun with. */
export interface CheckerSetup {
  /** The workspace's folder. */
  readonly workspace: string;
  /** What a command is given to open the release; empty: the workspace's own. */
  readonly release: readonly string[];
}

/** What is asked of the thread. */
export interface CheckRequest {
  readonly id: number;
  readonly submission: Submission;
  /** Each file's bytes, or where the thread reads them. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  /** What is known without pictures. */
  readonly facts: Omit<CheckContext, 'pictures'>;
  /** Candidates that a picture may be a copy of. */
  readonly candidates: readonly { readonly id: string; readonly hash: string }[];
  /** Whether copies are looked for: the release's pictures must be described first. */
  readonly copies: boolean;
  /** Whether the files are wanted, as they would be published; else `cases` is empty. */
  readonly wanted: boolean;
}

/** What a reviewer should know of a file. */
export interface FileNotes {
  readonly file: string;
  readonly notes: readonly string[];
}

/** What the thread found. */
export interface ThreadResult extends CheckResult {
  readonly notes: readonly FileNotes[];
}

/** What it answers: a result, a fault, that it goes on, or how far it is with describing what is known. */
export type CheckAnswer =
  | ({ readonly id: number } & ThreadResult)
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string; readonly hint: string | undefined } }
  | { readonly alive: true }
  | { readonly done: number; readonly total: number };
