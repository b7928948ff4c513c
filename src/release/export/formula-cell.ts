const risky = /^[=+\-@\t\r\n＝＋－＠']/;

/**
 * Keeps a spreadsheet from running a cell: one that begins with `=`, `+`, `-`, `@`, tab, carriage return, line feed or a
 * full-width form of these gets one apostrophe in front, which spreadsheets take as "text follows". A cell that begins
 * with an apostrophe gets one more, so that {@link unescapeFormulaCell} gives back every cell as it was.
 * Source: OWASP, "CSV Injection".
 */
export function escapeFormulaCell(cell: string): string {
  return risky.test(cell) ? `'${cell}` : cell;
}

/** Undoes {@link escapeFormulaCell}: takes one leading apostrophe off. */
export function unescapeFormulaCell(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}
