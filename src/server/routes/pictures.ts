import { createRoute, z } from '@hono/zod-openapi';
import { CovidCtError } from '../../base/index.ts';
import { pictureFormat } from '../../imaging/index.ts';
import type { Desk } from '../desk.ts';
import { sendBytes } from '../images/send-bytes.ts';
import { newRoutes } from './route.ts';

const params = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
/** Longer sides in which pictures of papers and candidates are made small. */
const sides = ['160', '320', '640', '1200'] as const;
const bytesOf = { schema: z.string().openapi({ format: 'binary' }) };

const picture = createRoute({ method: 'get', path: '/pictures/{sha256}/file', summary: 'A picture of a candidate or of a paper’s page, as it is kept', request: { params }, responses: { 200: { description: 'PNG or JPEG.', content: { 'image/png': bytesOf, 'image/jpeg': bytesOf } } } });
const small = createRoute({ method: 'get', path: '/pictures/{sha256}/thumbnail', summary: 'The same as a small WebP', request: { params, query: z.object({ side: z.enum(sides).default('320') }) }, responses: { 200: { description: 'A WebP.', content: { 'image/webp': bytesOf } } } });

/** Pictures that are objects of the workspace. An address has its picture's hash: what it gives never changes. */
export function pictureRoutes({ workspace, thumbnails }: Desk) {
  const read = async (hash: string): Promise<{ readonly bytes: Uint8Array; readonly format: string }> => {
    const bytes = await workspace.objects.get(hash);
    const format = pictureFormat(bytes);
    // Other objects (DICOM files, weights) are not for pages.
    if (format !== 'png' && format !== 'jpeg') throw new CovidCtError('NOT_FOUND', `${hash} is no picture.`);
    return { bytes, format };
  };
  return newRoutes()
    .openapi(picture, async (context) => {
      const { sha256 } = context.req.valid('param');
      const { bytes, format } = await read(sha256);
      return sendBytes(context, bytes, { type: `image/${format}`, tag: sha256.slice(0, 32), immutable: true });
    })
    .openapi(small, async (context) => {
      const { sha256 } = context.req.valid('param');
      const { side } = context.req.valid('query');
      const bytes = await thumbnails.ofObject(sha256, Number(side), async () => (await read(sha256)).bytes);
      return sendBytes(context, bytes, { type: 'image/webp', tag: `${sha256.slice(0, 32)}-${side}`, immutable: true });
    });
}
