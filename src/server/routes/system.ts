import { createRoute, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import type { Desk } from '../desk.ts';
import { answers, newRoutes } from './route.ts';

const placeSchema = z.object({ id: z.string(), name: z.string(), synthetic: z.boolean() });

const statusSchema = z.object({
  version: z.string(),
  notice: z.string(),
  workspace: z.string(),
  releases: z.array(placeSchema),
}).openapi('Status');

/** Pages that listen at once; more are told to come again. */
const mostListeners = 64;

const status = createRoute({ method: 'get', path: '/status', summary: 'What this workbench is and which releases it shows', responses: answers(statusSchema, 'The status.') });

/** What the workbench is, and what happens in it. */
export function systemRoutes(desk: Desk) {
  const routes = newRoutes().openapi(status, async (context) =>
    context.json(statusSchema.parse({
      version: desk.version,
      notice: 'For research, never for diagnosis.',
      workspace: desk.workspace.folder,
      releases: (await desk.shelf.list()).map(({ id, name, synthetic }) => ({ id, name, synthetic })),
    }), 200));
  routes.get('/events', (context) => {
    if (desk.bus.listeners > mostListeners) return context.body(null, 503, { 'retry-after': '10' });
    return streamSSE(context, async (stream) => {
      // Writes follow each other; a page that reads slowly gets the latest of each job, not all of them.
      const waiting = new Map<string, string>();
      let wake: () => void = () => undefined;
      const stop = desk.bus.hear((event) => {
        waiting.set(event.type === 'job' ? `job ${event.job.id}` : JSON.stringify(event), JSON.stringify(event));
        wake();
      });
      stream.onAbort(() => {
        stop();
        wake();
      });
      await stream.writeSSE({ event: 'hello', data: JSON.stringify({ version: desk.version }) });
      while (!stream.aborted && !stream.closed) {
        const batch = [...waiting.values()];
        waiting.clear();
        for (const data of batch) await stream.writeSSE({ event: 'change', data });
        if (batch.length > 0) continue;
        const quiet = await new Promise<boolean>((resolve) => {
          const timer = setTimeout(() => resolve(true), 15_000);
          wake = () => {
            clearTimeout(timer);
            resolve(false);
          };
        });
        // Keeps the connection, and finds out that it is gone.
        if (quiet && !stream.aborted) await stream.write(': still here\n\n');
      }
    });
  });
  return routes;
}
