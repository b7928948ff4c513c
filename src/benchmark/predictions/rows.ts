import { CovidCtError } from '../../base/index.ts';
import { readCsvTable } from '../../release/index.ts';

/** A row of a predictions table. */
export interface PredictionRow {
  /** As in the name lists, or `<label>/<name>`. */
  readonly image: string;
  /** Probability of the positive label, COVID. */
  readonly score: number;
}

/** A row as it was read: its score may be no number at all. */
export interface RawPrediction extends PredictionRow {
  /** 1-based row in its file, the header being row 1. */
  readonly row: number;
  /** The score as it was written. */
  readonly raw: string;
}

/** How a score may be written; `Number` would also take an empty cell, hexadecimal digits and `Infinity`. */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads a table of predictions: CSV (or TSV) with the columns `image` and `score`; others are left alone, empty rows are
 * skipped. A score that is no finite number is kept as NaN, for {@link joinPredictions} to name.
 * @param file its name, for messages
 * @throws CovidCtError BAD_TABLE when it is no table or lacks a column
 */
export function readPredictions(bytes: Uint8Array, file: string): RawPrediction[] {
  const table = readCsvTable(bytes, file);
  const column = (name: string): number => {
    const at = table.header.flatMap((title, i) => (title.trim().toLowerCase() === name ? [i] : []));
    const [first, second] = at;
    if (first === undefined || second !== undefined) {
      throw new CovidCtError('BAD_TABLE', `${file} has ${at.length === 0 ? 'no' : 'more than one'} column ${name}; its columns are ${table.header.map((title) => JSON.stringify(title)).join(', ')}.`, {
        hint: 'A table of predictions is a CSV with the header image,score: the name as in the name lists, and the probability of COVID.',
      });
    }
    return first;
  };
  const image = column('image');
  const score = column('score');
  return table.rows
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ row, cells }) => {
      const raw = (cells[score] ?? '').trim();
      const value = decimal.test(raw) ? Number(raw) : Number.NaN;
      return { row, image: cells[image] ?? '', raw, score: Number.isFinite(value) ? value : Number.NaN };
    });
}

const quoted = (name: string): string => (/[",\r\n]|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

/** A table of predictions as CSV with the header `image,score`; scores keep all their digits. */
export function formatPredictions(rows: readonly PredictionRow[]): string {
  return ['image,score', ...rows.map(({ image, score }) => `${quoted(image)},${score}`), ''].join('\n');
}
