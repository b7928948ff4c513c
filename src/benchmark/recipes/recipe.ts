import { z } from 'zod';

/** How a baseline is trained, as data. Everything that a run's figures depend on, but the network, the track and the seed. */

const share = z.number().min(0).max(1);
const range = z.tuple([z.number().positive(), z.number().positive()]).refine(([low, high]) => low <= high, 'a range goes from low to high');
const levels = z.array(z.number()).length(3);

/** `weights`: the one that the architecture's published weights were made with; ImageNet's where none are known. */
const normalisation = z.union([z.literal('weights'), z.strictObject({ mean: levels, std: levels.refine((all) => all.every((s) => s > 0), 'a deviation is above 0') })]);

const resize = z.union([
  z.strictObject({ shorterSide: z.int().min(8).max(2048) }),
  z.strictObject({ width: z.int().min(8).max(2048), height: z.int().min(8).max(2048) }),
]);

const optimiser = z.union([
  z.strictObject({ kind: z.literal('sgd'), momentum: z.number().min(0).exactOptional(), nesterov: z.boolean().exactOptional(), weightDecay: z.number().min(0).exactOptional() }),
  z.strictObject({
    kind: z.enum(['adam', 'adamw']),
    betas: z.tuple([z.number(), z.number()]).exactOptional(),
    epsilon: z.number().positive().exactOptional(),
    weightDecay: z.number().min(0).exactOptional(),
  }),
]);

const augmentation = z.strictObject({
  /** Shorter side, in pixels, to which pictures are scaled before they are augmented: `Resize(n)`. */
  from: z.int().min(8).max(2048),
  crop: z.strictObject({ scale: range, ratio: range }),
  flip: share,
  brightness: share,
  contrast: share,
});

export const recipeSchema = z.strictObject({
  kind: z.enum(['scratch', 'transfer', 'self-trans']),
  preset: z.string().regex(/^[a-z0-9-]{1,40}$/),
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
  /** What is done to validation and test pictures. */
  evaluation: z.strictObject({ resize, crop: z.int().min(8).max(1024).exactOptional() }),
  batch: z.int().min(1).max(1024),
  epochs: z.int().min(1).max(10_000),
  optimiser,
  /** Falling along half a cosine to 0 at the end, or staying. */
  rate: z.strictObject({ start: z.number().positive(), schedule: z.enum(['constant', 'cosine']), warmUpEpochs: z.number().min(0).default(0) }),
  /** Before the classifier; the architecture's own unless said. */
  dropout: share.exactOptional(),
  clipNorm: z.number().positive().exactOptional(),
  /** Which epoch's network is judged: the last, the one with the best AUC on validation, or the mean score of the last `epochs` networks. */
  judged: z.union([z.literal('last'), z.literal('best-validation'), z.strictObject({ vote: z.int().min(1) })]),
});

/** A recipe. */
export type Recipe = z.infer<typeof recipeSchema>;
