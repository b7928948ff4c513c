import { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { CovidCtError, systemErrorCode } from '../base/index.ts';
import { inTurns } from './turns.ts';

/** Of connections: a client that sends its request byte by byte is let go. */
const limits = { headersTimeout: 10_000, requestTimeout: 10 * 60_000, keepAliveTimeout: 10_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 16 * 1024 } as const;

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

/** An application that listens. */
export interface Listener {
  readonly port: number;
  readonly address: string;
  close(): Promise<void>;
}

/** Lets an application listen. @throws CovidCtError ENVIRONMENT where the address is taken */
export async function listen(app: Pick<Hono, 'fetch'>, host: string, port: number): Promise<Listener> {
  const turn = inTurns();
  const server = createAdaptorServer({ fetch: async (request, env) => { await turn(); return app.fetch(request, env); }, serverOptions: limits });
  if (!(server instanceof Server)) throw new TypeError('the adaptor made no HTTP/1 server');
  const bound = await listening(server, host, port);
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return {
    port: bound,
    address: `http://${name}:${bound}/`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
