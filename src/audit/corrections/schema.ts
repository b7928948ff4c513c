import { z } from 'zod';

const decisionSchema = z.strictObject({
  status: z.enum(['proposed', 'accepted', 'rejected']),
  author: z.string().min(1),
  reason: z.string().min(1),
  /** ISO 8601, UTC. */
  when: z.string(),
});

const common = {
  /** `c-` and twelve digits of the hash of what is corrected: proposing the same twice gives the same id. */
  id: z.string().regex(/^c-[0-9a-f]{12}$/),
  /** Ids of images (`<label>/<name>`), sorted. */
  images: z.array(z.string().min(1)).min(1),
  /** What the audit said, where the proposal came from an audit. */
  defect: z.strictObject({ code: z.string(), evidence: z.string() }).optional(),
  /** Every decision, oldest first; the last one counts. Nothing is ever taken out. */
  history: z.array(decisionSchema).min(1),
};

const correctionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('quarantine'), ...common }),
  z.strictObject({ action: z.literal('relabel'), label: z.string().min(1), ...common }),
  z.strictObject({ action: z.literal('regroup'), ...common }),
]);

/** The overlay file: corrections of one release, which itself is never edited. */
export const correctionsFileSchema = z.strictObject({
  format: z.literal('covid-ct corrections 1'),
  release: z.strictObject({ name: z.string(), fingerprint: z.string().regex(/^[0-9a-f]{64}$/) }),
  corrections: z.array(correctionSchema),
});

/** One decision on a correction: who, when, why. */
export type Decision = z.infer<typeof decisionSchema>;
/** A correction: quarantine images, relabel them, or say that they belong together. */
export type Correction = z.infer<typeof correctionSchema>;
/** The overlay file. */
export type CorrectionsFile = z.infer<typeof correctionsFileSchema>;
/** Where a correction stands: its last decision's status. */
export type CorrectionStatus = Decision['status'];
