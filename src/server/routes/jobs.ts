import { createRoute, z } from '@hono/zod-openapi';
import { CovidCtError } from '../../base/index.ts';
import type { Desk } from '../desk.ts';
import { jobKinds } from '../jobs/kinds/index.ts';
import { jobRecordSchema } from '../jobs/record.ts';
import { answers, newRoutes, takes } from './route.ts';

const jobParams = z.object({ id: z.string().regex(/^j-[0-9a-f]{16}$/, 'is no id of a job') });
const requestSchema = z.strictObject({ kind: z.string().max(40), release: z.string().max(100).nullable().default(null), input: z.record(z.string(), z.unknown()).default({}) }).openapi('JobRequest');
const logSchema = z.object({ text: z.string(), next: z.int(), size: z.int() }).openapi('JobLog');
const jobsSchema = z.object({ jobs: z.array(jobRecordSchema) }).openapi('Jobs');

const list = createRoute({ method: 'get', path: '/jobs', summary: 'What runs, ran and waits', responses: answers(jobsSchema, 'Jobs, the newest first.') });
const add = createRoute({ method: 'post', path: '/jobs', summary: 'Begin a job: a command of covid-ct, in a process of its own', request: { body: takes(requestSchema) }, responses: answers(jobRecordSchema, 'The job.') });
const one = createRoute({ method: 'get', path: '/jobs/{id}', summary: 'A job', request: { params: jobParams }, responses: answers(jobRecordSchema, 'The job.') });
const log = createRoute({ method: 'get', path: '/jobs/{id}/log', summary: 'What it printed, from a byte on', request: { params: jobParams, query: z.object({ from: z.coerce.number().int().min(0).default(0) }) }, responses: answers(logSchema, 'A part of the log.') });
const cancel = createRoute({ method: 'post', path: '/jobs/{id}/cancel', summary: 'Stop it', request: { params: jobParams }, responses: answers(jobRecordSchema, 'The job.') });
const retry = createRoute({ method: 'post', path: '/jobs/{id}/retry', summary: 'Begin it again, where it stopped if it can', request: { params: jobParams }, responses: answers(jobRecordSchema, 'The job.') });
const remove = createRoute({ method: 'delete', path: '/jobs/{id}', summary: 'Forget a job that is over, with its log', request: { params: jobParams }, responses: answers(z.object({ removed: z.string() }), 'Its id.') });
const result = createRoute({ method: 'get', path: '/jobs/{id}/result', summary: 'The document that its command printed', request: { params: jobParams }, responses: answers(z.unknown(), 'As the command documents it.') });

/** Long work. */
export function jobRoutes({ queue }: Desk) {
  return newRoutes()
    .openapi(list, (context) => context.json(jobsSchema.parse({ jobs: queue.list().slice(0, 500) }), 200))
    .openapi(add, async (context) => {
      const { kind, release, input } = context.req.valid('json');
      if (jobKinds.find(({ name }) => name === kind)?.internal === true) throw new CovidCtError('USAGE', `A job of kind ${kind} is begun by its own part of the API.`, { hint: '/api/openapi.json describes all.' });
      return context.json(jobRecordSchema.parse(await queue.add(kind, release, input)), 200);
    })
    .openapi(one, (context) => context.json(jobRecordSchema.parse(queue.get(context.req.valid('param').id)), 200))
    .openapi(log, async (context) => {
      const { id } = queue.get(context.req.valid('param').id);
      return context.json(logSchema.parse(await queue.store.readLog(id, context.req.valid('query').from)), 200);
    })
    .openapi(cancel, async (context) => context.json(jobRecordSchema.parse(await queue.cancel(context.req.valid('param').id)), 200))
    .openapi(retry, async (context) => context.json(jobRecordSchema.parse(await queue.retry(context.req.valid('param').id)), 200))
    .openapi(remove, async (context) => {
      const { id } = context.req.valid('param');
      await queue.remove(id);
      return context.json({ removed: id }, 200);
    })
    .openapi(result, async (context) => {
      const { id } = queue.get(context.req.valid('param').id);
      const document: unknown = JSON.parse(await queue.store.readResult(id));
      return context.json(document as never, 200);
    });
}
