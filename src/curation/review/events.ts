import { z } from 'zod';
import { boxSchema, candidateRecordSchema, editableSchema, pictureSchema } from '../record.ts';

/** What a reviewer can decide. */
export const decisions = ['accepted', 'rejected', 'needs work'] as const;
/** See {@link decisions}. */
export type Decision = (typeof decisions)[number];

/** Who did it, and why. `when` is the event's own time. */
const signedBy = {
  /** A reviewer's id (`r-…`), or a name. */
  by: z.string().min(1).max(200),
  /** The reviewer's qualification as it stood then; `null` where the name is no registered reviewer's. */
  qualification: z.string().nullable(),
  why: z.string().max(2000),
};

/**
 * What can happen to a candidate: one event each in its stream, none of them ever changed.
 * A part cut from another candidate, and a whole put together from several, begin as `proposed` with `from`.
 */
export const candidateEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('proposed'), ...signedBy, record: candidateRecordSchema, reviewers: z.union([z.literal(1), z.literal(2)]), from: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('decided'), ...signedBy, decision: z.enum(decisions), final: z.boolean() }),
  z.strictObject({ kind: z.literal('edited'), ...signedBy, edits: editableSchema }),
  z.strictObject({ kind: z.literal('cropped'), ...signedBy, box: boxSchema, picture: pictureSchema }),
  /** Cut anew out of the whole picture that it is a panel of: `box` lies in that. `ctLike`: of the new pixels, 0 to 1. */
  z.strictObject({ kind: z.literal('recut'), ...signedBy, box: boxSchema, picture: pictureSchema, ctLike: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal('replaced'), ...signedBy, how: z.enum(['split', 'merged']), into: z.array(z.string()).min(1) }),
  z.strictObject({ kind: z.literal('asked'), ...signedBy, reviewers: z.union([z.literal(1), z.literal(2)]) }),
  z.strictObject({ kind: z.literal('withdrawn'), ...signedBy }),
  z.strictObject({ kind: z.literal('undone'), ...signedBy, undone: z.int().positive() }),
]);

/** See {@link candidateEventSchema}. */
export type CandidateEvent = z.infer<typeof candidateEventSchema>;

/** An event with its place in the candidate's history. */
export type PlacedEvent = CandidateEvent & { readonly sequence: number; readonly at: Date };
