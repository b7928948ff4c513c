import { parseAge, parseSex } from './age.ts';
import { parseCaptions, unwrapLooseList } from './captions.ts';
import { parseDoi } from './doi.ts';
import type { TextTable } from './table-file.ts';
import type { Cell, MetadataRow, ReadProblem } from './types.ts';

/** The columns of {@link MetadataRow}. */
type ColumnName = Exclude<keyof MetadataRow, 'file' | 'row' | 'overflow'>;

/** Headers by which each column goes, in lower case; upstream's first. */
const headers: Readonly<Record<ColumnName, readonly string[]>> = {
  imageName: ['file name', 'image name', 'filename', 'file', 'image'],
  patient: ['patient id', 'patient', 'patient_id', 'subject'],
  age: ['age'],
  sex: ['gender', 'sex'],
  location: ['location'],
  history: ['medical history', 'history'],
  time: ['time'],
  severity: ['severity'],
  otherDiseases: ['other diseases'],
  doi: ['doi', 'paper'],
  captions: ['captions', 'caption'],
};

/** A metadata table, read. */
export interface MetadataTable {
  readonly rows: readonly MetadataRow[];
  readonly problems: readonly ReadProblem[];
}

const tidy = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');
/** Whether a cell says that it holds what the cell above does. */
export const isSameAsAbove = (raw: string): boolean => /^(?:the )?same as (?:the )?(?:above|previous)(?: row)?\.?$|^ditto$|^〃$|^"$/i.test(raw.trim());

/** Parsers by column; `undefined` for a cell that is not empty is a problem. */
const parsers = {
  imageName: (raw: string) => raw.trim(),
  patient: tidy,
  age: parseAge,
  sex: parseSex,
  location: tidy,
  history: tidy,
  time: tidy,
  severity: tidy,
  otherDiseases: tidy,
  doi: parseDoi,
  captions: parseCaptions,
} as const;

/**
 * Types a metadata table: each cell keeps what was written and, where that can be told, what it means. "same as above"
 * takes the meaning of the row above. Whatever cannot be read becomes a problem; nothing is dropped in silence.
 */
export function readMetadata(table: TextTable): MetadataTable {
  const problems: ReadProblem[] = [];
  const indexOf = columnIndexes(table, problems);
  const known = new Set(Object.values(indexOf));
  const index = pandasIndex(table);
  const rows: MetadataRow[] = [];
  for (const { row, cells } of table.rows) {
    const above = rows.at(-1);
    const place = { file: table.file, row };
    const rawOf = (column: ColumnName): string => cells[indexOf[column] ?? -1] ?? '';
    const image = rawOf('imageName').trim();
    const cell = <T>(column: ColumnName, parse: (raw: string) => T | undefined, before: Cell<T> | undefined): Cell<T> => {
      const raw = rawOf(column);
      if (raw.trim() === '') return { raw, value: undefined };
      const where = { ...place, column: table.header[indexOf[column] ?? -1] ?? column, raw, ...(image === '' ? {} : { image }) };
      if (isSameAsAbove(raw)) {
        problems.push({ ...where, code: 'CELL_SAME_AS_ABOVE', message: `${JSON.stringify(raw)} stands for the cell above, which is right only while the rows keep their order.` });
        return { raw, value: before?.value };
      }
      const value = parse(raw);
      if (value === undefined) problems.push({ ...where, code: 'CELL_UNREADABLE', message: `${JSON.stringify(shorten(raw))} cannot be read as ${column}.` });
      return { raw, value };
    };
    // The caption is kept although its cell stays a problem: it was wrapped as a list that Python itself would refuse.
    const readCaptions = (captions: Cell<readonly string[]>): Cell<readonly string[]> => (captions.value === undefined ? { ...captions, value: unwrapLooseList(captions.raw) } : captions);
    const overflow = cells.filter((text, i) => !known.has(i) && i !== index && text.trim() !== '');
    if (cells.every((text, i) => i === index || text.trim() === '')) {
      problems.push({ ...place, code: 'ROW_BLANK', message: 'The row is blank.' });
      continue;
    }
    if (overflow.length > 0) {
      problems.push({ ...place, code: 'ROW_OVERFLOW', raw: overflow.join(' | '), ...(image === '' ? {} : { image }), message: `${overflow.length} cells stand beyond the known columns.` });
    }
    if (image === '') problems.push({ ...place, code: 'ROW_WITHOUT_NAME', message: 'The row names no image.' });
    rows.push({
      ...place,
      imageName: cell('imageName', parsers.imageName, undefined),
      patient: cell('patient', parsers.patient, above?.patient),
      age: cell('age', parsers.age, above?.age),
      sex: cell('sex', parsers.sex, above?.sex),
      location: cell('location', parsers.location, above?.location),
      history: cell('history', parsers.history, above?.history),
      time: cell('time', parsers.time, above?.time),
      severity: cell('severity', parsers.severity, above?.severity),
      otherDiseases: cell('otherDiseases', parsers.otherDiseases, above?.otherDiseases),
      doi: cell('doi', parsers.doi, above?.doi),
      captions: readCaptions(cell('captions', parsers.captions, above?.captions)),
      overflow,
    });
  }
  return { rows, problems };
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** Where each column stands. Unknown and doubled headers, and a table that names no images, are problems. */
function columnIndexes(table: TextTable, problems: ReadProblem[]): Readonly<Partial<Record<ColumnName, number>>> {
  const found: Partial<Record<ColumnName, number>> = {};
  const names = Object.keys(headers) as ColumnName[];
  for (const [i, title] of table.header.entries()) {
    const written = tidy(title).toLowerCase();
    if (written === '') continue;
    const column = names.find((name) => headers[name].includes(written));
    if (column === undefined) problems.push({ code: 'COLUMN_UNKNOWN', file: table.file, row: 1, column: title, message: `The column ${JSON.stringify(title)} is not known; its cells are kept as overflow.` });
    else if (found[column] !== undefined) problems.push({ code: 'COLUMN_TWICE', file: table.file, row: 1, column: title, message: `The column ${JSON.stringify(title)} is there twice; the first one counts.` });
    else found[column] = i;
  }
  if (found.imageName === undefined) problems.push({ code: 'COLUMN_MISSING', file: table.file, row: 1, column: headers.imageName[0] ?? '', message: 'No column names the images, so no row can be joined to one.' });
  return found;
}

/** A first column without a title that counts its rows, as pandas writes it, is no overflow. */
function pandasIndex(table: TextTable): number | undefined {
  const counts = (table.header[0] ?? '').trim() === '' && table.rows.length > 0 && table.rows.every(({ cells }, i) => (cells[0] ?? '') === String(i));
  return counts ? 0 : undefined;
}
