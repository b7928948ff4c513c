import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { memorySource } from '../byte-source.ts';
import { openZipArchive } from '../zip-archive.ts';
import { writeZip } from './zip.ts';

/** Characters that XML 1.0 cannot hold: written as ECMA-376's `_xHHHH_`. CR stays raw, as in the published workbook. */
// oxlint-disable-next-line no-control-regex -- they are the point
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function writable(text: string): string {
  return text.replaceAll(unwritable, (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`);
}

/** Whole numbers as upstream's workbook has them, in the columns that hold some; everything else as text. */
function toCell(text: string, numeric: boolean): SheetData[number][number] {
  if (text === '') return null;
  if (numeric && /^(0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  // Text cells are never run: `=1+1` is written as the text `=1+1`, not as a formula.
  return { value: writable(text), type: String };
}

/**
 * Writes a workbook with one sheet. No cell is a formula. The same rows give the same bytes.
 * @param rows the header first; an empty row is left blank
 * @param numericColumns 0-based columns whose whole numbers are written as numbers
 */
export async function writeWorkbook(path: string, sheet: string, rows: readonly (readonly string[])[], numericColumns: readonly number[]): Promise<void> {
  const data = rows.map((row) => row.map((text, column) => toCell(text, numericColumns.includes(column))));
  const bytes = await writeXlsxFile(data, { sheet }).toBuffer();
  // The library stamps its zip with the clock; packed again, the bytes depend on the rows alone.
  const archive = await openZipArchive(memorySource(bytes, path), path);
  await writeZip(path, undefined, archive.entries.map((entry) => ({ path: entry.path, bytes: () => archive.read(entry) })), false);
}
