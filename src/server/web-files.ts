import { readFile, readdir } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { CovidCtError, sha256 } from '../base/index.ts';

/** A file of the built page. */
interface WebFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly compressed: Uint8Array<ArrayBuffer> | undefined;
  readonly type: string;
  readonly tag: string;
}

/** The built page, read once: only what is in it is served, so that no path leads elsewhere. */
export interface WebFiles {
  readonly files: ReadonlyMap<string, WebFile>;
  readonly index: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.json': 'application/json', '.webmanifest': 'application/manifest+json', '.txt': 'text/plain; charset=utf-8',
};
const worthCompressing = /^(text|application\/(wasm|json|manifest))|svg/;

/** Stands in `index.html` where the nonce of an answer goes. */
const noncePlace = '__NONCE__';

/** Reads the built page. @throws CovidCtError ENVIRONMENT where it was not built */
export async function readWebFiles(folder: string): Promise<WebFiles> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new CovidCtError('ENVIRONMENT', `The workbench's page is not built: there is no ${folder}.`, { hint: 'Build it: npm run build:web', cause: error });
  });
  const files = new Map<string, WebFile>();
  for (const entry of names.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = new Uint8Array(await readFile(path));
    const type = types[extname(path)] ?? 'application/octet-stream';
    const compressed = worthCompressing.test(type) && bytes.byteLength > 1024 && bytes.byteLength < 4 * 1024 * 1024 ? new Uint8Array(gzipSync(bytes)) : undefined;
    files.set(`/${path.slice(folder.length).split(sep).filter((part) => part !== '').join('/')}`, { bytes, compressed, type, tag: sha256(bytes).slice(0, 32) });
  }
  const index = files.get('/index.html');
  if (index === undefined) throw new CovidCtError('ENVIRONMENT', `The workbench's page is not built: ${folder} has no index.html.`, { hint: 'Build it: npm run build:web' });
  return { files, index: Buffer.from(index.bytes).toString('utf8') };
}

/** Serves the page: its files, and for every address of a page in it the index, with this answer's nonce. */
export function webRoutes({ files, index }: WebFiles): Hono<{ Variables: { nonce: string } }> {
  return new Hono<{ Variables: { nonce: string } }>().get('*', (context, next) => {
    const { path } = context.req;
    const file = path === '/index.html' ? undefined : files.get(path);
    if (file !== undefined) {
      const headers: Record<string, string> = { 'content-type': file.type, etag: `"${file.tag}"`, 'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache' };
      if (context.req.header('if-none-match') === `"${file.tag}"`) return context.body(null, 304, headers);
      if (file.compressed !== undefined && (context.req.header('accept-encoding') ?? '').includes('gzip')) return context.body(file.compressed, 200, { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' });
      return context.body(file.bytes, 200, headers);
    }
    // Addresses of pages have no file's ending.
    if (path.startsWith('/assets/') || /\.[a-z0-9]{1,5}$/i.test(path)) return next();
    return context.html(index.replaceAll(noncePlace, context.get('nonce')), 200, { 'cache-control': 'no-store' });
  });
}
