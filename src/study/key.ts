import { z } from 'zod';
import type { PlannedReading } from './allocation.ts';

/** What no reader may know: which case is which, who reads what, and by which link. Kept beside the plan, readable by its owner alone. */
export const keySchema = z.strictObject({
  /** Makes the ids that readers see. */
  secret: z.string().length(64),
  cases: z.array(
    z.strictObject({
      label: z.string(),
      positive: z.boolean(),
      source: z.string(),
      slice: z.int().optional(),
      places: z.array(z.strictObject({ x: z.number(), y: z.number(), radius: z.number() })),
      practice: z.boolean(),
      slices: z.int().positive(),
    }),
  ),
  /** Side of the square that every frame is, in pixels. */
  side: z.int().positive(),
  readers: z.array(z.strictObject({ id: z.string(), token: z.string() })),
  allocation: z.array(z.array(z.strictObject({ position: z.int(), session: z.int(), caseIndex: z.int(), arm: z.int(), practice: z.boolean() }))),
  /** SHA-256 of every frame: `case-arm-slice`. */
  frames: z.record(z.string(), z.string()),
  /** What the cases were chosen from. */
  origin: z.string(),
  synthetic: z.boolean(),
});

/** See {@link keySchema}. */
export type StudyKey = z.infer<typeof keySchema> & { readonly allocation: readonly (readonly PlannedReading[])[] };
