import { z } from 'zod';
import { exporters } from '../../../release/index.ts';
import { defineKind } from '../kind.ts';

/** What a release can be had as: name lists alone, or any exporter's layout. */
export const exportFormats = ['lists', ...exporters.map(({ name }) => name)] as const;

/** What an export is asked for with. */
export const exportSchema = z.strictObject({ format: z.string().refine((name) => exportFormats.includes(name), 'is no format'), track: z.enum(['legacy', 'clean']) });

/** `covid-ct export`, or `covid-ct split --out` for the name lists: a folder of the workspace, named after the job. */
export const exportKind = defineKind({
  name: 'export',
  internal: true,
  input: exportSchema.extend({ audit: z.string().optional() }),
  lane: 'work',
  title: ({ format, track }) => (format === 'lists' ? `Write the name lists of the ${track} track` : `Export the ${track} track as ${format}`),
  command: async ({ format, track, audit }, { place, workspace, id }) => [
    ...(format === 'lists' ? ['split'] : ['export', format]),
    '--track', track, '--out', workspace.path('exports', id), ...(audit === undefined || track === 'legacy' ? [] : ['--audit', audit]), ...(place?.commandArguments ?? []),
  ],
});
