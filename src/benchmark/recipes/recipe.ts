import { z } from 'zod';
import { augmentation, normalisation, optimiser, preset, rate, share } from './parts.ts';

/** How a baseline is trained, as data. Everything that a run's figures depend on, but the network, the track and the seed. */

const resize = z.union([
  z.strictObject({ shorterSide: z.int().min(8).max(2048) }),
  z.strictObject({ width: z.int().min(8).max(2048), height: z.int().min(8).max(2048) }),
]);

export const recipeSchema = z.strictObject({
  kind: z.enum(['scratch', 'transfer', 'self-trans']),
  preset,
  /** What to know of it: where it comes from, and where it leaves its source. */
  note: z.string(),
  /** Used unless `--model` names another. */
  architecture: z.string(),
  /** Outputs of the classifier; the first is COVID, the second NonCOVID, as the release's scripts number them, further ones stay unused. */
  outputs: z.int().min(2).max(1000),
  /** How a classifier that is drawn anew starts: as the architecture's library has it, or from N(0, deviation²) with biases of 0. */
  classifier: z.union([z.literal('library'), z.strictObject({ deviation: z.number().positive() })]),
  /** Pixels of the square that the network sees. */
  size: z.int().min(8).max(1024),
  normalisation,
  augmentation,
  /** What of a picture is seen: the box of its lungs, where they are found; all of it unless given. */
  region: z.literal('lungs').exactOptional(),
  /** What is done to validation and test pictures; scores of several views are averaged. */
  evaluation: z.strictObject({ resize, crop: z.int().min(8).max(1024).exactOptional(), views: z.array(z.enum(['plain', 'mirrored'])).min(1).exactOptional() }),
  batch: z.int().min(1).max(1024),
  /** 0: the weights that it starts from are judged as they are. */
  epochs: z.int().min(0).max(10_000),
  optimiser,
  rate,
  /** Before the classifier; the architecture's own unless said. */
  dropout: share.exactOptional(),
  /** EfficientNet's stochastic depth, at its last block. */
  dropPath: share.exactOptional(),
  labelSmoothing: z.number().min(0).lt(1).exactOptional(),
  clipNorm: z.number().positive().exactOptional(),
  /** A moving average of the weights is judged in their place: average ← decay · average + (1 − decay) · weights, each step. */
  averageDecay: z.number().min(0).lt(1).exactOptional(),
  /** Which epoch's network is judged: the last, the one with the best AUC on validation, or the mean score of the last `epochs` networks. */
  judged: z.union([z.literal('last'), z.literal('best-validation'), z.strictObject({ vote: z.int().min(1) })]),
});

/** A recipe. */
export type Recipe = z.infer<typeof recipeSchema>;
