import { z } from 'zod';
import { defineKind } from '../kind.ts';

/** `covid-ct audit`. */
export const auditKind = defineKind({
  name: 'audit',
  input: z.strictObject({}),
  lane: 'work',
  title: () => 'Audit: what is wrong with the release',
  command: async (_, { place }) => ['audit', ...(place?.commandArguments ?? [])],
});
