import { z } from 'zod';
import { trackNames } from '../../splits/index.ts';
import { environmentSchema, initSchema, runTrackSchema } from '../training/lineage.ts';
import { pretrainingPlanSchema } from './plan.ts';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

/** A linear probe: a classifier of frozen embeddings, trained on the training images, judged on the validation images. */
const probed = z.strictObject({ auc: z.number(), low: z.number(), high: z.number(), train: count, val: count });

const measured = z.strictObject({
  /** Of two views of each held-out picture: how often the one's nearest, among the others' views, is its own other view. Chance is one over their number. */
  contrastive: share,
  /** AUC on validation, and DeLong's interval; null where there were no labels to make it with. */
  probe: probed.nullable(),
});

/** `run.json` of a pretraining: what it is, what it was made from, how far it is, and what it came to. */
export const pretrainingDocumentSchema = z.strictObject({
  format: z.literal('covid-ct pretraining 1'),
  id: z.string(),
  /** Research only, never diagnosis. */
  use: z.string(),
  configuration: z.strictObject({
    plan: pretrainingPlanSchema,
    architecture: z.string(),
    seed: z.int(),
    init: initSchema.nullable(),
    threads: z.int().positive(),
    normalisation: z.strictObject({ mean: z.array(z.number()), std: z.array(z.number()) }),
    data: z.strictObject({
      /** Pictures without labels from a folder or zip, or a release's training images. */
      kind: z.enum(['pictures', 'training-images']),
      source: z.string(),
      synthetic: z.boolean(),
      /** Whose training images they are; of pictures without labels, the track that the probe is made on, if any. */
      track: runTrackSchema(trackNames).nullable(),
      /** It sees images of validation and test too, which has to be asked for. */
      transductive: z.boolean(),
      /** Over every picture that is seen, and every one that is held out. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      pictures: count,
      heldOut: count,
    }),
  }),
  environment: environmentSchema,
  state: z.enum(['running', 'stopped', 'diverged', 'finished']),
  /** Epochs that a checkpoint holds. */
  epochs: count,
  steps: count,
  started: z.string(),
  changed: z.string(),
  seconds: z.number(),
  /** A probe of a network drawn by the seed, which has seen nothing. */
  random: probed.nullable().exactOptional(),
  /** Of what it started from. */
  before: measured.exactOptional(),
  /** Of what came out. */
  after: measured.exactOptional(),
});

/** What a pretraining's `run.json` holds. */
export type PretrainingDocument = z.infer<typeof pretrainingDocumentSchema>;
/** What a pretraining's weights depend on. */
export type PretrainingConfiguration = PretrainingDocument['configuration'];
/** What a network is worth without having learnt labels. */
export type Measured = z.infer<typeof measured>;
/** A linear probe. */
export type Probed = z.infer<typeof probed>;

/** A line of `epochs.jsonl`. */
export const pretrainingEpochSchema = z.strictObject({
  /** Counted from 1. */
  epoch: count,
  steps: count,
  /** Mean over the epoch's steps. */
  loss: z.number(),
  rate: z.number(),
  /** How often a query's own key was the nearest, among it and the queue. */
  accuracy: share,
  /** As `after.contrastive`. */
  heldOutAccuracy: share,
  seconds: z.number(),
  imagesPerSecond: z.number(),
  waiting: z.number(),
  peakMemoryBytes: z.number(),
});

/** A line of `epochs.jsonl`. */
export type PretrainingEpoch = z.infer<typeof pretrainingEpochSchema>;
