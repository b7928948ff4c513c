import type { ReadProblem } from '../release/index.ts';
import type { DefectCode } from './codes.ts';

/** What the release room says could not be read, by its code, as the audit's codes. */
const byCode: Readonly<Record<string, DefectCode>> = {
  NAME_WITHOUT_EXTENSION: 'METADATA_NAME_DIFFERS',
  NAME_SPELLED_OTHERWISE: 'METADATA_NAME_DIFFERS',
  ROW_WITHOUT_IMAGE: 'METADATA_ROW_WITHOUT_IMAGE',
  ROW_WITHOUT_NAME: 'METADATA_ROW_WITHOUT_IMAGE',
  ROW_REPEATED: 'METADATA_ROW_TWICE',
  CELL_UNREADABLE: 'METADATA_CELL_UNREADABLE',
  CELL_SAME_AS_ABOVE: 'METADATA_CELL_ODD',
  ROW_OVERFLOW: 'METADATA_CELL_ODD',
  ROW_BLANK: 'METADATA_PROBLEM',
  IMAGE_AMBIGUOUS: 'METADATA_PROBLEM',
  COLUMN_UNKNOWN: 'METADATA_PROBLEM',
  COLUMN_TWICE: 'METADATA_PROBLEM',
  COLUMN_MISSING: 'METADATA_PROBLEM',
  TABLE_MISSING: 'METADATA_PROBLEM',
  IMAGE_TWICE: 'FILE_PROBLEM',
  LABEL_MISSING: 'FILE_PROBLEM',
  LIST_BLANK_LINE: 'FILE_PROBLEM',
  LIST_NAME_BLANKS: 'FILE_PROBLEM',
  LIST_MISSING: 'FILE_PROBLEM',
};

/** The audit's code for a problem of reading; anything unknown in a table of metadata is `METADATA_PROBLEM`. */
export function defectCodeOf(problem: ReadProblem): DefectCode {
  return byCode[problem.code] ?? (/\.(?:xlsx|csv|tsv)$/i.test(problem.file) ? 'METADATA_PROBLEM' : 'FILE_PROBLEM');
}

/** Whether a problem is the metadata check's; the others are the files check's. */
export function isMetadataProblem(problem: ReadProblem): boolean {
  return defectCodeOf(problem).startsWith('METADATA');
}

/** What a problem says, with where it stands. */
export function located(problem: ReadProblem): string {
  const row = problem.row === undefined ? '' : `, row ${problem.row}`;
  const column = problem.column === undefined ? '' : `, column ${problem.column}`;
  return `${problem.file}${row}${column}: ${problem.message}`;
}
