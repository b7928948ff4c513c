import type { Context } from 'hono';

/** One range of a `Range` header (RFC 9110, 14.1.2), both ends included; `undefined`: none was asked for; `null`: outside. */
export function parseRange(header: string | undefined, size: number): readonly [number, number] | undefined | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  // Several ranges, and units that are not known, are answered with the whole.
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = match[1] === '' ? [Math.max(0, size - Number(match[2])), size - 1] : [Number(match[1]), match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]))];
  return first <= last && first < size ? [first, last] : null;
}

/** How bytes are sent. */
export interface SendOptions {
  readonly type: string;
  /** Without quotes. The same tag means the same bytes. */
  readonly tag: string;
  /** Whether the address changes with the bytes, so that nobody need ask again. */
  readonly immutable: boolean;
  /** The name under which a browser saves it. */
  readonly name?: string;
  /** Saved, not shown. */
  readonly download?: boolean;
}

/** Sends bytes with caching and ranges. Nothing that is sent like this can run: it is sandboxed and never sniffed. */
export function sendBytes(context: Context, bytes: Uint8Array, { type, tag, immutable, name, download = false }: SendOptions): Response {
  const headers: Record<string, string> = {
    'content-type': type,
    etag: `"${tag}"`,
    'cache-control': immutable ? 'private, max-age=31536000, immutable' : 'private, no-cache',
    'accept-ranges': 'bytes',
    'content-security-policy': "default-src 'none'; sandbox",
    ...(name === undefined ? {} : { 'content-disposition': `${download ? 'attachment' : 'inline'}; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}` }),
  };
  if (context.req.header('if-none-match')?.split(/\s*,\s*/).includes(`"${tag}"`) === true) return context.body(null, 304, headers);
  const range = parseRange(context.req.header('range'), bytes.byteLength);
  if (range === null) return context.body(null, 416, { ...headers, 'content-range': `bytes */${bytes.byteLength}` });
  // Not a copy: the memory of thousands of them would have the whole heap marked by the collector while a grid waits. What is typed as
  // possibly shared memory never is: bytes come from files, objects and encoders.
  if (range === undefined) return context.body(bytes as Uint8Array<ArrayBuffer>, 200, { ...headers, 'content-length': String(bytes.byteLength) });
  const [first, last] = range;
  return context.body(bytes.slice(first, last + 1), 206, { ...headers, 'content-length': String(last - first + 1), 'content-range': `bytes ${first}-${last}/${bytes.byteLength}` });
}
