import { parse } from 'csv-parse/sync';
import readWorkbook from 'read-excel-file/node';
import { CovidCtError } from '../base/index.ts';
import { memorySource } from './byte-source.ts';
import { packZip } from './pack-zip.ts';
import { checkExtent } from './workbook-extent.ts';
import { openZipArchive } from './zip-archive.ts';

/** A table out of a file: every cell as text, as it was written. */
export interface TextTable {
  readonly file: string;
  readonly header: readonly string[];
  /** With their 1-based row in the file, the header being row 1. */
  readonly rows: readonly { readonly row: number; readonly cells: readonly string[] }[];
}

/** How much of a table is read. */
export const tableLimits = {
  /** Bytes of a .csv, or of an .xlsx unpacked. */
  bytes: 128 * 1024 * 1024,
  rows: 1_000_000,
  columns: 1_000,
} as const;

function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return String(value);
}

function toTable(file: string, all: readonly (readonly unknown[])[], code: 'BAD_WORKBOOK' | 'BAD_TABLE'): TextTable {
  if (all.length > tableLimits.rows || all.some((row) => row.length > tableLimits.columns)) {
    throw new CovidCtError('LIMIT_EXCEEDED', `${file} has more than ${tableLimits.rows.toLocaleString('en')} rows or ${tableLimits.columns.toLocaleString('en')} columns.`);
  }
  const [header, ...rows] = all;
  if (header === undefined) throw new CovidCtError(code, `${file} is empty.`, { hint: 'Its first row must name the columns.' });
  return { file, header: header.map(toText), rows: rows.map((cells, i) => ({ row: i + 2, cells: cells.map(toText) })) };
}

/**
 * The first sheet of an .xlsx, cells untrimmed. Its zip is checked as any other before it is unpacked.
 * @throws CovidCtError BAD_WORKBOOK, or LIMIT_EXCEEDED
 */
export async function readWorkbookTable(bytes: Uint8Array, file: string): Promise<TextTable> {
  const hint = 'Open it in a spreadsheet program and save it again as .xlsx, or fetch it again.';
  try {
    const archive = await openZipArchive(memorySource(bytes, file), file);
    const unpacked = archive.entries.reduce((sum, entry) => sum + entry.size, 0);
    if (unpacked > tableLimits.bytes) throw new CovidCtError('LIMIT_EXCEEDED', `${file} unpacks to ${unpacked.toLocaleString('en')} bytes; at most ${tableLimits.bytes.toLocaleString('en')} are read.`);
    // Its parts are unpacked here, which proves that none is larger than it says, and packed anew: the reader's own unpacking waits for ever
    // for some archives that are not quite right, and may see other parts in one than were checked.
    const parts: [string, Uint8Array][] = [];
    for (const entry of archive.entries) {
      const part = await archive.read(entry);
      checkExtent(new TextDecoder().decode(part), file);
      parts.push([entry.path, part]);
    }
    const sheets = await readWorkbook(Buffer.from(await packZip(parts)), { trim: false });
    return toTable(file, sheets[0]?.data ?? [], 'BAD_WORKBOOK');
  } catch (error) {
    if (error instanceof CovidCtError && error.code !== 'BAD_ARCHIVE') throw error;
    const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    throw new CovidCtError('BAD_WORKBOOK', `${file} cannot be read as an .xlsx workbook: ${reason}.`, { hint, cause: error });
  }
}

/**
 * A .csv (or .tsv), cells untrimmed; UTF-8, or else Windows-1252; rows may be of uneven length.
 * @throws CovidCtError BAD_TABLE or LIMIT_EXCEEDED
 */
export function readCsvTable(bytes: Uint8Array, file: string): TextTable {
  if (bytes.length > tableLimits.bytes) throw new CovidCtError('LIMIT_EXCEEDED', `${file} is larger than ${tableLimits.bytes.toLocaleString('en')} bytes.`);
  try {
    const rows: string[][] = parse(decodeText(bytes), { bom: true, relax_column_count: true, skip_empty_lines: false, delimiter: file.toLowerCase().endsWith('.tsv') ? '\t' : ',' });
    return toTable(file, rows, 'BAD_TABLE');
  } catch (error) {
    if (error instanceof CovidCtError) throw error;
    throw new CovidCtError('BAD_TABLE', `${file} cannot be read as a table: ${error instanceof Error ? error.message.replace(/\.$/, '') : String(error)}.`, {
      hint: 'It must be comma-separated, with quotes doubled inside quotes.',
      cause: error,
    });
  }
}

/** Text of unknown encoding: UTF-8 where it is valid, else Windows-1252; a byte order mark is dropped. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
