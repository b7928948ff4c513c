import { z } from 'zod';
import { defineKind } from '../kind.ts';

/** `covid-ct extract` on one PDF that was given to the workbench. */
export const extractKind = defineKind({
  name: 'extract',
  internal: true,
  input: z.strictObject({ paper: z.string(), name: z.string(), path: z.string(), out: z.string() }),
  lane: 'work',
  title: ({ name }) => `Read ${name}`,
  command: async ({ path, out }) => ['extract', path, '--pages', '--out', out],
});
