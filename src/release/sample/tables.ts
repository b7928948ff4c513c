import { stringify } from 'csv-stringify/sync';
import writeWorkbook from 'write-excel-file/node';
import { withoutDates } from './archive.ts';
import { ghosts, listedTwice, type SamplePlan } from './plan.ts';
import { splitNames, type SplitName } from '../types.ts';
import type { SampleImage } from './types.ts';

/** The columns of upstream's workbook. */
const columns = ['File name', 'Patient ID', 'Age', 'Gender', 'Location', 'Medical history', 'Time', 'Severity', 'Other diseases', 'DOI', 'Captions'] as const;

const rowsOf = (image: SampleImage): SampleImage[] => Array.from({ length: image.rows ?? 1 }, () => image);

/** `COVID-CT-MetaInfo.xlsx`, with a row that names no picture and a blank one before it. */
export async function sampleWorkbook({ images }: SamplePlan): Promise<Uint8Array> {
  const positives = images.filter((image) => image.label === 'COVID').flatMap(rowsOf);
  const cell = (value: string | number | undefined) => (value === undefined ? null : { value });
  const rows = positives.map((image) => columns.map((column) => cell(column === 'File name' ? (image.rowName ?? image.name) : image.cells[column])));
  const ghost = columns.map((column) => cell(column === 'File name' ? ghosts.row : undefined));
  const blank = columns.map(() => null);
  const sheet = [columns.map((value) => ({ value })), ...rows, blank, ghost];
  const bytes = await writeWorkbook(sheet, { sheet: 'positive_captions' }).toBuffer();
  return withoutDates(bytes, 'COVID-CT-MetaInfo.xlsx');
}

/** `NonCOVID-CT-MetaInfo.csv`, with an index as pandas writes it. */
export function sampleTable({ images }: SamplePlan): Uint8Array {
  const negatives = images.filter((image) => image.label === 'NonCOVID').flatMap(rowsOf);
  const rows = negatives.map((image, i) => [i, image.rowName ?? image.name, image.cells['patient id'], image.cells['captions']]);
  return Buffer.from(stringify([['', 'image name', 'patient id', 'captions'], ...rows], { record_delimiter: '\r\n' }));
}

/** The six name lists, by path: one name a line. */
export function sampleLists({ images }: SamplePlan): Map<string, Uint8Array> {
  const lists = new Map<string, Uint8Array>();
  for (const label of ['COVID', 'NonCOVID'] as const) {
    for (const split of splitNames) {
      const names = images.filter((image) => image.label === label && image.splits.includes(split)).flatMap((image) => (image.name.includes(`-${listedTwice}`) ? [image.name, image.name] : [image.name]));
      if (label === 'NonCOVID' && split === ('test' satisfies SplitName)) names.push(ghosts.listed);
      lists.set(`Data-split/${label}/${split}CT_${label}.txt`, Buffer.from(names.map((name) => `${name}\n`).join('')));
    }
  }
  return lists;
}
