import { createRoute, z } from '@hono/zod-openapi';
import { listReviewers, newReviewer } from '../../curation/index.ts';
import type { Desk } from '../desk.ts';
import { answers, newRoutes, takes } from './route.ts';

const reviewerSchema = z.object({ id: z.string(), name: z.string(), qualification: z.string() }).openapi('Reviewer');
const listSchema = z.object({ reviewers: z.array(reviewerSchema) }).openapi('Reviewers');
const newSchema = z.strictObject({ name: z.string().trim().min(1).max(200), qualification: z.string().trim().min(1).max(500) }).openapi('NewReviewer');
const madeSchema = reviewerSchema.extend({ keyFile: z.string() });

const list = createRoute({ method: 'get', path: '/reviewers', summary: 'Who is registered to review (covid-ct reviewer list)', responses: answers(listSchema, 'As they state it.') });
const register = createRoute({ method: 'post', path: '/reviewers', summary: 'Register a reviewer, with a key of their own (covid-ct reviewer new)', request: { body: takes(newSchema) }, responses: answers(madeSchema, 'The reviewer, and the file of the private key on the server’s machine.') });

/** Who reviews. */
export function reviewerRoutes({ database, bus }: Desk) {
  return newRoutes()
    .openapi(list, async (context) => context.json(listSchema.parse({ reviewers: await database.use((store) => listReviewers(store.db)) }), 200))
    .openapi(register, async (context) => {
      const who = context.req.valid('json');
      const { reviewer, keyFile } = await database.use((store) => newReviewer(store, who, new Date()));
      bus.say({ type: 'candidates' });
      return context.json(madeSchema.parse({ ...reviewer, keyFile }), 200);
    });
}
