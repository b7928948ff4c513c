import { stringify } from 'csv-stringify/sync';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CovidCtError, joinInside } from '../../base/index.ts';
import { covidCtLabels, type MetadataRow } from '../types.ts';
import { escapeFormulaCell } from './formula-cell.ts';
import type { Exporter, ExportContext, ExportImage, ExportRequest } from './types.ts';
import { writeWorkbook } from './workbook.ts';
import { writeZip } from './zip.ts';

const workbookFile = 'COVID-CT-MetaInfo.xlsx';
const tableFile = 'NonCOVID-CT-MetaInfo.csv';
const sheetName = 'positive_captions';
const workbookHeader = ['File name', 'Patient ID', 'Age', 'Gender', 'Location', 'Medical history', 'Time', 'Severity', 'Other diseases', 'DOI', 'Captions'];
/** Columns in which upstream's workbook holds numbers: age and time. */
const numericColumns = [2, 6];

/** A row of either table: its place, and its cells in the workbook's order. */
interface TableRow {
  /** 1-based, the header being row 1; `undefined`: the next one. */
  readonly row: number | undefined;
  readonly cells: readonly string[];
  readonly overflow: readonly string[];
}

function rawCells(row: MetadataRow): string[] {
  return [row.imageName, row.patient, row.age, row.sex, row.location, row.history, row.time, row.severity, row.otherDiseases, row.doi, row.captions].map((cell) => cell.raw);
}

/** The rows of a label's table: all of them, in their places, where the release is exported whole; else the images' own. */
function tableRows(request: ExportRequest, label: string, whole: boolean): TableRow[] {
  const file = label === 'COVID' ? workbookFile : tableFile;
  if (whole) {
    return request.release.metadata.filter((row) => row.file === file).map((row) => ({ row: row.row, cells: rawCells(row), overflow: row.overflow }));
  }
  return request.images
    .filter((entry) => entry.label === label)
    .map(({ image }) => {
      const cells = image.metadata === undefined ? [image.name, image.patient ?? '', ...workbookHeader.slice(2).map(() => '')] : rawCells(image.metadata);
      return { row: undefined, cells, overflow: image.metadata?.overflow ?? [] };
    });
}

/** Rows by their places: `grid[i]` is row i + 2; places in between are blank. */
function placed(rows: readonly TableRow[]): (TableRow | undefined)[] {
  const grid: (TableRow | undefined)[] = [];
  for (const row of rows) {
    const index = row.row === undefined ? grid.length : row.row - 2;
    while (grid.length < index) grid.push(undefined);
    grid[index] = row;
  }
  return grid;
}

async function writeCovidTable(folder: string, rows: readonly TableRow[]): Promise<void> {
  const body = placed(rows).map((row) => (row === undefined ? [] : [...row.cells, ...row.overflow]));
  await writeWorkbook(join(folder, workbookFile), sheetName, [workbookHeader, ...body], numericColumns);
}

/**
 * NonCOVID's table as pandas wrote it: a column that counts the rows, the name, the patient; further columns only where
 * something stands in them. A cell that a spreadsheet would run gets an apostrophe; no cell of the published table does.
 */
async function writeNonCovidTable(folder: string, rows: readonly TableRow[]): Promise<void> {
  const used = workbookHeader.map((_, column) => column).filter((column) => column < 2 || rows.some((row) => (row.cells[column] ?? '') !== ''));
  const header = ['', ...used.map((column) => (column === 0 ? 'image name' : (workbookHeader[column] ?? '').toLowerCase()))];
  const body = placed(rows).map((row, i) => [String(i), ...used.map((column) => row?.cells[column] ?? ''), ...(row?.overflow ?? [])]);
  const safe = [header, ...body].map((cells) => cells.map(escapeFormulaCell));
  await writeFile(join(folder, tableFile), stringify(safe, { quoted_match: /[\r\n]/ }));
}

async function writeLists(request: ExportRequest, folder: string): Promise<void> {
  const legacy = request.track === 'legacy' && request.release.lists.length > 0;
  const lists = legacy
    ? request.release.lists.map((list) => ({ path: list.path, bytes: list.bytes }))
    : covidCtLabels.flatMap((label) =>
        request.splits.map((split) => {
          const names = request.images.filter((entry) => entry.label === label && entry.split === split).map((entry) => `${entry.image.name}\n`);
          return { path: `Data-split/${label}/${split}CT_${label}.txt`, bytes: names.join('') };
        }),
      );
  for (const { path, bytes } of lists) {
    const target = joinInside(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
}

async function writeImages(request: ExportRequest, context: ExportContext, entries: readonly ExportImage[]): Promise<void> {
  await mkdir(join(context.folder, 'Images-processed'), { recursive: true });
  let done = 0;
  for (const label of covidCtLabels) {
    const folder = `CT_${label}`;
    const own = entries.filter((entry) => entry.label === label);
    const names = new Set(own.map((entry) => entry.image.name));
    if (names.size < own.length) {
      throw new CovidCtError('BAD_RELEASE', `Two images of ${label} have the same name: a correction gave one the label of another.`, {
        hint: 'Export as csv or parquet, which keep the published label in the path, or reject that correction.',
      });
    }
    const members = own.map(({ image }) => ({
      path: `${folder}/${image.name}`,
      bytes: () => {
        if (context.signal?.aborted === true) throw new CovidCtError('CANCELLED', 'The export was interrupted.', { hint: 'Nothing was left behind; run it again.' });
        done += 1;
        context.progress({ label: 'export', done, total: entries.length });
        return request.release.bytes(image);
      },
    }));
    await writeZip(join(context.folder, 'Images-processed', `${folder}.zip`), folder, members.map((member) => ({ ...member, bytes: async () => member.bytes() })), true);
  }
}

/**
 * The original layout: two zips, six name lists, the workbook and the table. The legacy track of a release in that layout
 * is written whole (unlisted images, rows without image, blank rows, the lists byte for byte), so that it reads back as
 * the equal release; any other track holds its own images and their rows alone.
 */
export const upstreamExporter: Exporter = {
  name: 'upstream',
  describe: 'the original layout: zips, Data-split, workbook and table',
  usage: [
    'The layout of https://github.com/UCSD-AI4H/COVID-CT: `Images-processed/CT_<label>.zip`, `Data-split/<label>/<split>CT_<label>.txt`, the metadata beside them.',
    '`covid-ct stats --release` on this folder, or scripts written for the original, read it. No cell of the workbook is a formula.',
  ],
  async write(request, context) {
    const strange = request.release.labels.find((label) => !covidCtLabels.some((known) => known === label));
    if (strange !== undefined) {
      throw new CovidCtError('USAGE', `The upstream layout has no place for the label ${JSON.stringify(strange)}.`, { hint: 'Export as csv, imagefolder, parquet or croissant.' });
    }
    const nested = request.images.find(({ image }) => /[/\\]/.test(image.name));
    if (nested !== undefined) {
      throw new CovidCtError('USAGE', `The upstream layout has no place for ${JSON.stringify(nested.image.name)}: its names hold no folders.`, { hint: 'Export as csv, imagefolder, parquet or croissant.' });
    }
    const whole = request.track === 'legacy' && request.release.layout === 'upstream';
    const entries = whole ? request.release.images.map((image) => ({ image, label: image.label, split: image.split ?? '' })) : request.images;
    await writeLists(request, context.folder);
    await writeCovidTable(context.folder, tableRows(request, 'COVID', whole));
    await writeNonCovidTable(context.folder, tableRows(request, 'NonCOVID', whole));
    await writeImages(request, context, entries);
  },
};
