import { OpenAPIHono, z } from '@hono/zod-openapi';
import { refuseInvalid } from '../problem.ts';
import { jobRecordSchema } from '../jobs/record.ts';

/** An empty part of the API whose requests are checked by their schemas. */
export function newRoutes(): OpenAPIHono {
  return new OpenAPIHono({ defaultHook: refuseInvalid });
}

/** The answer of a route that gives JSON. */
export function answers<T extends z.ZodType>(schema: T, description: string) {
  return { 200: { content: { 'application/json': { schema } }, description } } as const;
}

/** The body of a route that takes JSON. */
export function takes<T extends z.ZodType>(schema: T) {
  return { content: { 'application/json': { schema } }, required: true } as const;
}

/** A document that a command makes, on its way to a page. */
export function documentStateSchema<T extends z.ZodType>(schema: T) {
  return z.discriminatedUnion('state', [
    z.object({ state: z.literal('ready'), document: schema }),
    z.object({ state: z.literal('pending'), job: jobRecordSchema }),
    z.object({ state: z.literal('failed'), job: jobRecordSchema }),
  ]);
}

/** Parameters of what is about a release. */
export const releaseParams = z.object({ release: z.string().regex(/^[a-z0-9-]{1,100}$/).openapi({ description: 'An id of the shelf.' }) });

/** Parameters of what is about an image. */
export const imageParams = releaseParams.extend({ key: z.string().regex(/^[0-9a-f]{16}$/) });
