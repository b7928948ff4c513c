import { CovidCtError } from '../base/index.ts';
import { isPictureName } from './file-name.ts';
import type { FileEntry, FileTree } from './file-tree.ts';
import { splitNamed, type FoundImage, type FoundRelease } from './found-files.ts';
import { readMetadata } from './metadata.ts';
import { readCsvTable, type TextTable } from './table-file.ts';
import { splitNames, type NameList, type ReadProblem } from './types.ts';

const imageHeaders = ['image', 'image name', 'image_name', 'file', 'file name', 'filename', 'file_name', 'path'];
const labelHeaders = ['label', 'class', 'diagnosis'];
const splitHeaders = ['split', 'set', 'subset', 'partition'];

const columnOf = (table: TextTable, names: readonly string[]): number => table.header.findIndex((title) => names.includes(title.trim().toLowerCase()));

/** A table at the tree's root that has a column for the image and one for the label. @throws CovidCtError BAD_TABLE */
export async function findImageTable(tree: FileTree, named?: string): Promise<TextTable | undefined> {
  for (const entry of tree.entries) {
    if (named === undefined ? !/^[^/]+\.(?:csv|tsv)$/i.test(entry.path) : entry.path !== named) continue;
    const table = readCsvTable(await tree.read(entry.path), entry.path);
    if (columnOf(table, imageHeaders) >= 0 && columnOf(table, labelHeaders) >= 0) return table;
  }
  return undefined;
}

/** Finds the pictures of a table with the columns image, label and, where it has them, patient, paper and split. */
export function findTabled(tree: FileTree, table: TextTable): FoundRelease {
  const problems: ReadProblem[] = [];
  const byBaseName = new Map<string, FileEntry[]>();
  for (const entry of tree.entries) {
    if (!isPictureName(entry.path)) continue;
    const base = baseName(entry.path);
    byBaseName.set(base, [...(byBaseName.get(base) ?? []), entry]);
  }
  const columns = { image: columnOf(table, imageHeaders), label: columnOf(table, labelHeaders), split: columnOf(table, splitHeaders) };
  const images = new Map<string, FoundImage>();
  for (const { row, cells } of table.rows) {
    const image = (cells[columns.image] ?? '').trim().replace(/^\.\//, '');
    const label = (cells[columns.label] ?? '').trim();
    const splitText = (cells[columns.split] ?? '').trim();
    const place = { file: table.file, row, raw: image };
    // Rows that are blank, or name no image, are what `readMetadata` reports.
    if (image === '') continue;
    const candidates = byBaseName.get(baseName(image)) ?? [];
    const entry = tree.entry(image) ?? (candidates.length === 1 ? candidates[0] : undefined);
    if (entry === undefined) {
      problems.push({ ...place, code: candidates.length > 1 ? 'IMAGE_AMBIGUOUS' : 'ROW_WITHOUT_IMAGE', image, message: candidates.length > 1 ? `${candidates.length} files have this name; give its path.` : 'There is no such picture.' });
      continue;
    }
    if (label === '') {
      problems.push({ ...place, code: 'LABEL_MISSING', image, message: 'The image has no label, and is left out.' });
      continue;
    }
    const split = splitNamed(splitText);
    if (split === undefined && splitText !== '') problems.push({ ...place, code: 'SPLIT_UNKNOWN', image, raw: splitText, message: `${JSON.stringify(splitText)} is none of train, val and test.` });
    const id = `${label}/${image}`;
    const before = images.get(id);
    if (before !== undefined) problems.push({ ...place, code: 'IMAGE_TWICE', image, message: 'The image is there in an earlier row with the same label.' });
    const splits = splitNames.filter((name) => name === split || before?.splits.includes(name) === true);
    images.set(id, { name: image, label, splits, entry });
  }
  const metadata = readMetadata({ ...table, header: table.header.map((title, i) => (i === columns.image ? 'image' : title)) });
  const own = new Set([columns.label, columns.split].filter((i) => i >= 0).map((i) => table.header[i] ?? ''));
  const meant = metadata.problems.filter((problem) => problem.code !== 'ROW_OVERFLOW' && !(problem.code === 'COLUMN_UNKNOWN' && own.has(problem.column ?? '')));
  if (images.size === 0) throw new CovidCtError('BAD_RELEASE', `${table.file} names no picture that is there with a label.`, { hint: 'Its image column must hold paths relative to the table.' });
  return { layout: 'csv', images: [...images.values()], lists: listsOf([...images.values()]), tables: [{ label: undefined, rows: metadata.rows }], problems: [...meant, ...problems] };
}

/**
 * Finds the pictures of an image folder: `<split>/<label>/…/x.png`, or `<label>/…/x.png`.
 * @throws CovidCtError BAD_RELEASE where no picture stands in a folder of a label
 */
export function findImageFolder(tree: FileTree): FoundRelease {
  const images = new Map<string, FoundImage>();
  const problems: ReadProblem[] = [];
  for (const entry of tree.entries) {
    if (!isPictureName(entry.path)) continue;
    const parts = entry.path.split('/');
    const split = parts.length > 2 ? splitNamed(parts[0] ?? '') : undefined;
    const [label = '', ...rest] = split === undefined ? parts : parts.slice(1);
    if (rest.length === 0) {
      problems.push({ code: 'LABEL_MISSING', file: entry.location, image: entry.path, message: 'The picture stands in no folder of a label, and is left out.' });
      continue;
    }
    const name = rest.join('/');
    const before = images.get(`${label}/${name}`);
    if (before !== undefined) problems.push({ code: 'IMAGE_TWICE', file: entry.location, image: name, message: `${entry.location} and ${before.entry.location} are one name of one label; the latter's bytes are used.` });
    const splits = splitNames.filter((one) => one === split || before?.splits.includes(one) === true);
    images.set(`${label}/${name}`, { name, label, splits, entry: before?.entry ?? entry });
  }
  if (images.size === 0) {
    throw new CovidCtError('BAD_RELEASE', `${tree.source} is no release: it has neither Images-processed, nor a table of image and label, nor pictures in folders of labels.`, {
      hint: 'docs/RELEASE.md shows the three layouts that are read.',
    });
  }
  return { layout: 'imagefolder', images: [...images.values()], lists: listsOf([...images.values()]), tables: [], problems };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The lists that a foreign set's own split amounts to, in upstream's form; none where it has no split. */
function listsOf(images: readonly FoundImage[]): NameList[] {
  const labels = [...new Set(images.map((image) => image.label))].toSorted();
  return labels.flatMap((label) =>
    splitNames.flatMap((split) => {
      const names = images.filter((image) => image.label === label && image.splits.includes(split)).map((image) => image.name);
      return names.length === 0 ? [] : [{ path: `Data-split/${label}/${split}CT_${label}.txt`, label, split, names, bytes: Buffer.from(`${names.join('\n')}\n`) }];
    }),
  );
}
