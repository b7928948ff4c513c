import { open, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CovidCtError, canonicalJson, pathExists, sha256, systemErrorCode, withLock } from '../../base/index.ts';

/** Something that happened in a study: written once, never changed. */
export interface StudyRecord {
  /** 1, 2, … */
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The hash of the record before; 64 zeros for the first. */
  readonly previous: string;
  /** SHA-256 over all of the above. */
  readonly hash: string;
}

const recordSchema = z.strictObject({
  sequence: z.int().positive(),
  at: z.iso.datetime(),
  kind: z.string(),
  body: z.record(z.string(), z.unknown()),
  previous: z.string().length(64),
  hash: z.string().length(64),
});

const firstPrevious = '0'.repeat(64);

function hashOf({ sequence, at, kind, body, previous }: Omit<StudyRecord, 'hash'>): string {
  return sha256(canonicalJson([sequence, at, kind, body, previous]));
}

/** What a file of records holds. */
export interface RecordScan {
  readonly records: readonly StudyRecord[];
  /** A sentence a fault: altered, missing, out of order, unreadable. */
  readonly faults: readonly string[];
  /** Bytes that end in a whole line. What follows was being written when a process died, and was never confirmed to anybody. */
  readonly wholeBytes: number;
  readonly bytes: number;
}

/** Reads records and looks at every link of their chain. */
export function scanRecords(file: Uint8Array): RecordScan {
  const wholeBytes = file.lastIndexOf(0x0a) + 1;
  const lines = new TextDecoder().decode(file.subarray(0, wholeBytes)).split('\n').slice(0, -1);
  const records: StudyRecord[] = [];
  const faults: string[] = [];
  for (const [i, line] of lines.entries()) {
    const parsed = recordSchema.safeParse(parseJson(line));
    if (!parsed.success) {
      faults.push(`Line ${i + 1} of the records is unreadable: it has been altered.`);
      continue;
    }
    const record = parsed.data;
    const before = records.at(-1);
    if (hashOf(record) !== record.hash) faults.push(`Record ${record.sequence} (${record.kind}) has been altered.`);
    if (record.sequence !== (before?.sequence ?? 0) + 1) faults.push(`Between record ${before?.sequence ?? 0} and ${record.sequence} records are missing, doubled or out of order.`);
    else if (record.previous !== (before?.hash ?? firstPrevious)) faults.push(`Record ${record.sequence} does not follow the one before it.`);
    records.push(record);
  }
  return { records, faults, wholeBytes, bytes: file.length };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The records of a study: one file, a line a record, added to and never changed. */
export interface RecordLog {
  readonly path: string;
  /** All records. @throws CovidCtError HASH_MISMATCH where the chain is broken */
  read(): Promise<readonly StudyRecord[]>;
  /**
   * Decides on what to add while nobody else can: `decide` sees all records, and gives what is to be added or nothing. What it
   * gives is on the disk (fsync) when this returns.
   */
  append<T>(decide: (records: readonly StudyRecord[]) => { readonly result: T; readonly add: readonly { readonly kind: string; readonly body: Readonly<Record<string, unknown>>; readonly at: Date }[] }): Promise<{ readonly result: T; readonly added: readonly StudyRecord[] }>;
}

function broken(path: string, fault: string): CovidCtError {
  return new CovidCtError('HASH_MISMATCH', `${path}: ${fault}`, { hint: 'covid-ct study verify lists every fault; go on from a backup that verifies.' });
}

/** Opens a study's records; the file is made by the first one. */
export function openRecordLog(folder: string): RecordLog {
  const path = join(folder, 'records.jsonl');
  const lock = join(folder, 'records.lock');
  // What was read before is not read again: a study of some thousand readings is appended to all day.
  let known: { readonly size: number; readonly records: readonly StudyRecord[] } = { size: 0, records: [] };
  let queue: Promise<unknown> = Promise.resolve();

  const load = async (): Promise<{ readonly records: readonly StudyRecord[]; readonly torn: boolean; readonly wholeBytes: number }> => {
    if (!(await pathExists(path))) return { records: [], torn: false, wholeBytes: 0 };
    if ((await stat(path)).size === known.size) return { records: known.records, torn: false, wholeBytes: known.size };
    const scan = scanRecords(await readFile(path));
    if (scan.faults[0] !== undefined) throw broken(path, scan.faults[0]);
    known = { size: scan.wholeBytes, records: scan.records };
    return { records: scan.records, torn: scan.bytes > scan.wholeBytes, wholeBytes: scan.wholeBytes };
  };

  const append: RecordLog['append'] = (decide) => {
    const work = (): ReturnType<RecordLog['append']> =>
      withLock(lock, async () => {
        const { records, torn, wholeBytes } = await load();
        if (torn) await truncate(path, wholeBytes);
        const { result, add } = decide(records);
        const added: StudyRecord[] = [];
        for (const { kind, body, at } of add) {
          const before = added.at(-1) ?? records.at(-1);
          const record = { sequence: (before?.sequence ?? 0) + 1, at: at.toISOString(), kind, body, previous: before?.hash ?? firstPrevious };
          added.push({ ...record, hash: hashOf(record) });
        }
        if (added.length > 0) {
          const bytes = Buffer.from(added.map((record) => `${canonicalJson(record)}\n`).join(''));
          const handle = await open(path, 'a', 0o600);
          try {
            await handle.writeFile(bytes);
            await handle.sync();
          } finally {
            await handle.close();
          }
          known = { size: wholeBytes + bytes.length, records: [...records, ...added] };
        }
        return { result, added };
      });
    const done = queue.then(work, work);
    queue = done.catch(() => undefined);
    return done as ReturnType<typeof append<never>>;
  };

  return { path, append, read: async () => (await load()).records };
}

/** Looks at a study's records as they lie on the disk. */
export async function verifyRecordFile(folder: string): Promise<RecordScan> {
  try {
    return scanRecords(await readFile(join(folder, 'records.jsonl')));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { records: [], faults: ['There are no records.'], wholeBytes: 0, bytes: 0 };
    throw error;
  }
}
