import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** One pretraining that weights went through. */
export const pretrainingStageSchema = z.strictObject({
  /** Of the pretraining's run. */
  id: z.string(),
  /** Of its data: a hash over the pictures that it saw. */
  data: hash,
  pictures: z.int().nonnegative(),
  steps: z.int().nonnegative(),
  /** It saw pictures of the parts that the network is judged by. */
  transductive: z.boolean(),
});

/** A stage of pretraining, as runs that follow tell of it. */
export type PretrainingStage = z.infer<typeof pretrainingStageSchema>;

/** Weights that a run started from. */
export const initSchema = z.strictObject({
  name: z.string(),
  sha256: hash,
  /** Parameters that were drawn anew. */
  replaced: z.array(z.string()),
  /** Where `covid-ct pretrain` made them: its stages, the first one first. */
  pretraining: z.array(pretrainingStageSchema).exactOptional(),
});

/** Weights that a run started from. */
export type Init = z.infer<typeof initSchema>;

/** Where a run is made. */
export const environmentSchema = z.strictObject({ covidCt: z.string(), node: z.string(), onnxruntime: z.string(), platform: z.string(), cpu: z.string(), cores: z.int().nonnegative(), memory: z.number() });
/** Where a run is made. */
export type Environment = z.infer<typeof environmentSchema>;

/** The track that a run was made on; `fold` counts from 1. */
export const runTrackSchema = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.strictObject({ name: z.enum(names), seed: z.int().nullable(), folds: z.int().nonnegative().nullable(), fold: z.int().nonnegative().nullable() });
