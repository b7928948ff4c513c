import { z } from 'zod';

/** What recipes of training and of pretraining are both made of. */

export const share = z.number().min(0).max(1);
const range = z.tuple([z.number().positive(), z.number().positive()]).refine(([low, high]) => low <= high, 'a range goes from low to high');
const levels = z.array(z.number()).length(3);

/** `weights`: the one that the architecture's published weights were made with; ImageNet's where none are known. */
export const normalisation = z.union([z.literal('weights'), z.strictObject({ mean: levels, std: levels.refine((all) => all.every((s) => s > 0), 'a deviation is above 0') })]);

export const optimiser = z.union([
  z.strictObject({ kind: z.literal('sgd'), momentum: z.number().min(0).exactOptional(), nesterov: z.boolean().exactOptional(), weightDecay: z.number().min(0).exactOptional() }),
  z.strictObject({
    kind: z.enum(['adam', 'adamw']),
    betas: z.tuple([z.number(), z.number()]).exactOptional(),
    epsilon: z.number().positive().exactOptional(),
    weightDecay: z.number().min(0).exactOptional(),
  }),
]);

/** Falling along half a cosine to 0 at the end, or staying. */
export const rate = z.strictObject({ start: z.number().positive(), schedule: z.enum(['constant', 'cosine']), warmUpEpochs: z.number().min(0).default(0) });

export const augmentation = z.strictObject({
  /** Shorter side, in pixels, to which pictures are scaled before they are augmented: `Resize(n)`. */
  from: z.int().min(8).max(2048),
  crop: z.strictObject({ scale: range, ratio: range }),
  flip: share,
  brightness: share,
  contrast: share,
});

/** Its name on the command line. */
export const preset = z.string().regex(/^[a-z0-9-]{1,40}$/);
