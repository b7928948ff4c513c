import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CovidCtError, ifThere, withLock, type Progress, type Workspace } from '../../base/index.ts';
import type { FileTree } from '../file-tree.ts';
import { openFolderTree } from '../folder-tree.ts';
import { overlayZips } from '../overlay-tree.ts';
import { openZipFileTree } from '../zip-tree.ts';
import { acceptFile } from './accept.ts';
import { collectFromAddress, collectFromTree, type Collected } from './collect.ts';
import { download, downloadLimits, releaseAdvice, type DownloadContext, type DownloadLimits } from './download.ts';
import { openConnections } from './http-request.ts';
import { checkImages, imagesAgree, type ImageCheck, type KnownImages } from './image-check.ts';
import { openObjectTree } from './object-tree.ts';
import { openPartialFile } from './partial-file.ts';
import { writeReleaseIndex, type ReleaseIndex } from './release-index.ts';
import { fileLimits, parseSource, publishedFiles, type PublishedFile } from './source.ts';

/** What a fetch is given. */
export interface FetchOptions {
  readonly workspace: Workspace;
  /** The images as they are known. */
  readonly known: KnownImages;
  /** Refuses a release whose images differ from the known ones, in place of reporting them. */
  readonly strict?: boolean;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  readonly limits?: DownloadLimits;
  /** Which files an address serves; upstream's by default. */
  readonly published?: readonly PublishedFile[];
  /** Where proxies are looked for. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** What a fetch did. */
export interface FetchReport {
  readonly source: string;
  readonly files: number;
  /** Bytes of the release's files. */
  readonly bytes: number;
  /** Bytes that came over the network this time. */
  readonly fetchedBytes: number;
  /** Whether bytes of an earlier, interrupted fetch were used. */
  readonly resumed: boolean;
  /** Optional files that the source does not have. */
  readonly absent: readonly string[];
  readonly images: ImageCheck;
}

/**
 * Brings a release into the workspace: its files become objects, and `release.json`, written last and at once, names
 * them. Until then the workspace's release is the one from before, or none. A fetch that was cut or killed goes on where
 * it stopped.
 * @param source a folder, a zip, or an http(s) address of either
 * @throws CovidCtError HASH_MISMATCH with `strict`, when images differ; ENVIRONMENT while another fetch runs in the same
 *   workspace; CANCELLED by the signal; NETWORK, NOT_FOUND, BAD_RELEASE, BAD_ARCHIVE, LIMIT_EXCEEDED, DISK
 */
export async function fetchRelease(source: string, options: FetchOptions): Promise<FetchReport> {
  try {
    return await withLock(options.workspace.path('fetch.lock'), () => fetchLocked(source, options), 0);
  } catch (error) {
    if (options.signal?.aborted !== true || error instanceof CovidCtError) throw error;
    throw new CovidCtError('CANCELLED', 'The fetch was interrupted.', { hint: 'Run the same command again: it goes on where it stopped.', cause: error });
  }
}

async function fetchLocked(source: string, options: FetchOptions): Promise<FetchReport> {
  const { workspace, known, progress, signal, strict = false } = options;
  const staging = workspace.path('downloads');
  await sweep(staging, workspace);
  const { collected, finish } = await collect(source, staging, options);
  const fetched = new Date().toISOString();
  const index: ReleaseIndex = {
    format: 'covid-ct release',
    version: 1,
    source: parseSource(source).kind === 'path' ? resolve(source) : source,
    fetched,
    files: collected.files.map((file) => ({ ...file, fetched })),
  };
  const tree = await overlayZips(await openObjectTree(index, workspace.objects, source));
  let images: ImageCheck;
  try {
    images = await checkImages(tree, known, progress, signal);
  } finally {
    await tree.close();
  }
  if (strict && !imagesAgree(images)) {
    throw new CovidCtError('HASH_MISMATCH', `${source} was not imported: ${describeDifferences(images)}.`, { hint: 'Without --strict it is imported, and the images that differ are listed.' });
  }
  signal?.throwIfAborted();
  await writeReleaseIndex(workspace, index);
  await finish();
  return {
    source,
    files: index.files.length,
    bytes: index.files.reduce((sum, file) => sum + file.size, 0),
    fetchedBytes: collected.fetched,
    resumed: collected.resumed,
    absent: collected.absent,
    images,
  };
}

/** `of 746 known images 744 are here unchanged, 2 changed, 0 missing; 0 more are unknown`. */
export function describeDifferences(images: ImageCheck): string {
  const { known, unchanged, changed, missing, unknown } = images;
  return `of ${known} known images ${unchanged} are here unchanged, ${changed.length} changed, ${missing.length} missing; ${unknown.length} more are unknown`;
}

/** What killed fetches left: copies and notes that were being written. Partial downloads stay. */
async function sweep(staging: string, workspace: Workspace): Promise<void> {
  for (const [folder, pattern] of [[staging, /\.(?:copy|tmp)$/], [workspace.folder, /^\.release\.json\.[0-9a-f]+\.tmp$/]] as const) {
    const names = (await ifThere(readdir(folder))) ?? [];
    for (const name of names) if (pattern.test(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** The source's files as objects, and what is to be tidied up once they are the workspace's release. */
async function collect(source: string, staging: string, options: FetchOptions): Promise<{ readonly collected: Collected; readonly finish: () => Promise<void> }> {
  const { workspace, progress, signal, environment = process.env } = options;
  const { objects } = workspace;
  const parsed = parseSource(source);
  if (parsed.kind === 'path') {
    return { collected: await closing(await openSourceTree(parsed.path), (tree) => collectFromTree(tree, staging, objects, progress, signal)), finish: async () => {} };
  }
  const connections = openConnections(environment);
  const context: Omit<DownloadContext, 'label'> = { folder: staging, objects, connections, limits: options.limits ?? downloadLimits, progress, signal, advice: releaseAdvice };
  try {
    if (parsed.kind === 'folder-address') {
      return { collected: await collectFromAddress(parsed.address, options.published ?? publishedFiles, context), finish: async () => {} };
    }
    const zip = await download(parsed.address, fileLimits.zip, { ...context, label: 'release' }, (path) => acceptFile(path, 'zip', parsed.address));
    const inside = await closing(await openZipFileTree(objects.pathOf(zip.sha256)), (tree) => collectFromTree({ ...tree, source: parsed.address }, staging, objects, progress, signal));
    const files = inside.files.map((file) => ({ ...file, from: `${parsed.address}!${file.path}` }));
    return {
      collected: { ...inside, files, fetched: zip.fetched, resumed: zip.resumed },
      // The zip around them is no longer needed, and the release would stand on the disk twice.
      finish: async () => {
        await openPartialFile(staging, parsed.address).discard();
        await rm(objects.pathOf(zip.sha256), { force: true });
      },
    };
  } finally {
    connections.close();
  }
}

async function closing<T>(tree: FileTree, work: (tree: FileTree) => Promise<T>): Promise<T> {
  try {
    return await work(tree);
  } finally {
    await tree.close();
  }
}

/** A folder or a zip on this disk, without its inner zips looked into. */
async function openSourceTree(path: string): Promise<FileTree> {
  const facts = await ifThere(stat(path));
  if (facts === undefined) throw new CovidCtError('NOT_FOUND', `There is nothing at ${path}.`, { hint: 'Give a folder, a zip, or an address that starts with https://.' });
  if (facts.isDirectory()) return openFolderTree(path);
  if (!facts.isFile()) throw new CovidCtError('BAD_INPUT', `${path} is neither a folder nor a file.`);
  return openZipFileTree(path);
}
