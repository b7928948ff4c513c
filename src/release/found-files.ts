import type { FileEntry } from './file-tree.ts';
import type { MetadataRow, NameList, ReadProblem, SplitName } from './types.ts';

/** An image as a layout finds it, before it is joined with the metadata. */
export interface FoundImage {
  readonly name: string;
  readonly label: string;
  readonly splits: readonly SplitName[];
  readonly entry: FileEntry;
}

/** What a layout gives: files, lists and rows, not yet joined. */
export interface FoundRelease {
  readonly layout: 'upstream' | 'imagefolder' | 'csv';
  readonly images: readonly FoundImage[];
  readonly lists: readonly NameList[];
  /** Each with the label that its table is about, where its name tells. */
  readonly tables: readonly { readonly label: string | undefined; readonly rows: readonly MetadataRow[] }[];
  readonly problems: readonly ReadProblem[];
}

const splitAliases: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  dev: 'val',
  test: 'test',
  testing: 'test',
};

/** A split by the names that people give it; `undefined` where it is none. */
export function splitNamed(text: string): SplitName | undefined {
  const written = text.trim().toLowerCase();
  return Object.hasOwn(splitAliases, written) ? splitAliases[written] : undefined;
}
