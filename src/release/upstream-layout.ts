import { CovidCtError } from '../base/index.ts';
import { isPictureName } from './file-name.ts';
import type { FileEntry, FileTree } from './file-tree.ts';
import type { FoundImage, FoundRelease } from './found-files.ts';
import { readMetadata } from './metadata.ts';
import { decodeText, readCsvTable, readWorkbookTable } from './table-file.ts';
import { splitNames, type NameList, type ReadProblem, type SplitName } from './types.ts';

const imagePattern = /^Images-processed\/(?:[^/]+\/)*?CT_([^/]+)\/(?:[^/]+\/)*([^/]+)$/;
const listPattern = /^Data-split\/(?:[^/]+\/)*(train|val|test)CT_([^/]+)\.txt$/;
const tablePattern = /^([^/]*?)-?CT-MetaInfo\.(xlsx|csv)$/i;

/** The folder, at most two deep, in which `Images-processed` or `Data-split` stands; `undefined` where neither does. */
export function upstreamRoot(tree: FileTree): string | undefined {
  for (const entry of tree.entries) {
    const root = /^((?:[^/]+\/){0,2})(?:Images-processed|Data-split)\//.exec(entry.path);
    if (root !== null) return (root[1] ?? '').replace(/\/$/, '');
  }
  return undefined;
}

/**
 * Finds what a release in upstream's layout holds.
 * @param tree its root, as {@link upstreamRoot} gives it
 * @throws CovidCtError BAD_RELEASE where it holds no picture; BAD_WORKBOOK, BAD_TABLE or LIMIT_EXCEEDED for its tables
 */
export async function findUpstream(tree: FileTree): Promise<FoundRelease> {
  const problems: ReadProblem[] = [];
  const files = new Map<string, { readonly name: string; readonly label: string; readonly entry: FileEntry }>();
  const lists: NameList[] = [];
  const tables: { readonly label: string | undefined; readonly rows: FoundRelease['tables'][number]['rows'] }[] = [];
  for (const entry of tree.entries) {
    const [, label = '', name = ''] = imagePattern.exec(entry.path) ?? [];
    const list = listPattern.exec(entry.path);
    const table = tablePattern.exec(entry.path);
    if (name !== '' && isPictureName(name)) {
      const id = `${label}/${name}`;
      const before = files.get(id);
      if (before === undefined) files.set(id, { name, label, entry });
      else problems.push({ code: 'IMAGE_TWICE', file: entry.location, image: name, message: `${entry.location} and ${before.entry.location} are one name of one label; the latter is used.` });
    } else if (name !== '') {
      problems.push({ code: 'EXTRA_FILE', file: entry.location, message: `${entry.location} stands among the pictures and is none.` });
    } else if (list !== null) {
      lists.push(readList(entry.path, list[1] === 'train' ? 'train' : list[1] === 'val' ? 'val' : 'test', list[2] ?? '', await tree.read(entry.path), problems));
    } else if (table !== null) {
      const bytes = await tree.read(entry.path);
      const read = readMetadata(/xlsx$/i.test(entry.path) ? await readWorkbookTable(bytes, entry.path) : readCsvTable(bytes, entry.path));
      tables.push({ label: table[1] === '' ? undefined : table[1], rows: read.rows });
      problems.push(...read.problems);
    }
  }
  if (files.size === 0) throw new CovidCtError('BAD_RELEASE', `${tree.source} has the folders of a release, and no picture in them.`, { hint: 'Pictures belong in Images-processed/CT_<label>.zip or Images-processed/CT_<label>/.' });
  if (tables.length === 0) problems.push({ code: 'TABLE_MISSING', file: tree.source, message: 'There is no table of metadata (…CT-MetaInfo.xlsx or .csv).' });
  const inOrder = lists.toSorted((a, b) => (a.label === b.label ? splitNames.indexOf(a.split) - splitNames.indexOf(b.split) : a.label < b.label ? -1 : 1));
  problems.push(...missingLists(new Set([...files.values()].map((file) => file.label)), inOrder));
  const listed = new Map<string, SplitName[]>();
  for (const list of inOrder) {
    for (const name of new Set(list.names)) {
      const id = `${list.label}/${name}`;
      listed.set(id, [...(listed.get(id) ?? []), list.split]);
    }
  }
  const images = [...files].map(([id, file]): FoundImage => ({ ...file, splits: [...new Set(listed.get(id))] }));
  return { layout: 'upstream', images, lists: inOrder, tables, problems };
}

/** A name list: a name a line. Blanks around names and blank lines are problems, not names. */
function readList(path: string, split: SplitName, label: string, bytes: Uint8Array, problems: ReadProblem[]): NameList {
  const lines = decodeText(bytes).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const names: string[] = [];
  for (const [i, line] of lines.entries()) {
    const name = line.trim();
    const place = { file: path, row: i + 1, raw: line };
    if (name === '') problems.push({ ...place, code: 'LIST_BLANK_LINE', message: `Line ${i + 1} is blank.` });
    else names.push(name);
    if (name !== '' && name !== line) problems.push({ ...place, code: 'LIST_NAME_BLANKS', image: name, message: `Line ${i + 1} has blanks around the name.` });
  }
  return { path, label, split, names, bytes };
}

function missingLists(labels: ReadonlySet<string>, lists: readonly NameList[]): ReadProblem[] {
  return [...labels].flatMap((label) =>
    splitNames
      .filter((split) => !lists.some((list) => list.label === label && list.split === split))
      .map((split) => ({ code: 'LIST_MISSING', file: `Data-split/${label}/${split}CT_${label}.txt`, message: `The list of ${label} images for ${split} is missing.` })),
  );
}
