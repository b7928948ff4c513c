import { randomBytes } from 'node:crypto';
import { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import { CovidCtError, systemErrorCode } from '../base/index.ts';
import { createApp } from './app.ts';
import { openDesk } from './desk.ts';
import type { Log } from './log.ts';
import { isLoopback } from './security/guard.ts';
import { readWebFiles } from './web-files.ts';

/** Where `npm start` answers. */
export const defaultPort = 4180;
/** This machine only. */
export const defaultHost = '127.0.0.1';

/** How the workbench is served. */
export interface ServerOptions {
  readonly version: string;
  readonly workspace: string | undefined;
  /** Releases to show beside the sample and the workspace's. */
  readonly releases: readonly string[];
  readonly host?: string | undefined;
  /** 0: any that is free. */
  readonly port?: number | undefined;
  /** Demanded of every request. Made where the address is not this machine's alone and none is given. */
  readonly token?: string | undefined;
  /** Further names by which people reach the server. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** The built page; null: the API alone. */
  readonly web?: string | null | undefined;
  readonly log: Log;
}

/** A server that listens. */
export interface RunningServer {
  /** To be opened in a browser; with the token, where there is one. */
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Of connections: a client that sends its request byte by byte is let go. */
const limits = { headersTimeout: 10_000, requestTimeout: 10 * 60_000, keepAliveTimeout: 10_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 16 * 1024 } as const;

/** Where the page is when it is built: beside the built code, or in the checkout's `dist`. */
export const webFolder = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/web' : '../web', import.meta.url));

function listening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const code = systemErrorCode(error);
      if (code === 'EADDRINUSE') reject(new CovidCtError('ENVIRONMENT', `Something answers on ${host}:${port} already.`, { hint: 'Give another one: --port 4181, or --port 0 for any that is free.', cause: error }));
      else reject(new CovidCtError('ENVIRONMENT', `The address ${host}:${port} cannot be listened on: ${error.message}.`, { hint: 'Give another one by --host and --port.', cause: error }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/**
 * Starts the workbench.
 * @throws CovidCtError ENVIRONMENT where the address is taken or the page is not built; NOT_FOUND for a release that is not there
 */
export async function startServer({ version, workspace, releases, host = defaultHost, port = defaultPort, token, allowedHosts = [], web = webFolder, log }: ServerOptions): Promise<RunningServer> {
  const demanded = token ?? (isLoopback(host) ? undefined : randomBytes(18).toString('base64url'));
  if (demanded !== undefined && demanded.length < 12) throw new CovidCtError('USAGE', 'A token needs at least twelve characters.', { hint: 'Leave --token out, and one is made.' });
  const files = web === null ? undefined : await readWebFiles(web);
  const desk = await openDesk({ version, workspace, releases });
  let bound = port;
  const app = createApp({ desk, web: files, log, guard: { host, port: () => bound, allowedHosts, token: demanded } });
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: limits });
  if (!(server instanceof Server)) throw new TypeError('the adaptor made no HTTP/1 server');
  try {
    bound = await listening(server, host, port);
  } catch (error) {
    await desk.close();
    throw error;
  }
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return {
    port: bound,
    address: `http://${name}:${bound}/${demanded === undefined ? '' : `?token=${demanded}`}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await desk.close();
    },
  };
}
