import { z } from 'zod';
import { CovidCtError } from '../../../base/index.ts';
import { defineKind } from '../kind.ts';

/** `covid-ct split`, on an audit that is there already. */
export const trackKind = defineKind({
  name: 'track',
  internal: true,
  input: z.strictObject({ track: z.enum(['legacy', 'clean']), audit: z.string() }),
  lane: 'view',
  title: ({ track }) => `Divide the release: ${track} track`,
  command: async ({ track, audit }, { place, workspace }) => {
    // Made by the server, never by a page: the name of a document of the workspace.
    if (!/^audit-[0-9a-f]{24}$/.test(audit)) throw new CovidCtError('BAD_INPUT', `${JSON.stringify(audit)} is no audit of this workspace.`);
    return ['split', '--track', track, '--audit', workspace.path('documents', `${audit}.json`), ...(place?.commandArguments ?? [])];
  },
});
