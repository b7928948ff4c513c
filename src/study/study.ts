import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, CovidCtError, pathExists, sha256 } from '../base/index.ts';
import type { PlannedReading } from './allocation.ts';
import { keySchema, type StudyKey } from './key.ts';
import { planHash, readPlan } from './plan/read.ts';
import type { StudyPlan } from './plan/schema.ts';
import { openRecordLog, verifyRecordFile, type RecordLog, type StudyRecord } from './records/log.ts';
import { openFrameStore, type FrameStore } from './stimuli/frames.ts';
import { frameBytes, frameKindOf } from './stimuli/render.ts';

/** An open study. */
export interface Study {
  readonly folder: string;
  readonly plan: StudyPlan;
  readonly key: StudyKey;
  readonly log: RecordLog;
  readonly frames: FrameStore;
}

/**
 * Opens a study's folder.
 * @throws CovidCtError NOT_FOUND where there is none, HASH_MISMATCH where its plan or key is not the recorded one
 */
export async function openStudy(folder: string): Promise<Study> {
  if (!(await pathExists(join(folder, 'plan.json')))) throw new CovidCtError('NOT_FOUND', `${folder} holds no study.`, { hint: 'covid-ct study new PLAN makes one; covid-ct study list shows those of the workspace.' });
  const plan = readPlan(await readFile(join(folder, 'plan.json'), 'utf8'), join(folder, 'plan.json'));
  const text = await readFile(join(folder, 'key.json'), 'utf8');
  const parsed = keySchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new CovidCtError('HASH_MISMATCH', `${folder}: key.json is no key of a study.`, { hint: 'Bring it back from a backup.' });
  const log = openRecordLog(folder);
  const [created] = await log.read();
  if (created?.kind !== 'created') throw new CovidCtError('HASH_MISMATCH', `${folder}: the records do not begin with the study.`);
  if (created.body['plan'] !== planHash(plan)) throw new CovidCtError('HASH_MISMATCH', `${folder}: plan.json is not the plan that the study began with.`, { hint: 'A plan cannot be changed; make a new study.' });
  if (created.body['key'] !== sha256(canonicalJson(parsed.data))) throw new CovidCtError('HASH_MISMATCH', `${folder}: key.json is not the key that the study began with.`, { hint: 'Bring it back from a backup.' });
  return { folder, plan, key: parsed.data, log, frames: openFrameStore(folder) };
}

/** The id by which a reader knows a reading: it tells nothing of case, label or arm, and differs from reader to reader. */
export function readingId({ key }: Study, reader: string, position: number): string {
  return createHmac('sha256', key.secret).update(`${reader} ${position}`).digest('hex').slice(0, 32);
}

/** The readings of a reader, in their order. @throws CovidCtError NOT_FOUND */
export function readingsOf({ plan, key }: Study, reader: string): readonly PlannedReading[] {
  const readings = key.allocation[plan.readers.findIndex(({ id }) => id === reader)];
  if (readings === undefined) throw new CovidCtError('NOT_FOUND', `The study has no reader ${reader}.`, { hint: `It has ${plan.readers.map(({ id }) => id).join(', ')}.` });
  return readings;
}

/** What {@link verifyStudy} found. */
export interface StudyVerification {
  readonly faults: readonly string[];
  readonly records: number;
  readonly pictures: number;
  /** The hash of the last record: note it elsewhere, and records that are cut off at the end will be missed. */
  readonly head: string | undefined;
  readonly last: StudyRecord | undefined;
}

/**
 * Looks whether a study is as it was written: plan, key, every picture, every link of the records.
 * @param receipt a hash of a record, given to a reader on confirming: whether it is still there
 */
export async function verifyStudy(folder: string, receipt?: string): Promise<StudyVerification> {
  const scan = await verifyRecordFile(folder);
  const faults = [...scan.faults];
  if (scan.bytes > scan.wholeBytes) faults.push('The last line of the records is torn: a process died while writing it; it was confirmed to nobody, and the next record takes its place.');
  if (receipt !== undefined && !scan.records.some(({ hash }) => hash === receipt)) faults.push(`No record has the receipt ${receipt}.`);
  let pictures = 0;
  if (scan.faults.length === 0) {
    try {
      const study = await openStudy(folder);
      for (const [name, hash] of Object.entries(study.key.frames)) {
        const [caseIndex = 0, arm = 0, slice = 0] = name.split('-').map(Number);
        const planned = study.plan.arms[arm];
        if (planned === undefined) continue;
        pictures += 1;
        const frame = await study.frames.get(caseIndex, arm, slice, frameBytes(frameKindOf(planned), study.key.side)).catch(() => undefined);
        if (frame === undefined || sha256(frame) !== hash) faults.push(`The picture of case ${caseIndex + 1} in arm ${planned.id}, slice ${slice + 1}, is missing or has been altered.`);
      }
    } catch (error) {
      if (!(error instanceof CovidCtError)) throw error;
      faults.push(error.message);
    }
  }
  return { faults, records: scan.records.length, pictures, head: scan.records.at(-1)?.hash, last: scan.records.at(-1) };
}
