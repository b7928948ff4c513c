import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { CovidCtError, ifThere, pathExists, systemErrorCode } from '../../base/index.ts';
import { trackNames } from '../../splits/index.ts';
import { trainedControlNames } from '../controls/trained-controls.ts';
import { readPredictions, type RawPrediction } from '../predictions/index.ts';

/** The track that a run was made on, as the splits need it to make it again. */
const trackSchema = z.object({
  name: z.enum(trackNames),
  seed: z.int().nullable().default(null),
  folds: z.int().nullable().default(null),
  /** Counted from 1. */
  fold: z.int().nullable().default(null),
});

/** What is read of `run.json` here; the rest is the trainer's. */
const runSchema = z.object({
  id: z.string(),
  configuration: z.object({
    track: trackSchema,
    architecture: z.string(),
    seed: z.int(),
    /** Where it is a cheating control that was trained as models are. */
    control: z.enum(trainedControlNames).optional(),
    recipe: z.object({ kind: z.string().optional(), preset: z.string() }),
    data: z.object({ release: z.string(), synthetic: z.boolean(), sha256: z.string() }),
  }),
  state: z.string(),
});

/** The track that a run was made on. */
export type RunTrack = z.infer<typeof trackSchema>;
/** What of a run its figures need. */
export type RunSummary = z.infer<typeof runSchema>;

/** A recipe in a word or two: `transfer`; `transfer, published-densenet169` where it is not the usual preset. */
export function recipeTitle({ kind, preset }: RunSummary['configuration']['recipe']): string {
  if (kind === undefined) return preset;
  return preset === 'cpu' ? kind : `${kind}, ${preset}`;
}

/** Somebody's predictions: a run's folder, or a table made by any program. */
export interface Submission {
  /** The run's folder or the table, as it was named. */
  readonly path: string;
  /** Short, for tables: the folder's or the file's name. */
  readonly name: string;
  /** Where it is a run of ours. */
  readonly run: RunSummary | undefined;
  /** The file of the test, or validation, predictions; undefined where there is none. */
  file(part: 'val' | 'test'): Promise<string | undefined>;
  /** Its rows. @throws CovidCtError BAD_TABLE, or NOT_FOUND where there is no such file */
  rows(part: 'val' | 'test'): Promise<readonly RawPrediction[]>;
}

async function readRun(path: string): Promise<RunSummary | undefined> {
  const text = await ifThere(readFile(path, 'utf8'));
  if (text === undefined) return undefined;
  try {
    return runSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${path} does not describe a run.`, { hint: 'Give the folder that covid-ct train wrote, or a table of predictions.', cause: error });
  }
}

/**
 * Opens predictions: a folder with `predictions/test.csv` (and `predictions/val.csv`; with a `run.json` it is a run of
 * ours), or a table.
 * @throws CovidCtError NOT_FOUND when there is nothing, BAD_INPUT for a folder without predictions
 */
export async function openSubmission(path: string): Promise<Submission> {
  const found = await stat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw new CovidCtError('NOT_FOUND', `There is nothing at ${path}.`, { hint: 'Give a table of predictions, or the folder of a run.' });
    throw error;
  });
  const name = basename(resolve(path));
  const tables = found.isDirectory() ? { test: join(path, 'predictions', 'test.csv'), val: join(path, 'predictions', 'val.csv') } : { test: path, val: undefined };
  if (found.isDirectory() && !(await pathExists(tables.test))) {
    throw new CovidCtError('BAD_INPUT', `${path} holds no predictions/test.csv.`, { hint: 'A run that has not finished has none yet: covid-ct train --resume goes on with it.' });
  }
  const file = async (part: 'val' | 'test'): Promise<string | undefined> => {
    const table = tables[part];
    return table !== undefined && (await pathExists(table)) ? table : undefined;
  };
  return {
    path,
    name,
    run: found.isDirectory() ? await readRun(join(path, 'run.json')) : undefined,
    file,
    async rows(part) {
      const table = await file(part);
      if (table === undefined) throw new CovidCtError('NOT_FOUND', `${path} has no ${part} predictions.`, { hint: 'Give the folder of a finished run, or a table.' });
      return readPredictions(await readFile(table), table);
    },
  };
}
