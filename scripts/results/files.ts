import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { pathExists } from '../../src/base/index.ts';
import { environmentSchema, epochRecordSchema, openPretrainingFolder, openRunFolder, outcomes, readRecordedScores, type PretrainingDocument, type RecordedScores, type RunDocument } from '../../src/benchmark/index.ts';
import { lungAbstentions, type LungAbstention } from '../../src/imaging/index.ts';
import { cutSelfTrans, plannedPretrainings, plannedRuns, type PlannedRun } from './plan.ts';
import { candidates } from './search/candidates.ts';

/** The project's folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
/** Where the results of all runs stand: small files, kept with the code. */
export const resultsFolder = `${root}results`;
/** The recipe that the search froze. */
export const frozenRecipeFile = `${resultsFolder}/search/frozen.json`;
/** The document that is made from them. */
export const resultsDocument = `${root}docs/RESULTS.md`;
/** Where every scoring of a test part is written down. */
export const testAccessFile = `${resultsFolder}/test-access.jsonl`;

/** A folder of a result. */
export const resultFolder = (name: string): string => `${resultsFolder}/${name}`;
/** A folder of what a pretraining came to. */
export const pretrainingFolder = (name: string): string => `${resultsFolder}/pretraining/${name}`;

/** The planned runs that have a result, and those that have none yet, in the order of the plan. */
export async function divideRuns(): Promise<{ readonly made: readonly PlannedRun[]; readonly missing: readonly PlannedRun[] }> {
  const there = await Promise.all(plannedRuns.map(({ name }) => pathExists(`${resultFolder(name)}/predictions/test.csv`)));
  return { made: plannedRuns.filter((_, i) => there[i] === true), missing: plannedRuns.filter((_, i) => there[i] !== true) };
}

/** Where the scores of a run's degraded test images stand. */
export const robustnessFile = (name: string): string => `${resultsFolder}/robustness/${name}.json`;

/** Undefined where none were made. */
export async function readRobustnessScores(name: string): Promise<RecordedScores | undefined> {
  return (await pathExists(robustnessFile(name))) ? readRecordedScores(robustnessFile(name)) : undefined;
}

/** Where a run's attention over its test images stands. */
export const attentionFile = (name: string): string => `${resultsFolder}/attention/${name}.json`;

const shareSchema = z.strictObject({ attention: z.number(), area: z.number() }).nullable();

/** What a file of {@link attentionFile} holds. */
export const attentionSchema = z.strictObject({
  run: z.string(),
  images: z.array(z.strictObject({
    image: z.string(),
    outcome: z.enum(outcomes),
    outside: shareSchema,
    /** Why the lungs were not found; null where they were. */
    abstained: z.enum(Object.keys(lungAbstentions) as LungAbstention[]).nullable(),
    marks: shareSchema,
    planted: shareSchema,
  })),
});

/** Where a run's attention lay on each of its test images, as shares. */
export type AttentionShares = z.infer<typeof attentionSchema>;

/** Undefined where it was not looked for. */
export async function readAttention(name: string): Promise<AttentionShares | undefined> {
  return (await pathExists(attentionFile(name))) ? attentionSchema.parse(JSON.parse(await readFile(attentionFile(name), 'utf8'))) : undefined;
}

/** The document of a result. */
export const readResult = (name: string): Promise<RunDocument> => openRunFolder(resultFolder(name)).readDocument();

/** Documents of the pretrainings that were made: those of the plan in its order, those of the search, those of the cut preset. */
export async function readPretrainings(): Promise<readonly PretrainingDocument[]> {
  const found: PretrainingDocument[] = [];
  const ofSearch = candidates.flatMap(({ start }) => (start === undefined ? [] : [start.slices.name]));
  for (const name of new Set([...plannedPretrainings.map((one) => one.name), ...ofSearch, cutSelfTrans(10).slices, cutSelfTrans(10).images])) {
    if (await pathExists(pretrainingFolder(name))) found.push(await openPretrainingFolder(pretrainingFolder(name)).readDocument());
  }
  return found;
}

const testAccessSchema = z.strictObject({
  /** ISO 8601, UTC. */
  when: z.string(),
  /** The run's id. */
  run: z.string(),
  /** SHA-256 of the recipe, as it stands in run.json. */
  recipe: z.string(),
  /** Test images that were scored. */
  images: z.int(),
  /** The commit that the program was. */
  commit: z.string(),
  /** What to know of it, where it is no planned run. */
  note: z.string().exactOptional(),
});

/** A scoring of a test part. */
export type TestAccess = z.infer<typeof testAccessSchema>;

/** Every scoring of a test part, in order. */
export async function readTestAccess(): Promise<readonly TestAccess[]> {
  if (!(await pathExists(testAccessFile))) return [];
  return (await readFile(testAccessFile, 'utf8')).split('\n').filter((line) => line !== '').map((line) => testAccessSchema.parse(JSON.parse(line)));
}

/** What one epoch of a published preset took. */
export const epochCostFile = `${resultsFolder}/published-densenet169-epoch.json`;

const epochCostSchema = z.strictObject({
  recipe: z.string(),
  architecture: z.string(),
  environment: environmentSchema,
  /** Processes that wanted the machine, as the system counts them, before and after: more than the cores means that time was lost. */
  load: z.strictObject({ before: z.number(), after: z.number() }),
  /** Of the whole preset. */
  epochs: z.int(),
  epoch: epochRecordSchema,
  /** Of the processor, over all threads, preparation included: what the epoch costs however busy the machine is. */
  cpuSeconds: z.number(),
  images: z.int(),
});

/** What one epoch of a published preset took. */
export type EpochCost = z.infer<typeof epochCostSchema>;

/** Undefined before it was measured. */
export async function readEpochCost(): Promise<EpochCost | undefined> {
  return (await pathExists(epochCostFile)) ? epochCostSchema.parse(JSON.parse(await readFile(epochCostFile, 'utf8'))) : undefined;
}
