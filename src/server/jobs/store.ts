import { appendFile, mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CovidCtError, ifThere, systemErrorCode, writeFileAtomic, type Workspace } from '../../base/index.ts';
import { jobRecordSchema, type JobRecord } from './record.ts';

/** Where jobs are kept: records, logs and results; every write is atomic. */
export interface JobStore {
  /** Every job, the newest first. */
  readAll(): Promise<readonly JobRecord[]>;
  write(record: JobRecord): Promise<void>;
  appendLog(id: string, text: string): Promise<void>;
  /** The log from a byte on, at most a part of it. */
  readLog(id: string, from: number): Promise<{ readonly text: string; readonly next: number; readonly size: number }>;
  writeResult(id: string, json: string): Promise<void>;
  /** @throws CovidCtError NOT_FOUND where the job left none */
  readResult(id: string): Promise<string>;
  remove(id: string): Promise<void>;
}

const idPattern = /^j-[0-9a-f]{16}$/;
const mostLog = 256 * 1024;

/** Opens the jobs of a workspace, a folder each. */
export function openJobStore(workspace: Workspace): JobStore {
  const folder = workspace.path('jobs');
  const pathOf = (id: string, file: string): string => {
    if (!idPattern.test(id)) throw new CovidCtError('NOT_FOUND', `There is no job ${JSON.stringify(id.slice(0, 40))}.`);
    return join(folder, id, file);
  };
  const readOne = async (id: string): Promise<JobRecord | undefined> => {
    try {
      return jobRecordSchema.parse(JSON.parse(await readFile(pathOf(id, 'job.json'), 'utf8')));
    } catch {
      // A folder that a kill left before its record was written holds no job.
      return undefined;
    }
  };
  return {
    async readAll() {
      const names = (await ifThere(readdir(folder))) ?? [];
      const records = await Promise.all(names.filter((name) => idPattern.test(name)).map(readOne));
      return records.filter((record) => record !== undefined).toSorted((a, b) => (a.created < b.created ? 1 : -1));
    },
    write: (record) => writeFileAtomic(pathOf(record.id, 'job.json'), `${JSON.stringify(record, null, 2)}\n`),
    async appendLog(id, text) {
      await mkdir(pathOf(id, '.'), { recursive: true });
      await appendFile(pathOf(id, 'log.txt'), text);
    },
    async readLog(id, from) {
      const path = pathOf(id, 'log.txt');
      const size = await stat(path).then((found) => found.size, () => 0);
      const start = Math.min(from, size);
      const buffer = Buffer.alloc(Math.min(mostLog, size - start));
      if (buffer.length > 0) {
        const handle = await open(path, 'r');
        try {
          await handle.read(buffer, 0, buffer.length, start);
        } finally {
          await handle.close();
        }
      }
      return { text: buffer.toString('utf8'), next: start + buffer.length, size };
    },
    writeResult: (id, json) => writeFileAtomic(pathOf(id, 'result.json'), json),
    async readResult(id) {
      try {
        return await readFile(pathOf(id, 'result.json'), 'utf8');
      } catch (error) {
        if (systemErrorCode(error) !== 'ENOENT') throw error;
        throw new CovidCtError('NOT_FOUND', `The job ${id} left no result.`, { hint: 'Its log says how it ended.' });
      }
    },
    remove: (id) => rm(pathOf(id, '.'), { recursive: true, force: true }),
  };
}
