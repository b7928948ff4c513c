import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CovidCtError, noProgress, writeFolderAtomic, type Progress } from '../../base/index.ts';
import { formatCard, type CardTable } from './card.ts';
import { citationsOf, formatBibtex } from './cite.ts';
import { croissantExporter } from './croissant.ts';
import { csvExporter } from './csv.ts';
import { imageFolderExporter } from './imagefolder.ts';
import { parquetExporter } from './parquet.ts';
import { copyrightNotice, formatCsv } from './records.ts';
import type { Exporter, ExportRequest } from './types.ts';
import { upstreamExporter } from './upstream.ts';

/** Every export format. */
export const exporters: readonly Exporter[] = [croissantExporter, parquetExporter, imageFolderExporter, csvExporter, upstreamExporter];

/** How an export is made. */
export interface ExportOptions {
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** Tables of the track, for the export's README. */
  readonly tables?: readonly CardTable[];
}

/** What is said at the top of every export's README. */
function introduction(exporter: Exporter, request: ExportRequest): string[] {
  const track = request.track === 'legacy' ? 'legacy (the lists as published)' : `clean (grouped by patient, paper, figure and true duplicate; seed ${request.seed ?? ''})`;
  return [
    `## This export`,
    '',
    `- Format: ${exporter.name}. Track: ${track}. ${request.images.length} images.`,
    `- ${request.leftOut.length === 0 ? 'No image of the release is left out.' : `${request.leftOut.length} images of the release are left out; \`left-out.csv\` says which and why.`}`,
    '- The clean track removes leakage, not the confound of source and label.',
    `- ${copyrightNotice} The licence is unknown unless a record shows one.`,
    '- `CITATION.bib` holds the papers to cite: the data set’s and those of the images, as far as known.',
    ...exporter.usage.map((line) => `- ${line}`),
  ];
}

/**
 * Writes an export: a whole folder or nothing. Every export also holds `README.md` (card and datasheet, with copyright
 * and licence), `CITATION.bib`, and `left-out.csv` where the track leaves images out.
 * @param format a name of {@link exporters}
 * @param out the folder; it must not exist or be empty
 * @throws CovidCtError USAGE for an unknown format, TARGET_EXISTS, CANCELLED, and what reading the release throws
 */
export async function exportRelease(format: string, out: string, request: ExportRequest, options: ExportOptions = {}): Promise<void> {
  const exporter = exporters.find(({ name }) => name === format);
  if (exporter === undefined) {
    throw new CovidCtError('USAGE', `There is no export called ${JSON.stringify(format)}.`, { hint: `There are: ${exporters.map(({ name }) => name).join(', ')}.` });
  }
  const { progress = noProgress, signal } = options;
  await writeFolderAtomic(out, async (folder) => {
    await exporter.write(request, { folder, progress, signal });
    const card = formatCard(request.release, {
      version: request.version,
      frontMatter: exporter.frontMatter?.(request) ?? [],
      introduction: introduction(exporter, request),
      ...(options.tables === undefined ? {} : { tables: options.tables }),
    });
    await writeFile(join(folder, 'README.md'), card);
    const cited = citationsOf(request.release, request.images.map((entry) => entry.image));
    await writeFile(join(folder, 'CITATION.bib'), formatBibtex(cited));
    if (request.leftOut.length > 0) {
      const rows = request.leftOut.map(({ id, reason, detail }) => [id, reason, detail]);
      await writeFile(join(folder, 'left-out.csv'), formatCsv(['image', 'reason', 'detail'], rows));
    }
  });
}
