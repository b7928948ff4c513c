import { stringify } from 'csv-stringify/sync';
import { CovidCtError, sha256 } from '../../base/index.ts';
import { escapeFormulaCell } from './formula-cell.ts';
import type { ExportContext, ExportImage, ExportRequest } from './types.ts';

/** Whose the images are, repeated with every image of every export. */
export const copyrightNotice = "Copyright stays with the authors and publishers of the image's paper; for research, never for diagnosis.";

/** The columns of every tabular export, with what each means; `docs/EXPORTS.md` repeats them. */
export const recordColumns = {
  id: '<label>/<name> as published; unique',
  name: 'file name, as in the published name lists',
  label: 'label in this track',
  split: 'train, val or test in this track',
  published_splits: 'every published list that names the image',
  patient: 'patient ID, as named in the metadata',
  paper: 'one key for all images of a paper: its DOI in lower case, else the stem of its file names',
  doi: 'DOI of the paper, where known',
  figure: 'figure of the paper that the image was cut from, where the file name tells',
  venue: 'where the paper was published, as far as name and metadata tell',
  age: 'as written in the metadata',
  sex: 'as written in the metadata',
  location: 'as written in the metadata',
  medical_history: 'as written in the metadata',
  time: 'as written in the metadata',
  severity: 'as written in the metadata',
  other_diseases: 'as written in the metadata',
  caption: 'as written in the metadata',
  licence: 'unknown unless the release or its provider shows one',
  copyright: 'whose the image is',
  sha256: "SHA-256 of the image file's bytes",
} as const;

/** A row of a tabular export: every cell is text, empty where the release does not tell. */
export type ExportRecord = Readonly<Record<keyof typeof recordColumns, string>>;

/** Names of {@link recordColumns}, in order. */
export const recordNames = Object.keys(recordColumns) as readonly (keyof typeof recordColumns)[];

/** The record of an image. */
export function recordOf({ image, label, split }: ExportImage, bytes: Uint8Array): ExportRecord {
  const row = image.metadata;
  return {
    id: image.id,
    name: image.name,
    label,
    split,
    published_splits: image.splits.join(' '),
    patient: image.patient ?? '',
    paper: image.paper ?? '',
    doi: image.doi ?? '',
    figure: image.parts.figure ?? '',
    venue: image.venue,
    age: row?.age.raw ?? '',
    sex: row?.sex.raw ?? '',
    location: row?.location.raw ?? '',
    medical_history: row?.history.raw ?? '',
    time: row?.time.raw ?? '',
    severity: row?.severity.raw ?? '',
    other_diseases: row?.otherDiseases.raw ?? '',
    caption: row?.captions.raw ?? '',
    licence: image.licence,
    copyright: copyrightNotice,
    sha256: sha256(bytes),
  };
}

/**
 * Images with their bytes and records, one at a time, so that an export never holds more than its own buffers.
 * @throws CovidCtError CANCELLED when the signal is aborted, and what reading the release throws
 */
export async function* readRecords(
  images: readonly ExportImage[],
  request: ExportRequest,
  context: ExportContext,
  label: string,
): AsyncGenerator<{ readonly entry: ExportImage; readonly bytes: Uint8Array; readonly record: ExportRecord }> {
  let done = 0;
  for (const entry of images) {
    if (context.signal?.aborted === true) throw new CovidCtError('CANCELLED', 'The export was interrupted.', { hint: 'Nothing was left behind; run it again.' });
    context.progress({ label, done, total: images.length });
    const bytes = await request.release.bytes(entry.image);
    yield { entry, bytes, record: recordOf(entry, bytes) };
    done += 1;
  }
  context.progress({ label, done, total: images.length });
}

/** A CSV file (RFC 4180, UTF-8, header first) whose cells no spreadsheet runs; see {@link escapeFormulaCell}. */
export function formatCsv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const safe = [columns, ...rows].map((row) => row.map(escapeFormulaCell));
  // Line breaks inside a cell are quoted too: by default only the record delimiter itself would be.
  return stringify(safe, { record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
}
