import { html, type Html, type HtmlPart } from './html.ts';

/** A table's cell: numbers stand to the right, nothing is a dash. */
export type TableCell = string | number | null | Html;

/** A number as a table shows it: whole ones as they are, others with three decimals. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}

/** A table with a caption; it scrolls sideways where it is too wide. */
export function renderTable(table: { readonly title: string; readonly note?: HtmlPart; readonly columns: readonly string[]; readonly rows: readonly (readonly TableCell[])[] }): Html {
  const isNumber = table.columns.map((_, column) => table.rows.some((row) => typeof row[column] === 'number') && table.rows.every((row) => typeof row[column] !== 'string'));
  const kind = (column: number): string => (isNumber[column] === true ? 'number' : 'text');
  const cell = (value: TableCell, column: number): Html =>
    html`<td class="${kind(column)}">${value === null ? '–' : typeof value === 'number' ? formatNumber(value) : value}</td>`;
  return html`<div class="scroll"><table><caption>${table.title}</caption>
<thead><tr>${table.columns.map((name, column) => html`<th scope="col" class="${kind(column)}">${name}</th>`)}</tr></thead>
<tbody>${table.rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody></table></div>${table.note === undefined ? null : html`<p class="quiet">${table.note}</p>`}`;
}
