import { createReadStream } from 'node:fs';
import { createHash } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CovidCtError, joinInside, type Progress } from '../../base/index.ts';
import { formatErrata, releaseFingerprint, type CorrectionsFile } from '../../audit/index.ts';
import {
  citationsOf, covidCtLabels, croissantDocument, formatBibtex, formatCard, formatCsv, openRelease, recordColumns, recordNames, recordOf, splitNames, upstreamExporter, type ExportRequest, type Release,
} from '../../release/index.ts';
import { confirmationsFile, type Confirmation } from '../review/confirmations.ts';
import { formatChangelog } from './changelog.ts';
import { releaseFile, type ReleaseDocument } from './document.ts';

/** All that goes into the folder of a release. */
export interface ReleaseContent {
  readonly composed: Release;
  readonly document: ReleaseDocument;
  readonly confirmations: readonly Confirmation[];
  readonly errata: CorrectionsFile | undefined;
  /** De-identified DICOM files by their paths in the folder. */
  readonly hounsfield: ReadonlyMap<string, () => Promise<Uint8Array>>;
  /** The version of covid-ct. */
  readonly maker: string;
}

async function describeFile(folder: string, path: string) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(join(folder, path))) hash.update(chunk as Uint8Array);
  return { path, bytes: (await stat(join(folder, path))).size, sha256: hash.digest('hex') };
}

function requestOf(release: Release, maker: string): ExportRequest {
  const images = release.images.flatMap((image) => (image.split === undefined ? [] : [{ image, label: image.label, split: image.split }]));
  return { release, track: 'legacy', seed: undefined, splits: splitNames, images, leftOut: [], version: maker };
}

/** Croissant 1.1 over the release's own files: a record a row of records.csv, the pictures as files of the zips. */
async function writeCroissant(folder: string, release: Release, request: ExportRequest, version: string): Promise<void> {
  const records = await describeFile(folder, 'records.csv');
  const zips = await Promise.all(covidCtLabels.map(async (label) => ({ label, ...(await describeFile(folder, `Images-processed/CT_${label}.zip`)) })));
  const file = ({ path, bytes, sha256 }: { readonly path: string; readonly bytes: number; readonly sha256: string }, description: string, encodingFormat: string) => ({
    '@type': 'cr:FileObject', '@id': path, name: path, description, contentUrl: path, contentSize: `${bytes} B`, encodingFormat, sha256,
  });
  const document = {
    ...croissantDocument(request, []),
    name: release.name.replaceAll(/[^A-Za-z0-9 ._-]/g, '-'),
    version,
    distribution: [
      file(records, 'What is known of every image, a row each.', 'text/csv'),
      ...zips.map((zip) => file(zip, `The pictures of ${zip.label}, byte for byte.`, 'application/zip')),
      ...zips.map(({ label, path }) => ({ '@type': 'cr:FileSet', '@id': `pictures-${label}`, name: `pictures-${label}`, containedIn: { '@id': path }, encodingFormat: 'image/png', includes: `CT_${label}/*` })),
    ],
    recordSet: [
      {
        '@type': 'cr:RecordSet', '@id': 'images', name: 'images', description: 'The images, one record each.', key: { '@id': 'images/id' },
        field: recordNames.map((name) => ({ '@type': 'cr:Field', '@id': `images/${name}`, name: `images/${name}`, description: recordColumns[name], dataType: 'sc:Text', source: { fileObject: { '@id': 'records.csv' }, extract: { column: name } } })),
      },
    ],
  };
  await writeFile(join(folder, 'croissant.json'), `${JSON.stringify(document, null, 2)}\n`);
}

async function writeRecords(folder: string, release: Release): Promise<void> {
  const rows: string[][] = [];
  for (const image of release.images) {
    const record = recordOf({ image, label: image.label, split: image.split ?? '' }, await release.bytes(image));
    rows.push(recordNames.map((name) => record[name]));
  }
  await writeFile(join(folder, 'records.csv'), formatCsv(recordNames, rows));
}

function introduction({ document, confirmations, errata }: ReleaseContent): string[] {
  const reviewed = document.images.filter(({ review }) => review !== null);
  const [changes] = document.history;
  const covered = (confirmation: Confirmation): number => document.images.filter(({ sha256 }) => confirmation.images.includes(sha256)).length;
  const accepted = errata?.corrections.filter((correction) => correction.history.at(-1)?.status === 'accepted').length ?? 0;
  return [
    '## This version',
    '',
    `- Version ${document.version} (${document.date}), made by covid-ct; ${document.previous === null ? 'made from nothing' : `grown from \`${document.previous.name}\` ${document.previous.version}, whose authors have no part in it`}.`,
    `- New images: ${changes?.added.length ?? 0}. Withdrawn: ${changes?.removed.length ?? 0}. Moved between splits: ${changes?.moved.length ?? 0}. \`CHANGELOG.md\` has every version, \`release.json\` every image with its hash and review.`,
    `- Images reviewed before they came in: ${reviewed.length}, by two reviewers or more: ${reviewed.filter(({ review }) => (review?.decisions.length ?? 0) > 1).length}.`,
    ...confirmations.map((confirmation) => `- Confirmed by signature: ${covered(confirmation)} images by ${confirmation.reviewer.name} (${confirmation.reviewer.id}; stated qualification: ${confirmation.reviewer.qualification}), ${confirmation.when.slice(0, 10)}: "${confirmation.statement}" \`covid-ct verify\` checks it; who holds the key, it cannot tell.`),
    ...(confirmations.length === 0 ? ['- Nobody has confirmed images of this version by a signature.'] : []),
    ...(accepted === 0 ? [] : [`- ${accepted} accepted corrections are errata of this version: \`ERRATA.md\`.`]),
    ...(document.tombstones.length === 0 ? [] : [`- ${document.tombstones.length} images were withdrawn for good; \`tombstones.json\` says which and why.`]),
    '- Lists and tables have upstream’s form; what was written before stands as it was, new rows and names at the end. `records.csv` has all in one table, `croissant.json` describes it.',
  ];
}

/**
 * Writes a release into an empty folder. The same content gives the same bytes. What was written is opened and counted before anybody
 * sees it.
 * @throws CovidCtError BAD_RELEASE when what was written does not read back as what was meant
 */
export async function writeRelease(folder: string, content: ReleaseContent, progress: Progress, signal: AbortSignal | undefined): Promise<void> {
  const { composed, document, confirmations, errata, hounsfield, maker } = content;
  await upstreamExporter.write(requestOf(composed, maker), { folder, progress, signal });
  for (const [path, read] of hounsfield) {
    const target = joinInside(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, await read());
  }
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(join(folder, releaseFile), json(document));
  await writeFile(join(folder, 'CHANGELOG.md'), formatChangelog(document));
  if (confirmations.length > 0) await writeFile(join(folder, confirmationsFile), json(confirmations));
  if (document.tombstones.length > 0) await writeFile(join(folder, 'tombstones.json'), json(document.tombstones));
  // Counted from what was written, not from what was meant.
  const written = await openRelease(folder, { name: composed.name, synthetic: composed.synthetic });
  try {
    const meant = new Map(composed.images.map((image) => [image.id, image.splits.join()]));
    const wrong = written.images.find((image) => meant.get(image.id) !== image.splits.join());
    if (written.images.length !== meant.size || wrong !== undefined) {
      throw new CovidCtError('BAD_RELEASE', `What was written reads back otherwise: ${wrong?.id ?? `${written.images.length} images where ${meant.size} were meant`}.`, { hint: 'Nothing was kept. Please report this as a bug.' });
    }
    if (errata !== undefined) {
      await writeFile(join(folder, 'ERRATA.md'), formatErrata(errata));
      await writeFile(join(folder, 'errata.json'), json({ ...errata, release: { ...errata.release, fingerprint: releaseFingerprint(written) } }));
    }
    // Licences are known of reviewed images alone; the tables have no column for them.
    const licences = new Map(document.images.map(({ id, licence }) => [id, licence]));
    const released: Release = { ...written, images: written.images.map((image) => ({ ...image, licence: licences.get(image.id) ?? image.licence })) };
    await writeRecords(folder, released);
    await writeCroissant(folder, released, requestOf(released, maker), document.version);
    // A set from nothing is not COVID-CT-Dataset, and its card must not speak for those who made that.
    const described: Release = document.previous === null ? { ...released, layout: 'imagefolder' } : released;
    await writeFile(join(folder, 'README.md'), formatCard(described, { version: maker, introduction: introduction(content) }));
    await writeFile(join(folder, 'CITATION.bib'), formatBibtex(citationsOf(released)));
  } finally {
    await written.close();
  }
}
