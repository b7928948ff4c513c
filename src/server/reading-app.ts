import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import type { Hono } from 'hono';
import { CovidCtError } from '../base/index.ts';
import type { Log } from './log.ts';
import { answerProblem, refusal, refuseInvalid } from './problem.ts';
import { readingRoutes } from './routes/reading.ts';
import { guard, type GuardOptions } from './security/guard.ts';
import { securityHeaders } from './security/headers.ts';
import type { OpenStudies } from './studies/open-studies.ts';
import { webRoutes, type WebFiles } from './web-files.ts';

const mostBody = 64 * 1024;

/** What readers on other machines reach: the reading room of one study and nothing else, since the workbench itself shows labels to whoever may open it. */
export function createReadingApp({ studies, guard: guardOptions, web, log }: { readonly studies: OpenStudies; readonly guard: GuardOptions; readonly web: WebFiles | undefined; readonly log: Log }): Hono {
  const app = new OpenAPIHono<{ Variables: { nonce: string } }>({ defaultHook: refuseInvalid });
  app.use(securityHeaders);
  app.use(async (context, next) => {
    await next();
    const { status } = context.res;
    // Without the path: a link in a log is a link that others can read by.
    if (status >= 400) log({ level: status >= 500 ? 'error' : 'warning', what: `${context.req.method} reading ${status}`, ...(context.error === undefined ? {} : { error: context.error }) });
  });
  app.use(guard(guardOptions));
  app.use('/api/*', async (context, next) => {
    const type = context.req.header('content-type') ?? '';
    if (context.req.method !== 'GET' && Number(context.req.header('content-length') ?? 0) > 0 && !type.startsWith('application/json')) throw refusal(415, 'This takes application/json.');
    return next();
  });
  app.use('/api/*', bodyLimit({ maxSize: mostBody, onError: () => { throw new CovidCtError('LIMIT_EXCEEDED', `A request may hold ${mostBody / 1024} kB.`); } }));
  app.route('/api', readingRoutes(studies));
  app.all('/api/*', () => {
    throw refusal(404, 'There is no such page.');
  });
  if (web !== undefined) app.route('/', webRoutes(web));
  app.notFound(() => {
    throw refusal(404, 'There is no such page.');
  });
  app.onError((error, context) => answerProblem(context, error));
  return app as unknown as Hono;
}
