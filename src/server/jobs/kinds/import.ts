import { z } from 'zod';
import { defineKind } from '../kind.ts';

/** `covid-ct fetch`: brings a release into the workspace, and goes on where it stopped. */
export const importKind = defineKind({
  name: 'import',
  input: z.strictObject({ source: z.string().min(1).max(1000).regex(/^[^-]/, 'a source is a folder, a zip or an address, no option').optional() }),
  lane: 'work',
  title: ({ source }) => `Import ${source ?? 'COVID-CT-Dataset from its publishers'}`,
  command: async ({ source }) => ['fetch', ...(source === undefined ? [] : [source])],
});
