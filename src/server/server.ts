import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { CovidCtError } from '../base/index.ts';
import { createApp } from './app.ts';
import { openDesk } from './desk.ts';
import { listen } from './listen.ts';
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

/** Where the page is when it is built: beside the built code, or in the checkout's `dist`. */
export const webFolder = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/web' : '../web', import.meta.url));

/**
 * Starts the workbench.
 * @throws CovidCtError ENVIRONMENT where the address is taken or the page is not built; NOT_FOUND for a release that is not there
 */
export async function startServer({ version, workspace, releases, host = defaultHost, port = defaultPort, token, allowedHosts = [], web = webFolder, log }: ServerOptions): Promise<RunningServer> {
  const demanded = token ?? (isLoopback(host) ? undefined : randomBytes(18).toString('base64url'));
  if (demanded !== undefined && demanded.length < 12) throw new CovidCtError('USAGE', 'A token needs at least twelve characters.', { hint: 'Leave --token out, and one is made.' });
  const files = web === null ? undefined : await readWebFiles(web);
  let bound = port;
  let address = '';
  const desk = await openDesk({ version, workspace, releases, address: () => address });
  const app = createApp({ desk, web: files, log, guard: { host, port: () => bound, allowedHosts, token: demanded } });
  try {
    const listener = await listen(app, host, port);
    bound = listener.port;
    address = listener.address;
    return {
      port: bound,
      address: `${listener.address}${demanded === undefined ? '' : `?token=${demanded}`}`,
      async close() {
        await listener.close();
        await desk.close();
      },
    };
  } catch (error) {
    await desk.close();
    throw error;
  }
}
