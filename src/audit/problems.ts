import type { ReadProblem } from '../release/index.ts';
import type { DefectCode } from './codes.ts';

/** What the release room says could not be read, by its code, as the audit's codes. */
const byCode: Readonly<Record<string, DefectCode>> = {};

/** The audit's code for a problem of reading; anything unknown in a table of metadata is `METADATA_PROBLEM`. */
export function defectCodeOf(problem: ReadProblem): DefectCode {
  return byCode[problem.code] ?? (/\.(?:xlsx|csv|tsv)$/i.test(problem.file) ? 'METADATA_PROBLEM' : 'FILE_PROBLEM');
}

/** Whether a problem is the metadata check's; the others are the files check's. */
export function isMetadataProblem(problem: ReadProblem): boolean {
  return defectCodeOf(problem).startsWith('METADATA');
}
