import { z } from 'zod';
import { defineKind } from '../kind.ts';

/** `covid-ct review check`: which candidates the release has already. */
export const checkKind = defineKind({
  name: 'check',
  internal: true,
  database: 'until its progress begins',
  input: z.strictObject({}),
  lane: 'work',
  title: () => 'Compare candidates with the release and each other',
  command: async (_, { place }) => ['review', 'check', ...(place?.commandArguments ?? [])],
});

/** `covid-ct release new`: the next release, of what was accepted. */
export const newReleaseKind = defineKind({
  name: 'new-release',
  internal: true,
  database: 'all the time',
  input: z.strictObject({ dryRun: z.boolean() }),
  lane: 'work',
  title: ({ dryRun }) => (dryRun ? 'Plan the next release' : 'Make the next release'),
  command: async ({ dryRun }, { place }) => ['release', 'new', ...(place?.commandArguments ?? []), ...(dryRun ? ['--dry-run'] : [])],
});
