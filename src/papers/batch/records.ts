import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ifThere, sha256, writeFileAtomic, type Workspace } from '../../base/index.ts';
import { jobResultSchema, type Job, type JobResult } from './job.ts';
import type { JobLimits } from './worker-process.ts';

/** Raised whenever the same file would give other candidates than before: records of other numbers are not used. */
const extractorVersion = 8;

const recordSchema = z.strictObject({
  version: z.literal(extractorVersion),
  limits: z.strictObject({ seconds: z.number(), megabytes: z.number() }),
  result: jobResultSchema,
});

/** Results by file, so that a restart goes on where it stopped. */
export interface Records {
  /** What came of the very file with the same settings; a failure under lower limits does not count. */
  find(fileHash: string, job: Job, limits: JobLimits): Promise<JobResult | undefined>;
  keep(fileHash: string, job: Job, limits: JobLimits, result: JobResult): Promise<void>;
}

/** Statuses that other limits, or another run, may change. */
const passing: ReadonlySet<JobResult['status']> = new Set(['too slow', 'too much memory', 'crashed']);

/** The records of a workspace, one file a paper in `papers/records`. */
export function openRecords(workspace: Workspace): Records {
  const pathOf = (fileHash: string, { path: _path, workspace: _workspace, ...settings }: Job): string =>
    workspace.path('papers', 'records', fileHash.slice(0, 2), `${fileHash.slice(2)}-${sha256(JSON.stringify(settings, Object.keys(settings).toSorted())).slice(0, 12)}.json`);
  return {
    async find(fileHash, job, limits) {
      const text = await ifThere(readFile(pathOf(fileHash, job), 'utf8'));
      if (text === undefined) return undefined;
      const record = recordSchema.safeParse(parseJson(text)).data;
      if (record === undefined) return undefined;
      const { result } = record;
      if (passing.has(result.status) && (limits.seconds > record.limits.seconds || limits.megabytes > record.limits.megabytes || result.status === 'crashed')) return undefined;
      for (const { sha256: picture, whole } of result.candidates) if (!(await workspace.objects.has(picture)) || (whole !== undefined && !(await workspace.objects.has(whole.sha256)))) return undefined;
      for (const { sha256: view } of result.pageViews ?? []) if (!(await workspace.objects.has(view))) return undefined;
      return result;
    },
    keep: (fileHash, job, limits, result) => writeFileAtomic(pathOf(fileHash, job), `${JSON.stringify({ version: extractorVersion, limits, result })}\n`),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
