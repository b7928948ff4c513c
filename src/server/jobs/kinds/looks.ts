import { z } from 'zod';
import { defineKind } from '../kind.ts';

/** `covid-ct similar --index`. */
export const looksKind = defineKind({
  name: 'looks',
  input: z.strictObject({}),
  lane: 'view',
  title: () => 'Describe what pictures look like',
  command: async (_, { place }) => ['similar', '--index', ...(place?.commandArguments ?? [])],
});
