import { z } from 'zod';
import { CovidCtError } from '../../base/index.ts';
import { isRating, ratingRange } from '../plan/read.ts';
import type { StudyPlan } from '../plan/schema.ts';

/** What a reader says of one case. */
export const answerSchema = z.strictObject({
  rating: z.number(),
  /** By question: the chosen option. */
  answers: z.record(z.string(), z.string()).default({}),
  /** In shares of the square that the picture is shown on. */
  marks: z.array(z.strictObject({ x: z.number().min(0).max(1), y: z.number().min(0).max(1), slice: z.int().min(0).default(0) })).default([]),
  /** How long the reader looked, pauses left out, as the browser measured it. */
  milliseconds: z.int().min(0).max(86_400_000),
});

/** See {@link answerSchema}. */
export type Answer = z.infer<typeof answerSchema>;

/** The window that a reader reads in, as declared. */
export const screenSchema = z.strictObject({
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
  /** The reader saw every step of the gray wedge. */
  wedge: z.boolean(),
  /** The room is dim and the screen bright. */
  room: z.boolean(),
});

/** See {@link screenSchema}. */
export type Screen = z.infer<typeof screenSchema>;

function refuse(what: string): CovidCtError {
  return new CovidCtError('BAD_INPUT', what, { hint: 'Answer again.' });
}

/** Refuses an answer that the plan does not ask for. @throws CovidCtError BAD_INPUT */
export function checkAnswer(plan: StudyPlan, slices: number, answer: Answer): void {
  const { lowest, highest } = ratingRange(plan);
  if (!isRating(plan, answer.rating)) throw refuse(`${answer.rating} is no rating from ${lowest} to ${highest}.`);
  for (const { id, options } of plan.questions) {
    const given = answer.answers[id];
    if (given === undefined) throw refuse(`The question ${id} is not answered.`);
    if (!options.includes(given)) throw refuse(`${JSON.stringify(given)} is no answer to ${id}.`);
  }
  const foreign = Object.keys(answer.answers).find((id) => !plan.questions.some((question) => question.id === id));
  if (foreign !== undefined) throw refuse(`There is no question ${JSON.stringify(foreign)}.`);
  if (answer.marks.length > plan.marks) throw refuse(`${answer.marks.length} places are marked, and ${plan.marks} may be.`);
  if (answer.marks.some(({ slice }) => slice >= slices)) throw refuse('A mark is on a slice that is not there.');
}
