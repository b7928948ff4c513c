import { z } from '@hono/zod-openapi';

/** Where a job stands. */
export const jobStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
/** A state of {@link jobStates}. */
export type JobState = (typeof jobStates)[number];

/** A job, as it is kept on disk and shown. */
export const jobRecordSchema = z.object({
  id: z.string().regex(/^j-[0-9a-f]{16}$/),
  kind: z.string(),
  /** One line for lists. */
  title: z.string(),
  /** The shelf's id of the release that it is about. */
  release: z.string().nullable(),
  input: z.record(z.string(), z.unknown()),
  /** The document that its result becomes; null where it is a job for its own sake. */
  document: z.string().nullable(),
  state: z.enum(jobStates),
  /** How often it was begun: a job that the server's end interrupted is begun again. */
  attempts: z.int().nonnegative(),
  progress: z.object({ label: z.string(), done: z.number(), total: z.number(), detail: z.string().optional() }).nullable(),
  created: z.string(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
  /** Of the last attempt's command: 0 fine, 1 it ran and found problems. */
  exitCode: z.int().nullable(),
  /** The sentence and the hint of what went wrong, or why it was begun again. */
  note: z.string().nullable(),
  /** Of the worker process of the running attempt. */
  process: z.int().nullable(),
}).openapi('Job');

/** A job. */
export type JobRecord = z.infer<typeof jobRecordSchema>;

/** Whether nothing more will happen to a job by itself. */
export const isOver = ({ state }: Pick<JobRecord, 'state'>): boolean => state === 'done' || state === 'failed' || state === 'cancelled';
