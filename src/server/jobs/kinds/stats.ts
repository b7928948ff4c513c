import { z } from 'zod';
import { defineKind } from '../kind.ts';

/** `covid-ct stats`. */
export const statsKind = defineKind({
  name: 'stats',
  input: z.strictObject({}),
  lane: 'view',
  title: () => 'Count what the release holds',
  command: async (_, { place }) => ['stats', ...(place?.commandArguments ?? [])],
});
