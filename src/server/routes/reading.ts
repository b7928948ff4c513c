import { setTimeout } from 'node:timers/promises';
import { createRoute, z } from '@hono/zod-openapi';
import { CovidCtError } from '../../base/index.ts';
import { answerSchema, confirmReading, declareScreen, annotate, pauseReading, readerOfToken, readerView, readFrame, screenSchema, type Study } from '../../study/index.ts';
import type { OpenStudies } from '../studies/open-studies.ts';
import { answers, newRoutes, takes } from './route.ts';

const linkParams = z.object({ study: z.string().max(60), token: z.string().max(100) });
const readingParams = linkParams.extend({ id: z.string().max(60) });
const frameParams = readingParams.extend({ slice: z.coerce.number().int().min(0).max(10_000) });

const viewSchema = z
  .object({
    title: z.string(),
    question: z.string(),
    instructions: z.string(),
    reader: z.string(),
    rating: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('scale'), lowest: z.int(), highest: z.int(), labels: z.array(z.string()).optional() }),
      z.object({ kind: z.literal('percent') }),
      z.object({ kind: z.literal('yes-no'), levels: z.int() }),
    ]),
    lowest: z.number(),
    highest: z.number(),
    questions: z.array(z.object({ id: z.string(), text: z.string(), options: z.array(z.string()) })),
    marks: z.int(),
    back: z.boolean(),
    screen: z.object({ width: z.int(), height: z.int(), declared: z.boolean() }),
    done: z.int(),
    total: z.int(),
    session: z.int(),
    sessions: z.int(),
    state: z.enum(['reading', 'screen', 'wash-out', 'finished', 'locked']),
    opensAt: z.string().optional(),
    reading: z
      .object({ id: z.string(), number: z.int(), practice: z.boolean(), frames: z.int(), side: z.int(), kind: z.enum(['gray8', 'rgb8', 'hounsfield']), frameBytes: z.int(), window: z.object({ level: z.number(), width: z.number() }).optional() })
      .optional(),
    simulated: z.boolean(),
  })
  .openapi('ReaderView');
const doneSchema = z.object({ recorded: z.literal(true) }).openapi('Recorded');
const receiptSchema = z.object({ receipt: z.string(), number: z.int(), repeated: z.boolean() }).openapi('Receipt');

const path = '/reading/{study}/{token}';
const view = createRoute({ method: 'get', path, summary: 'What a reader’s page shows: nothing that tells a case from another', request: { params: linkParams }, responses: answers(viewSchema, 'The reader’s own view.') });
const screen = createRoute({ method: 'post', path: `${path}/screen`, summary: 'Declare the screen', request: { params: linkParams, body: takes(screenSchema) }, responses: answers(doneSchema, 'It is recorded.') });
const confirm = createRoute({ method: 'post', path: `${path}/readings/{id}`, summary: 'Confirm an answer, once', request: { params: readingParams, body: takes(answerSchema) }, responses: answers(receiptSchema, 'It is on the disk; the receipt is the hash of its record.') });
const pause = createRoute({ method: 'post', path: `${path}/pause`, summary: 'Pause; the link goes on, on any machine', request: { params: linkParams }, responses: answers(doneSchema, 'It is recorded.') });
const note = createRoute({ method: 'post', path: `${path}/notes`, summary: 'Add a note to the records', request: { params: linkParams, body: takes(z.strictObject({ text: z.string().max(2000), number: z.int().optional() })) }, responses: answers(doneSchema, 'It is recorded.') });
const frame = createRoute({
  method: 'get',
  path: `${path}/readings/{id}/frames/{slice}`,
  summary: 'A picture as bare samples: of one size whatever it shows, without name, date or tag',
  request: { params: frameParams },
  responses: { 200: { description: 'Samples, row by row.', content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } } },
});

/** Milliseconds; longer than a picture usually takes to be read and unpacked. */
const frameStep = 10;

/**
 * Lets an answer go at the end of a step of time after it was asked for: how long a picture takes to unpack depends on what it shows, and would
 * tell something of it.
 */
async function atStep<T>(work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work();
  await setTimeout(frameStep - ((performance.now() - begun) % frameStep));
  return result;
}

/** What readers ask for. A link's token is all that tells who reads; nothing here says what a case is. */
export function readingRoutes(studies: OpenStudies, now: () => Date = () => new Date()) {
  const enter = async ({ study: id, token }: { readonly study: string; readonly token: string }): Promise<{ readonly study: Study; readonly reader: string }> => {
    const study = await studies.get(id).catch((error: unknown) => {
      // Whether there is such a study, and where, is nobody's business who has no link to it.
      if (error instanceof CovidCtError && ['NOT_FOUND', 'BAD_INPUT'].includes(error.code)) throw new CovidCtError('NOT_FOUND', 'There is no such page.', { hint: 'Open the link that you were sent.' });
      throw error;
    });
    return { study, reader: readerOfToken(study, token) };
  };
  const recorded = { recorded: true } as const;
  return newRoutes()
    .openapi(view, async (context) => {
      const { study, reader } = await enter(context.req.valid('param'));
      context.header('cache-control', 'no-store');
      return context.json(viewSchema.parse(await readerView(study, reader, now())), 200);
    })
    .openapi(screen, async (context) => {
      const { study, reader } = await enter(context.req.valid('param'));
      await declareScreen(study, reader, context.req.valid('json'), now());
      return context.json(recorded, 200);
    })
    .openapi(confirm, async (context) => {
      const { id, ...link } = context.req.valid('param');
      const { study, reader } = await enter(link);
      return context.json(receiptSchema.parse(await confirmReading(study, reader, id, context.req.valid('json'), now())), 200);
    })
    .openapi(pause, async (context) => {
      const { study, reader } = await enter(context.req.valid('param'));
      await pauseReading(study, reader, now());
      return context.json(recorded, 200);
    })
    .openapi(note, async (context) => {
      const { study, reader } = await enter(context.req.valid('param'));
      const { text, number } = context.req.valid('json');
      await annotate(study, { by: reader, reader, text, ...(number === undefined ? {} : { number }) }, now());
      return context.json(recorded, 200);
    })
    .openapi(frame, async (context) => {
      const { id, slice, ...link } = context.req.valid('param');
      const { study, reader } = await enter(link);
      const bytes = await atStep(() => readFrame(study, reader, id, slice, now()));
      return context.body(new Uint8Array(bytes), 200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store', 'content-length': String(bytes.length) }) as never;
    });
}
