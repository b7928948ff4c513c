import type { JobError, JobProgress } from './types.ts';

/** What the runner tells a worker process. */
export type ToWorker =
  | { readonly type: 'run'; readonly module: string; readonly kind: string; readonly arguments: unknown; readonly workspace: string }
  | { readonly type: 'cancel' };

/** What a worker process tells the runner. */
export type FromWorker =
  | { readonly type: 'progress'; readonly progress: JobProgress }
  | { readonly type: 'log'; readonly text: string }
  | { readonly type: 'done'; readonly result: unknown }
  | { readonly type: 'failed'; readonly error: JobError };
