import { z } from 'zod';
import { defineKind } from '../kind.ts';

/** `covid-ct fetch`: brings a release into the workspace, and goes on where it stopped. */
export const importKind = defineKind({
  name: 'import',
  input: z.strictObject({ source: z.string().min(1).max(1000).optional() }),
  lane: 'work',
  title: ({ source }) => `Import ${source ?? 'COVID-CT-Dataset from its publishers'}`,
  // An option in place of a source would change what the command does.
  command: async ({ source }) => ['fetch', ...(source === undefined ? [] : ['--', source])],
});
