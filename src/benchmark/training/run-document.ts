import { z } from 'zod';
import { trackNames } from '../../splits/index.ts';
import { trainedControlNames } from '../controls/trained-controls.ts';
import { recipeSchema } from '../recipes/recipe.ts';
import { environmentSchema, initSchema, runTrackSchema } from './lineage.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();

/** `run.json`: what a run is, what it was made from and how far it is. */
export const runDocumentSchema = z.strictObject({
  format: z.literal('covid-ct run 1'),
  /** The name and the first figures of the configuration's hash. */
  id: z.string(),
  /** Research only, never diagnosis. */
  use: z.string(),
  configuration: z.strictObject({
    recipe: recipeSchema,
    architecture: z.string(),
    track: runTrackSchema(trackNames),
    seed: z.int(),
    /** Where it is a cheating control: what it sees, or learns, in place of pictures and labels as they are. */
    control: z.enum(trainedControlNames).exactOptional(),
    /** Weights that it started from; null where all were drawn. */
    init: initSchema.nullable(),
    /** Arithmetic threads: another number of them may round differently. */
    threads: z.int().positive(),
    classes: z.array(z.string()),
    positive: z.string(),
    normalisation: z.strictObject({ mean: z.array(z.number()), std: z.array(z.number()) }),
    data: z.strictObject({ release: z.string(), synthetic: z.boolean(), sha256: hash, train: count, val: count, test: count }),
  }),
  environment: environmentSchema,
  state: z.enum(['running', 'stopped', 'diverged', 'finished']),
  /** Epochs that a checkpoint holds. */
  epochs: count,
  /** ISO 8601, UTC. */
  started: z.string(),
  changed: z.string(),
  /** Seconds of arithmetic and feeding, over all sessions. */
  seconds: z.number(),
  /** Of a control without lungs: images of each part whose lungs were not found, so that all but their border was blacked out. */
  abstained: z.strictObject({ train: count, val: count, test: count }).exactOptional(),
});

/** What `run.json` holds. */
export type RunDocument = z.infer<typeof runDocumentSchema>;
/** What a run's figures depend on. */
export type RunConfiguration = RunDocument['configuration'];

/** A line of `epochs.jsonl`. */
export const epochRecordSchema = z.strictObject({
  /** Counted from 1. */
  epoch: count,
  steps: count,
  /** Mean over the epoch's steps. */
  loss: z.number(),
  /** Of the last step. */
  rate: z.number(),
  val: z.strictObject({ loss: z.number(), auc: z.number() }),
  seconds: z.number(),
  imagesPerSecond: z.number(),
  /** Share of the training time in which the arithmetic waited for pictures. */
  waiting: z.number(),
  /** Of the process, so far. */
  peakMemoryBytes: z.number(),
});

/** A line of `epochs.jsonl`. */
export type EpochRecord = z.infer<typeof epochRecordSchema>;
