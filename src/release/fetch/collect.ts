import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { CovidCtError, type ObjectStore, type Progress } from '../../base/index.ts';
import type { FileTree } from '../file-tree.ts';
import { acceptFile } from './accept.ts';
import { download, type DownloadContext } from './download.ts';
import { isReleaseFile, layoutRoot, fileLimits, type FileKind, type PublishedFile } from './source.ts';

/** A file of the release that now stands in the object store. */
export interface CollectedFile {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly from: string;
}

/** What was collected, and what it cost. */
export interface Collected {
  readonly files: readonly CollectedFile[];
  /** Optional files that the source does not have. */
  readonly absent: readonly string[];
  /** Bytes that came over the network. */
  readonly fetched: number;
  readonly resumed: boolean;
}

const pieceLength = 1024 * 1024;

/** Copies a file of a tree beside the store, piece by piece, and gives its hash. */
async function stage(tree: FileTree, path: string, staged: string): Promise<{ readonly sha256: string; readonly size: number }> {
  const source = await tree.open(path);
  try {
    const hash = createHash('sha256');
    const target = await open(staged, 'wx');
    try {
      for (let at = 0; at < source.size; at += pieceLength) {
        const piece = await source.read(at, Math.min(pieceLength, source.size - at));
        hash.update(piece);
        await target.appendFile(piece);
      }
    } finally {
      await target.close();
    }
    return { sha256: hash.digest('hex'), size: source.size };
  } finally {
    await source.close();
  }
}

const kinds: Readonly<Record<string, FileKind>> = { '.xlsx': 'workbook', '.csv': 'table', '.zip': 'zip', '.txt': 'names' };

/** What a file must be, by its extension; pictures are looked at by those who decode them. */
function kindOf(path: string): FileKind | undefined {
  return kinds[extname(path).toLowerCase()];
}

/**
 * Takes a release out of a folder or a zip: what belongs to the layout, wherever in it the layout stands.
 * Zips among the files are checked and kept closed.
 * @param tree the folder or zip, without its inner zips looked into
 * @throws CovidCtError BAD_RELEASE where there is no such layout; what reading and the disk throw
 */
export async function collectFromTree(tree: FileTree, staging: string, objects: ObjectStore, progress: Progress, signal: AbortSignal | undefined): Promise<Collected> {
  const root = layoutRoot(tree.entries.map((entry) => entry.path));
  const prefix = root === undefined || root === '' ? '' : `${root}/`;
  const wanted = root === undefined ? [] : tree.entries.filter((entry) => entry.path.startsWith(prefix) && isReleaseFile(entry.path.slice(prefix.length)));
  if (wanted.length === 0) {
    throw new CovidCtError('BAD_RELEASE', `${tree.source} does not hold the layout of COVID-CT-Dataset.`, {
      hint: 'Give the folder (or a zip of it) that holds Images-processed and Data-split. Other sets need no fetch: give them to --release.',
    });
  }
  const total = wanted.reduce((sum, entry) => sum + entry.size, 0);
  const copies: { readonly staged: string; readonly file: CollectedFile }[] = [];
  const folder = join(staging, `${randomBytes(8).toString('hex')}.copy`);
  await mkdir(folder, { recursive: true });
  try {
    let done = 0;
    for (const [i, entry] of wanted.entries()) {
      signal?.throwIfAborted();
      const path = entry.path.slice(prefix.length);
      const staged = join(folder, String(i));
      const kind = kindOf(path);
      copies.push({ staged, file: { path, ...(await stage(tree, entry.path, staged)), from: entry.location } });
      if (kind !== undefined) await acceptFile(staged, kind, entry.location);
      done += entry.size;
      progress({ label: 'reading', done, total });
    }
    // Only when all were accepted does one become an object: a refused release leaves nothing.
    for (const { staged, file } of copies) await objects.adopt(staged, file.sha256);
    return { files: copies.map((copy) => copy.file), absent: [], fetched: 0, resumed: false };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Fetches the release's files one by one from below an address.
 * @throws CovidCtError as `download` and `acceptFile` do; NOT_FOUND where a file that must be there is not
 */
export async function collectFromAddress(base: string, published: readonly PublishedFile[], context: Omit<DownloadContext, 'label'>): Promise<Collected> {
  const files: CollectedFile[] = [];
  const absent: string[] = [];
  let fetched = 0;
  let resumed = false;
  for (const file of published) {
    const found = await fetchFile(base, file, context);
    if (found === undefined) {
      absent.push(file.path);
      continue;
    }
    files.push({ path: file.path, sha256: found.sha256, size: found.size, from: found.from });
    fetched += found.fetched;
    resumed ||= found.resumed;
  }
  return { files, absent, fetched, resumed };
}

/** A file under the first of its names that the source has; `undefined` where it has none and needs none. */
async function fetchFile(
  base: string,
  file: PublishedFile,
  context: Omit<DownloadContext, 'label'>,
): Promise<(CollectedFile & { readonly fetched: number; readonly resumed: boolean }) | undefined> {
  let missing: CovidCtError | undefined;
  for (const path of [file.path, ...file.formerly]) {
    const address = new URL(path.split('/').map(encodeURIComponent).join('/'), base).href;
    try {
      const result = await download(address, fileLimits[file.kind], { ...context, label: path }, (partial) => acceptFile(partial, file.kind, address));
      return { path: file.path, sha256: result.sha256, size: result.size, from: address, fetched: result.fetched, resumed: result.resumed };
    } catch (error) {
      if (!(error instanceof CovidCtError) || error.code !== 'NOT_FOUND') throw error;
      missing ??= error;
    }
  }
  if (!file.optional && missing !== undefined) throw missing;
  return undefined;
}
