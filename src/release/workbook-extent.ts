import { CovidCtError } from '../base/index.ts';

/** Cells, empty ones included, of the rectangle from A1 to the last one: what a reader makes of a sheet takes memory for all of them. */
const mostCells = 20_000_000;

/** Of a column's letters, from 1: `A`, `Z`, `AA`. */
function columnNumber(letters: string): number {
  let number = 0;
  for (const letter of letters.toUpperCase()) number = number * 26 + (letter.charCodeAt(0) - 64);
  return number;
}

/** `<row r="2">`, `<c r="B2">`, with a prefix or without (ECMA-376, part 1, 18.3.1.4 and 18.3.1.73). */
const places = /<(?:\w+:)?(?:row|c)\s(?:[^<>]*?\s)?r\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * Refuses a sheet that names a cell so far out that reading it would take the machine's memory: the reader makes every cell before it.
 * @param xml of a part of an .xlsx
 * @throws CovidCtError LIMIT_EXCEEDED; BAD_WORKBOOK for a place that is none
 */
export function checkExtent(xml: string, file: string): void {
  let [rows, columns] = [0, 0];
  for (const [, double, single] of xml.matchAll(places)) {
    const place = double ?? single ?? '';
    const [, letters = '', digits = ''] = /^([A-Za-z]*)(\d+)$/.exec(place) ?? [];
    if (digits === '') throw new CovidCtError('BAD_WORKBOOK', `${file} has a cell at “${place.slice(0, 40)}”, which is no place in a sheet.`, { hint: 'Open it in a spreadsheet program and save it again as .xlsx.' });
    rows = Math.max(rows, Number(digits));
    columns = Math.max(columns, columnNumber(letters));
  }
  if (rows * columns > mostCells || rows > mostCells || columns > mostCells) {
    throw new CovidCtError('LIMIT_EXCEEDED', `${file} has cells as far out as row ${rows.toLocaleString('en')} and column ${columns.toLocaleString('en')}; at most ${mostCells.toLocaleString('en')} cells are read.`, { hint: 'Delete the rows and columns behind the last one that is used, and save it again.' });
  }
}
