import { z } from 'zod';
import { candidateSchema, extractedFigureSchema, pageViewSchema, paperStatuses } from '../candidates/index.ts';

/** A file to read, as it is sent to a worker. */
export const jobSchema = z.strictObject({
  path: z.string(),
  /** Without a folder; of a fetched paper, what it would be called. */
  fileName: z.string(),
  doi: z.string().optional(),
  licence: z.string().optional(),
  title: z.string().optional(),
  abstract: z.string().optional(),
  /** Where pictures are kept. */
  workspace: z.string(),
  /** Also draw the pages. */
  pageViews: z.boolean().optional(),
  /** The text of a rule file, and what to call it in a message; COVID-19's where there is none. */
  rules: z.strictObject({ text: z.string(), source: z.string() }).optional(),
});

/** See {@link jobSchema}. */
export type Job = z.infer<typeof jobSchema>;

/** What came of a job: kept as a record, so that a restart goes on where it stopped. */
export const jobResultSchema = z.strictObject({
  status: z.enum(paperStatuses),
  pages: z.int().min(0),
  paper: z.string().nullable(),
  doi: z.string().nullable(),
  title: z.string().nullable(),
  licence: z.string().nullable(),
  notes: z.array(z.string()),
  candidates: z.array(candidateSchema),
  figures: z.array(extractedFigureSchema),
  pageViews: z.array(pageViewSchema).optional(),
});

/** See {@link jobResultSchema}. */
export type JobResult = z.infer<typeof jobResultSchema>;

/** A result of a file that gave nothing. */
export function failedResult(status: JobResult['status'], note: string): JobResult {
  return { status, pages: 0, paper: null, doi: null, title: null, licence: null, notes: [note], candidates: [], figures: [] };
}

/** How far a worker is with its job. */
export const stepSchema = z.strictObject({ step: z.strictObject({ label: z.string(), done: z.number(), total: z.number() }) });

/** What a worker sends back: the result, and the memory that it holds now, in bytes. */
export const replySchema = z.strictObject({ result: jobResultSchema, resident: z.number() });
