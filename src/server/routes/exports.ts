import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { createRoute, z } from '@hono/zod-openapi';
import { CovidCtError, pathExists } from '../../base/index.ts';
import { exporters, writeZip } from '../../release/index.ts';
import type { Desk } from '../desk.ts';
import { exportFormats, exportSchema } from '../jobs/kinds/export.ts';
import { jobRecordSchema } from '../jobs/record.ts';
import { answers, newRoutes, releaseParams, takes } from './route.ts';

const formatsSchema = z.object({ formats: z.array(z.object({ format: z.string(), about: z.string() })) }).openapi('ExportFormats');
const formats = createRoute({ method: 'get', path: '/exports/formats', summary: 'What a release can be had as', responses: answers(formatsSchema, 'Formats.') });
const begin = createRoute({ method: 'post', path: '/releases/{release}/exports', summary: 'Export a track (covid-ct export, covid-ct split --out)', request: { params: releaseParams, body: takes(exportSchema.openapi('Export')) }, responses: answers(jobRecordSchema, 'The job.') });
const download = createRoute({
  method: 'get', path: '/exports/{id}/archive', summary: 'An export that is done, as a zip', request: { params: z.object({ id: z.string().regex(/^j-[0-9a-f]{16}$/) }) },
  responses: { 200: { description: 'A zip.', content: { 'application/zip': { schema: z.string().openapi({ format: 'binary' }) } } } },
});

async function filesIn(folder: string): Promise<string[]> {
  const items = await readdir(folder, { recursive: true, withFileTypes: true });
  return items.filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name)).toSorted();
}

async function writeArchive(folder: string, path: string): Promise<void> {
  const files = await filesIn(folder);
  const temporary = `${path}.tmp`;
  try {
    await writeZip(temporary, undefined, files.map((file) => ({ path: relative(folder, file).split(sep).join('/'), bytes: () => readFile(file) })), false);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Exports: made by jobs, kept in the workspace, downloaded as zips. */
export function exportRoutes(desk: Desk) {
  /** One zip at a time for an export, however often it is asked for. */
  const zipping = new Map<string, Promise<void>>();
  const zip = async (id: string): Promise<string> => {
    const folder = desk.workspace.path('exports', id);
    const path = `${folder}.zip`;
    if (await pathExists(path)) return path;
    if (!(await pathExists(folder))) throw new CovidCtError('NOT_FOUND', `The export ${id} is not there any more.`, { hint: 'Export it again.' });
    const running = zipping.get(id) ?? writeArchive(folder, path).finally(() => zipping.delete(id));
    zipping.set(id, running);
    await running;
    return path;
  };
  return newRoutes()
    .openapi(formats, (context) => context.json({ formats: exportFormats.map((format) => ({ format, about: exporters.find(({ name }) => name === format)?.describe ?? 'the name lists alone, as upstream lays out Data-split' })) }, 200))
    .openapi(begin, async (context) => {
      const indexed = await desk.shelf.open(context.req.valid('param').release);
      const input = context.req.valid('json');
      const request = desk.auditRequest(indexed);
      // Duplicates need not be looked for again where there is an audit.
      const audit = input.track === 'clean' && (await desk.documents.peek(request)) !== undefined ? { audit: desk.workspace.path('documents', `${desk.documents.nameOf(request)}.json`) } : {};
      return context.json(jobRecordSchema.parse(await desk.queue.add('export', indexed.place.id, { ...input, ...audit })), 200);
    })
    .openapi(download, async (context) => {
      const job = desk.queue.get(context.req.valid('param').id);
      if (job.kind !== 'export' || job.state !== 'done') throw new CovidCtError('NOT_FOUND', `The job ${job.id} is no export that is done.`);
      const path = await zip(job.id);
      const { size } = await stat(path);
      const { format, track } = exportSchema.loose().parse(job.input);
      return context.body(Readable.toWeb(createReadStream(path)) as ReadableStream, 200, {
        'content-type': 'application/zip', 'content-length': String(size), 'cache-control': 'private, no-cache', 'content-security-policy': "default-src 'none'; sandbox",
        'content-disposition': `attachment; filename="${job.release ?? 'release'}-${track}-${format}.zip"`,
      });
    });
}
