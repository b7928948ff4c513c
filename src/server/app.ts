import { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { CovidCtError } from '../base/index.ts';
import type { Desk } from './desk.ts';
import type { Log } from './log.ts';
import { answerProblem, refusal, refuseInvalid, toProblem } from './problem.ts';
import { auditRoutes } from './routes/audit.ts';
import { benchmarkRoutes } from './routes/benchmark.ts';
import { contributionRoutes } from './routes/contributions.ts';
import { exportRoutes } from './routes/exports.ts';
import { imageRoutes } from './routes/images.ts';
import { jobRoutes } from './routes/jobs.ts';
import { paperRoutes } from './routes/papers.ts';
import { pictureRoutes } from './routes/pictures.ts';
import { readingRoutes } from './routes/reading.ts';
import { releaseRoutes } from './routes/releases.ts';
import { submissionRoutes } from './routes/submissions.ts';
import { reviewRoutes } from './routes/review.ts';
import { reviewerRoutes } from './routes/reviewers.ts';
import { studyPlanRoutes } from './routes/study-plans.ts';
import { studyRoutes } from './routes/studies.ts';
import { systemRoutes } from './routes/system.ts';
import { guard, isLoopback, type GuardOptions } from './security/guard.ts';
import { securityHeaders } from './security/headers.ts';
import { webRoutes, type WebFiles } from './web-files.ts';

/** Of a request that is no upload. */
const mostBody = 1024 * 1024;
const uploadPath = /^\/api\/(releases\/[a-z0-9-]+\/uploads\/|papers\/uploads$)/;

/** The routes of the API; a new part is one file in `routes/` and one line here. */
function apiRoutes(desk: Desk) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .route('/api', systemRoutes(desk))
    .route('/api', releaseRoutes(desk))
    .route('/api', imageRoutes(desk))
    .route('/api', auditRoutes(desk))
    .route('/api', submissionRoutes(desk))
    .route('/api', benchmarkRoutes(desk))
    .route('/api', contributionRoutes(desk))
    .route('/api', exportRoutes(desk))
    .route('/api', jobRoutes(desk))
    .route('/api', paperRoutes(desk))
    .route('/api', pictureRoutes(desk))
    .route('/api', reviewRoutes(desk))
    .route('/api', reviewerRoutes(desk))
    .route('/api', studyPlanRoutes(desk))
    .route('/api', studyRoutes(desk))
    .route('/api', readingRoutes(desk.studies));
}

/** The API's type, from which the page's client is made. */
export type Api = ReturnType<typeof apiRoutes>;

/** The OpenAPI document of the API. */
function openApiOf(api: Api, version: string): object {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'covid-ct workbench', version, description: 'For research, never for diagnosis. Errors are problem details (RFC 9457).' },
  });
  const fault = { description: 'A problem (RFC 9457), with a code and a hint.', content: { 'application/problem+json': { schema: { type: 'object', properties: { title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' }, code: { type: 'string' }, hint: { type: 'string' } } } } } };
  const withFaults = Object.fromEntries(Object.entries(document.paths ?? {}).map(([path, item]) => [path, Object.fromEntries(Object.entries(item).map(([method, operation]: [string, { responses?: object }]) => [method, { ...operation, responses: { ...operation.responses, default: fault } }]))]));
  return { ...document, paths: withFaults };
}

/** What an app is made of. */
export interface AppOptions {
  readonly desk: Desk;
  readonly guard: GuardOptions;
  /** The built page; undefined: the API alone. */
  readonly web: WebFiles | undefined;
  readonly log: Log;
}

/** Whether whoever asks sits on this machine. */
function isNear(context: Context): boolean {
  const address = (context.env as Partial<HttpBindings> | undefined)?.incoming?.socket.remoteAddress;
  return address !== undefined && isLoopback(address.replace(/^::ffff:/, ''));
}

/** The whole application: guard, API, page. */
export function createApp({ desk, guard: guardOptions, web, log }: AppOptions): Hono {
  const app = new OpenAPIHono<{ Variables: { nonce: string } }>();
  app.use(securityHeaders);
  app.use(async (context, next) => {
    await next();
    const { status } = context.res;
    if (status >= 400) log({ level: status >= 500 ? 'error' : 'warning', what: `${context.req.method} ${context.req.path} ${status}`, ...(context.error === undefined ? {} : { error: context.error }) });
  });
  app.use(guard(guardOptions));
  app.use('/api/*', async (context, next) => {
    if (['POST', 'PUT', 'PATCH'].includes(context.req.method) && !uploadPath.test(context.req.path)) {
      const type = context.req.header('content-type') ?? '';
      // A form of another page can send neither; what is JSON says so.
      if (Number(context.req.header('content-length') ?? 0) > 0 && !type.startsWith('application/json')) throw refusal(415, 'This takes application/json.');
    }
    return next();
  });
  const limitBody = bodyLimit({ maxSize: mostBody, onError: () => { throw new CovidCtError('LIMIT_EXCEEDED', `A request may hold ${mostBody / 1024} kB.`); } });
  // To look for the body of a GET would make a whole Request of it: a third of what a thumbnail costs.
  app.use('/api/*', async (context, next) => (['GET', 'HEAD'].includes(context.req.method) || uploadPath.test(context.req.path) ? next() : limitBody(context, next)));
  // Pictures are compressed already, and events must not wait for a block to fill. How small what a reader is sent becomes would tell something of it.
  // To a browser on this machine nothing is sent over a wire: compressing would take most of the time of a list.
  const compressed = compress();
  app.use(async (context, next) => (isNear(context) || /^\/api\/reading\/|\/(thumbnail|file|events|model|picture|bundle|message|archive)$/.test(context.req.path) ? next() : compressed(context, next)));
  const api = apiRoutes(desk);
  app.route('/', api);
  const openApi = openApiOf(api, desk.version);
  app.get('/api/openapi.json', (context) => context.json(openApi));
  app.all('/api/*', () => {
    throw refusal(404, 'There is no such part of the API: /api/openapi.json describes all.');
  });
  if (web !== undefined) app.route('/', webRoutes(web));
  app.notFound((context) => answerProblem(context, refusal(404, 'There is nothing at this address.')));
  app.onError((error, context) => {
    if (toProblem(error).status >= 500) log({ level: 'error', what: `${context.req.method} ${context.req.path}`, error });
    return answerProblem(context, error);
  });
  return app as unknown as Hono;
}
