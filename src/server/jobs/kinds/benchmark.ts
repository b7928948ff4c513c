import { z } from 'zod';
import { pathExists } from '../../../base/index.ts';
import { recipeKinds } from '../../../benchmark/index.ts';
import { defineKind } from '../kind.ts';

/** Kinds of the benchmark. Their paths are the server's: none of them can be asked for by a page directly. */

const track = z.enum(['legacy', 'clean']);
const audit = z.string().optional();
const path = z.string();
const auditOption = (file: string | undefined): string[] => (file === undefined ? [] : ['--audit', file]);

/** `covid-ct board`. */
export const boardKind = defineKind({
  name: 'board',
  internal: true,
  input: z.strictObject({ track, paths: z.array(path).min(1), audit }),
  lane: 'view',
  title: (input) => `Leaderboard of the ${input.track} track`,
  command: async (input, { place }) => ['board', ...input.paths, '--track', input.track, ...auditOption(input.audit), ...(place?.commandArguments ?? [])],
});

/** `covid-ct evaluate`. A run is judged on its own track. */
export const evaluateKind = defineKind({
  name: 'evaluate',
  internal: true,
  input: z.strictObject({ path, name: z.string(), track: track.optional(), audit }),
  lane: 'view',
  title: ({ name }) => `Judge ${name}`,
  command: async (input, { place }) => ['evaluate', input.path, ...(input.track === undefined ? [] : ['--track', input.track]), ...auditOption(input.audit), ...(place?.commandArguments ?? [])],
});

/** `covid-ct compare`. */
export const compareKind = defineKind({
  name: 'compare',
  internal: true,
  input: z.strictObject({ paths: z.array(path).length(2), names: z.string(), track: track.optional(), audit }),
  lane: 'view',
  title: ({ names }) => `Compare ${names}`,
  command: async (input, { place }) => ['compare', ...input.paths, ...(input.track === undefined ? [] : ['--track', input.track]), ...auditOption(input.audit), ...(place?.commandArguments ?? [])],
});

/** `covid-ct robustness`. It goes on where it was stopped. */
export const robustnessKind = defineKind({
  name: 'robustness',
  internal: true,
  input: z.strictObject({ path, name: z.string(), audit }),
  lane: 'train',
  title: ({ name }) => `Robustness of ${name}`,
  command: async (input, { place }) => ['robustness', input.path, '--threads', '1', ...auditOption(input.audit), ...(place?.commandArguments ?? [])],
});

/** `covid-ct robustness --scores`: of scores that were recorded, in seconds. */
export const recordedRobustnessKind = defineKind({
  name: 'recorded-robustness',
  internal: true,
  input: z.strictObject({ path, name: z.string(), scores: path, audit }),
  lane: 'view',
  title: ({ name }) => `Robustness of ${name}, from recorded scores`,
  command: async (input, { place }) => ['robustness', input.path, '--scores', input.scores, ...auditOption(input.audit), ...(place?.commandArguments ?? [])],
});

/** What a training is asked for with; `covid-ct train --help` says what each means. */
export const trainingSchema = z.strictObject({
  recipe: z.enum(recipeKinds),
  preset: z.string().regex(/^[a-z0-9-]{1,60}$/),
  track,
  seed: z.int().min(0).max(2 ** 31 - 1),
  epochs: z.int().min(1).max(1000).optional(),
  init: z.string().regex(/^[^-]/).max(1000).optional(),
  threads: z.int().min(1).max(64).optional(),
});

/** `covid-ct train`: begun, or gone on with from its last whole epoch. */
export const trainKind = defineKind({
  name: 'train',
  internal: true,
  input: trainingSchema.extend({ audit }),
  lane: 'train',
  title: ({ recipe, preset, track: name, seed }) => `Train ${recipe}, preset ${preset}, ${name} track, seed ${seed}`,
  command: async (input, { place, workspace, id }) => {
    const out = workspace.path('runs', `${input.recipe}-${input.preset}-${input.track}-seed${input.seed}-${id.slice(2, 8)}`);
    const release = place?.commandArguments ?? [];
    const clean = input.track === 'clean' ? auditOption(input.audit) : [];
    if (await pathExists(`${out}/run.json`)) return ['train', '--resume', out, ...clean, ...release];
    const option = (name: string, value: string | number | undefined): string[] => (value === undefined ? [] : [`--${name}`, String(value)]);
    return ['train', input.recipe, '--preset', input.preset, '--track', input.track, '--seed', String(input.seed), ...option('epochs', input.epochs), ...option('init', input.init), ...option('threads', input.threads), '--out', out, ...clean, ...release];
  },
});
