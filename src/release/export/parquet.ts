import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SchemaElement } from 'hyparquet';
import { ParquetWriter, fileWriter, type ColumnSource } from 'hyparquet-writer';
import { readRecords, recordNames, type ExportRecord } from './records.ts';
import type { ExportContext, Exporter, ExportRequest } from './types.ts';

/** Images a row group: small enough that a reader of a few rows, and this writer, hold few pictures at once. */
const rowGroupSize = 100;

/** Text columns: the record, with the label's name beside its number. */
const textColumns = recordNames.filter((name) => name !== 'label');

/** All columns may be null for the readers' sake: `datasets` takes its features from the file only where they are. */
const schema: SchemaElement[] = [
  { name: 'root', num_children: 3 + textColumns.length },
  { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
  { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
  { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
  { name: 'label_name', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  ...textColumns.map((name): SchemaElement => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' })),
];

/** The features that Hugging Face `datasets` reads from the file's metadata: pictures and class labels, not bytes and numbers. */
function huggingFaceFeatures(labels: readonly string[]): string {
  const text = { dtype: 'string', _type: 'Value' };
  const features = {
    image: { _type: 'Image' },
    label: { names: labels, _type: 'ClassLabel' },
    label_name: text,
    ...Object.fromEntries(textColumns.map((name) => [name, text])),
  };
  return JSON.stringify({ info: { features } });
}

/** The file of a split, named as Hugging Face names shards. */
export function parquetPath(split: string): string {
  return `data/${split}-00000-of-00001.parquet`;
}

interface Row {
  readonly bytes: Uint8Array;
  readonly record: ExportRecord;
}

function columnsOf(rows: readonly Row[], labels: readonly string[]): ColumnSource[] {
  return [
    { name: 'image', data: rows.map(({ bytes, record }) => ({ bytes, path: record.name })), statistics: false },
    { name: 'label', data: rows.map(({ record }) => BigInt(labels.indexOf(record.label))) },
    { name: 'label_name', data: rows.map(({ record }) => record.label) },
    ...textColumns.map((name): ColumnSource => ({ name, data: rows.map(({ record }) => record[name]) })),
  ];
}

/** Writes one Parquet file a split that has images; gives the paths. The same request gives the same bytes. */
export async function writeParquetFiles(request: ExportRequest, context: ExportContext): Promise<{ readonly split: string; readonly path: string }[]> {
  await mkdir(join(context.folder, 'data'), { recursive: true });
  const files: { split: string; path: string }[] = [];
  for (const split of request.splits) {
    const images = request.images.filter((entry) => entry.split === split);
    if (images.length === 0) continue;
    const path = parquetPath(split);
    const writer = new ParquetWriter({
      writer: fileWriter(join(context.folder, path)),
      schema,
      // The pictures are compressed already, and text beside them is small.
      codec: 'UNCOMPRESSED',
      kvMetadata: [{ key: 'huggingface', value: huggingFaceFeatures(request.release.labels) }],
      createdBy: `covid-ct version ${request.version}`,
    });
    let rows: Row[] = [];
    const flush = async (): Promise<void> => {
      if (rows.length > 0) await writer.write({ columnData: columnsOf(rows, request.release.labels), rowGroupSize });
      rows = [];
    };
    for await (const { bytes, record } of readRecords(images, request, context, `export ${split}`)) {
      rows.push({ bytes, record });
      if (rows.length === rowGroupSize) await flush();
    }
    await flush();
    await writer.finish();
    files.push({ split, path });
  }
  return files;
}

/** Parquet with the image bytes: one file a split, read by `datasets`, pandas, DuckDB, Polars. */
export const parquetExporter: Exporter = {
  name: 'parquet',
  describe: 'Parquet with image bytes, one file a split, as Hugging Face datasets reads it',
  frontMatter: (request) => [
    'configs:',
    '- config_name: default',
    '  data_files:',
    ...request.splits
      .filter((split) => request.images.some((entry) => entry.split === split))
      .flatMap((split) => [`  - split: ${split}`, `    path: ${parquetPath(split)}`]),
  ],
  usage: [
    'datasets: `load_dataset("parquet", data_files={"train": "data/train-*.parquet", …})`, or `load_dataset(…)` with this folder: `image` is a picture, `label` a class.',
    'pandas: `read_parquet("data/train-00000-of-00001.parquet")`: `image` holds `bytes` and `path`; `label` is the number of `label_name`.',
  ],
  async write(request, context) {
    await writeParquetFiles(request, context);
  },
};
