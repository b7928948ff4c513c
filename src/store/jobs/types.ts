import type { JobState } from '../schema.ts';

/** How far a job is, as `Progress` has it. */
export interface JobProgress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly detail?: string;
}

/** Why a job failed: an error as data. */
export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** A piece of long work, as it is kept. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly arguments: unknown;
  readonly key: string | null;
  readonly state: JobState;
  readonly progress: JobProgress | null;
  readonly result: unknown;
  readonly error: JobError | null;
  /** How often it was begun. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly worker: string | null;
  readonly leaseUntil: Date | null;
  /** Somebody asked to stop it, and it has not stopped yet. */
  readonly cancelRequested: boolean;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** One line that a job said. */
export interface JobLogLine {
  /** Grows from line to line; over a job's lines it may have gaps. */
  readonly line: number;
  readonly at: Date;
  readonly text: string;
}

/** How a job is added. */
export interface JobRequest {
  readonly kind: string;
  /** Anything that JSON can hold. */
  readonly arguments: unknown;
  /** Where a job with this key waits or runs, that one is given back instead of a second. */
  readonly key?: string;
  /** How often it is begun at most, when its process is killed or breaks; 3 unless told. A failure that the job itself tells is final. */
  readonly maxAttempts?: number;
}
