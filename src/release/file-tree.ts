import { CovidCtError } from '../base/index.ts';
import type { ByteSource } from './byte-source.ts';

/** A file of a {@link FileTree}. */
export interface FileEntry {
  /** Relative to the tree's root, with forward slashes, normalised: no `.`, no `..`, not absolute. Unique in its tree. */
  readonly path: string;
  /** In bytes, as read: uncompressed. */
  readonly size: number;
  /** Where it stands, for messages: `Images-processed/CT_COVID.zip!CT_COVID/x.png`. */
  readonly location: string;
}

/** Named bytes, read in place: a folder, a zip, a folder whose zips are looked into, or memory. */
export interface FileTree {
  /** What it was opened from, for messages. */
  readonly source: string;
  /** Every file, sorted by path. Dot files, `__MACOSX` and the like are left out. */
  readonly entries: readonly FileEntry[];
  /** The entry at a path, if there is one. */
  entry(path: string): FileEntry | undefined;
  /** The whole file. @throws CovidCtError NOT_FOUND, BAD_ARCHIVE or LIMIT_EXCEEDED */
  read(path: string): Promise<Uint8Array>;
  /** Random access, for archives in the tree; the caller closes it. Throws as `read` does. */
  open(path: string): Promise<ByteSource>;
  /** Releases what is held open. May be called twice. */
  close(): Promise<void>;
}

/** How much a tree takes on before it refuses; `docs/RELEASE.md` lists them. */
export const treeLimits = {
  /** Files (and folders, on disk) in a tree or archive. */
  entries: 200_000,
  /** Bytes of one file. */
  fileBytes: 512 * 1024 * 1024,
  /** Folders within folders. */
  depth: 32,
  /** Archives looked into in one tree. */
  archives: 64,
} as const;

const junk = /^(?:\..*|__MACOSX|Thumbs\.db|desktop\.ini)$/i;

/** Whether a path is what operating systems leave behind (`.DS_Store`, `__MACOSX/…`, `.git/…`), not data. */
export function isJunkPath(path: string): boolean {
  return path.split('/').some((part) => part !== '.' && part !== '..' && junk.test(part));
}

/**
 * A name that came from an archive, normalised, or the reason why it is refused.
 * @returns the path without `.` and empty parts; an empty one for `./`
 */
export function cleanPath(name: string): { readonly path: string } | { readonly refused: string } {
  if (/\p{Cc}/u.test(name)) return { refused: 'it holds control characters' };
  if (name.includes('\\')) return { refused: 'it holds a backslash' };
  if (name.startsWith('/') || /^[a-zA-Z]:/.test(name)) return { refused: 'it is absolute' };
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return { refused: 'it leads out of its folder by ".."' };
  if (parts.length > treeLimits.depth) return { refused: `it is more than ${treeLimits.depth} folders deep` };
  return { path: parts.join('/') };
}

/** The error for a path that a tree does not have. */
export function noSuchFile(source: string, path: string): CovidCtError {
  return new CovidCtError('NOT_FOUND', `${source} has no file ${JSON.stringify(path)}.`, { hint: 'Names are case-sensitive and use forward slashes.' });
}

/** The error for a tree with more files than {@link treeLimits} allows. */
export function tooManyFiles(source: string): CovidCtError {
  return new CovidCtError('LIMIT_EXCEEDED', `${source} holds more than ${treeLimits.entries.toLocaleString('en')} files.`, {
    hint: 'Point --release at the dataset itself, not at a folder above it.',
  });
}

/** The error for a file larger than {@link treeLimits} allows. */
export function tooLarge(location: string, size: number): CovidCtError {
  return new CovidCtError('LIMIT_EXCEEDED', `${location} is ${size.toLocaleString('en')} bytes; at most ${treeLimits.fileBytes.toLocaleString('en')} are read.`);
}

/** Entries by path, sorted: what every tree is made of. */
export function indexEntries<T extends FileEntry>(entries: Iterable<T>): { readonly sorted: readonly T[]; readonly byPath: ReadonlyMap<string, T> } {
  const sorted = [...entries].toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { sorted, byPath: new Map(sorted.map((entry) => [entry.path, entry])) };
}
