import { z } from 'zod';
import type { Workspace } from '../../../base/index.ts';
import { defineKind } from '../kind.ts';

/** Where the plans lie that were written in the page. */
export const planPath = (workspace: Workspace, id: string): string => workspace.path('plans', `${id}.yaml`);

/** `covid-ct study new`, on a plan that the server has checked and kept. */
export const studyKind = defineKind({
  name: 'study',
  internal: true,
  input: z.strictObject({ plan: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/) }),
  lane: 'work',
  title: ({ plan }) => `Make the study ${plan}: every picture of every arm`,
  command: async ({ plan }, { place, workspace }) => ['study', 'new', planPath(workspace, plan), ...(place?.commandArguments ?? [])],
});
