import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** One request as the server saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

type Outcome = void | 'proper' | undefined;

/** How the server treats a request; `undefined` answers it properly. */
export type Fault = (request: IncomingMessage, response: ServerResponse, file: Uint8Array | undefined, nth: number) => Outcome | Promise<Outcome>;

/** What a proper server may be unable to do, or do slowly. */
export interface ServerTraits {
  readonly ranges?: boolean;
  readonly validators?: boolean;
  /** Bytes a second, in pieces of 16 KiB. */
  readonly bytesPerSecond?: number;
}

/** A real HTTP server on a port of its own, which serves files from memory and has faults on demand. */
export interface FaultServer {
  readonly address: string;
  readonly requests: SeenRequest[];
  /** Body bytes handed to the network, by path. */
  readonly sent: Map<string, number>;
  readonly files: Map<string, Uint8Array>;
  traits: ServerTraits;
  /** Asked for every request, with its number for that path, from 1. */
  fault: Fault | undefined;
  close(): Promise<void>;
}

const etagOf = (bytes: Uint8Array): string => `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;

async function answer(server: FaultServer, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = server.files.get(path);
  if (file === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('no such file');
    return;
  }
  const { ranges = true, validators = true, bytesPerSecond } = server.traits;
  const etag = etagOf(file);
  const headers: Record<string, string> = { ...(ranges ? { 'accept-ranges': 'bytes' } : {}), ...(validators ? { etag } : {}) };
  if (validators && request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const match = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const condition = request.headers['if-range'];
  let first = 0;
  if (ranges && match !== null && (condition === undefined || condition === etag)) {
    first = Number(match[1]);
    if (first >= file.length) {
      response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
      return;
    }
    response.writeHead(206, { ...headers, 'content-range': `bytes ${first}-${file.length - 1}/${file.length}`, 'content-length': String(file.length - first) });
  } else {
    response.writeHead(200, { ...headers, 'content-length': String(file.length) });
  }
  const piece = 16 * 1024;
  for (let at = first; at < file.length && !response.destroyed; at += piece) {
    const chunk = file.subarray(at, at + piece);
    server.sent.set(path, (server.sent.get(path) ?? 0) + chunk.length);
    response.write(chunk);
    if (bytesPerSecond !== undefined) await delay((chunk.length / bytesPerSecond) * 1000);
  }
  response.end();
}

/** Starts a server over some files, by path (`/Data-split/x.txt`). */
export async function startFaultServer(files: ReadonlyMap<string, Uint8Array>): Promise<FaultServer> {
  const seen = new Map<string, number>();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    const nth = (seen.get(path) ?? 0) + 1;
    seen.set(path, nth);
    server.requests.push({
      path,
      range: request.headers.range,
      ifRange: typeof request.headers['if-range'] === 'string' ? request.headers['if-range'] : undefined,
      ifNoneMatch: request.headers['if-none-match'],
    });
    if (server.fault !== undefined && (await server.fault(request, response, server.files.get(path), nth)) !== 'proper') return;
    await answer(server, path, request, response);
  };
  const listener = createServer((request, response) => {
    response.on('error', () => {});
    handle(request, response).catch(() => response.destroy());
  });
  const server: FaultServer = {
    address: '',
    requests: [],
    sent: new Map(),
    files: new Map(files),
    traits: {},
    fault: undefined,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        listener.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve);
  });
  const bound = listener.address();
  if (bound === null || typeof bound === 'string') throw new Error('the server has no port');
  return Object.assign(server, { address: `http://127.0.0.1:${bound.port}` });
}

/**
 * A connection that breaks: of each path, the first requests are given some bytes of what is left, and then nothing.
 * @param times how many requests of a path break
 * @param bytes that each of them gives
 */
export const breaks = (times: number, bytes: number): Fault => (request, response, file, nth) => {
  if (nth > times || file === undefined) return 'proper';
  const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0] ?? 0);
  response.writeHead(from === 0 ? 200 : 206, {
    etag: etagOf(file),
    'content-length': String(file.length - from),
    ...(from === 0 ? {} : { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` }),
  });
  response.write(file.subarray(from, from + bytes));
  request.socket.end();
  return undefined;
};
