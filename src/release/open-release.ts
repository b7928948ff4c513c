import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { CovidCtError } from '../base/index.ts';
import { decodePicture, type DecodeLimits } from '../imaging/node.ts';
import { upstreamClaims } from './claims.ts';
import { venueOf } from './doi.ts';
import { parseFileName } from './file-name.ts';
import type { FileTree } from './file-tree.ts';
import { findImageFolder, findImageTable, findTabled } from './foreign-layout.ts';
import type { FoundImage, FoundRelease } from './found-files.ts';
import { joinMetadata } from './join-metadata.ts';
import { openFileTree, subtree } from './open-tree.ts';
import type { MetadataRow, Release, ReleaseClaims, ReleaseImage } from './types.ts';
import { findUpstream, upstreamRoot } from './upstream-layout.ts';

/** How a release is opened. */
export interface OpenReleaseOptions {
  /** For tables; default: the name of the folder or zip. */
  readonly name?: string;
  /** Set for the embedded sample: drawn by the project, never real. */
  readonly synthetic?: boolean;
  /** The positive label; default: `COVID` where there is one, else the first by name. */
  readonly positive?: string;
  /** What its README claims; default: upstream's claims where it is upstream's release. */
  readonly claims?: ReleaseClaims;
  /** Limits of decoding. */
  readonly limits?: DecodeLimits;
}

/**
 * Opens a dataset in place; nothing is extracted to disk. Read are: upstream's layout, its zips closed or unpacked, as a
 * folder or within one zip; an image folder (`<split>/<label>/x.png` or `<label>/x.png`); and a .csv with the columns
 * image, label and, where it has them, patient, paper, split. Odd data is no error but a problem in `problems`.
 * @param source a folder, a .zip, a .csv, or a tree that is open already, which the release then closes
 * @throws CovidCtError NOT_FOUND, BAD_RELEASE, BAD_ARCHIVE, BAD_WORKBOOK, BAD_TABLE or LIMIT_EXCEEDED
 */
export async function openRelease(source: string | FileTree, options: OpenReleaseOptions = {}): Promise<Release> {
  const { tree, table } = typeof source === 'string' ? await openSource(source) : { tree: source, table: undefined };
  try {
    const root = table === undefined ? upstreamRoot(tree) : undefined;
    const inner = subtree(tree, root ?? '');
    return assemble(inner, root === undefined ? await findForeign(inner, table) : await findUpstream(inner), options);
  } catch (error) {
    await tree.close();
    throw error;
  }
}

async function openSource(path: string): Promise<{ readonly tree: FileTree; readonly table: string | undefined }> {
  if (!/\.(?:csv|tsv)$/i.test(path)) return { tree: await openFileTree(path), table: undefined };
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined) throw new CovidCtError('NOT_FOUND', `There is nothing at ${path}.`, { hint: 'Give the folder, the zip or the table of a release.' });
  if (facts.isDirectory()) return { tree: await openFileTree(path), table: undefined };
  return { tree: await openFileTree(dirname(resolve(path))), table: basename(path) };
}

async function findForeign(tree: FileTree, named: string | undefined): Promise<FoundRelease> {
  const table = await findImageTable(tree, named);
  if (table !== undefined) return findTabled(tree, table);
  if (named !== undefined) throw new CovidCtError('BAD_TABLE', `${named} has no column for the image, or none for the label.`, { hint: 'Its first row must name the columns, among them image and label.' });
  return findImageFolder(tree);
}

function toImage(found: FoundImage, row: MetadataRow | undefined): ReleaseImage {
  const parts = parseFileName(found.name);
  const doi = row?.doi.value ?? parts.doi;
  const patient = row?.patient.value;
  const paper = doi?.toLowerCase() ?? parts.stem;
  return {
    id: `${found.label}/${found.name}`,
    name: found.name,
    label: found.label,
    splits: found.splits,
    split: found.splits[0],
    parts,
    paper,
    doi,
    patient,
    venue: venueOf(doi, patient, paper !== undefined),
    metadata: row,
    licence: 'unknown',
    location: found.entry.location,
    size: found.entry.size,
  };
}

function labelsOf(images: readonly ReleaseImage[], positive: string | undefined): readonly string[] {
  const labels = [...new Set(images.map((image) => image.label))].toSorted();
  const first = positive ?? (labels.includes('COVID') ? 'COVID' : labels[0]);
  if (first === undefined || !labels.includes(first)) throw new CovidCtError('USAGE', `The release has no label ${JSON.stringify(first)}.`, { hint: `It has ${labels.join(', ')}.` });
  return [first, ...labels.filter((label) => label !== first)];
}

function assemble(tree: FileTree, found: FoundRelease, options: OpenReleaseOptions): Release {
  const { rowOf, problems } = joinMetadata(found);
  const paths = new Map<string, string>();
  const images = found.images
    .map((one) => {
      const image = toImage(one, rowOf.get(one));
      paths.set(image.id, one.entry.path);
      return image;
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const synthetic = options.synthetic ?? false;
  const claims = options.claims ?? (found.layout === 'upstream' && !synthetic ? upstreamClaims(images) : undefined);
  const bytes = async (image: ReleaseImage): Promise<Uint8Array> => {
    const path = paths.get(image.id);
    if (path === undefined) throw new CovidCtError('NOT_FOUND', `The release has no image ${JSON.stringify(image.id)}.`);
    return tree.read(path);
  };
  return {
    name: options.name ?? (basename(tree.source).replace(/\.zip$/i, '') || tree.source),
    source: tree.source,
    layout: found.layout,
    synthetic,
    labels: labelsOf(images, options.positive),
    images,
    lists: found.lists,
    metadata: found.tables.flatMap((table) => table.rows),
    problems: [...found.problems, ...problems],
    claims,
    bytes,
    async picture(image) {
      const content = await bytes(image);
      try {
        return await decodePicture(content, options.limits);
      } catch (error) {
        if (!(error instanceof CovidCtError)) throw error;
        throw new CovidCtError(error.code, `${image.location}: ${error.message}`, { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) });
      }
    },
    close: () => tree.close(),
  };
}
