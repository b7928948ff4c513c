import http from 'node:http';
import https from 'node:https';
import { CovidCtError, systemErrorCode } from '../../base/index.ts';

/** Waiting times in milliseconds, and how far a request is followed. */
export interface RequestLimits {
  /** Until the connection stands. */
  readonly connectTimeout: number;
  /** Without a byte from the server. */
  readonly idleTimeout: number;
  readonly redirects: number;
}

/** A fault of the way to the server that another attempt may not meet: a cut connection, a stall, an answer like 503. */
export class PassingFault extends Error {
  override readonly name = 'PassingFault';
  /** Milliseconds which the server asked to wait (Retry-After), if it did. */
  readonly wait: number | undefined;

  constructor(message: string, options: { readonly wait?: number; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.wait = options.wait;
  }
}

const passingCodes: ReadonlySet<string> = new Set([
  'ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENETUNREACH', 'ENETDOWN', 'EHOSTUNREACH',
]);

/** What went wrong on the way: passing where another attempt may help, NETWORK where it will not (names, certificates, no HTTP). */
export function asRequestFault(error: unknown, address: URL): PassingFault | CovidCtError {
  if (error instanceof PassingFault || error instanceof CovidCtError) return error;
  const code = systemErrorCode(error);
  const message = error instanceof Error && error.message !== '' ? error.message : (code ?? 'no connection');
  if (code !== undefined && passingCodes.has(code)) return new PassingFault(message, { cause: error });
  // Happy eyeballs: an AggregateError with one error for each address that was tried.
  if (error instanceof AggregateError && error.errors.some((one) => passingCodes.has(systemErrorCode(one) ?? ''))) {
    return new PassingFault(code ?? message, { cause: error });
  }
  if (code?.startsWith('HPE_') === true) {
    return new CovidCtError('NETWORK', `The server at ${address.host} does not speak proper HTTP: ${message}.`, {
      hint: 'Check the address; a proxy in between may be at fault.',
      cause: error,
    });
  }
  return new CovidCtError('NETWORK', `${address.host} cannot be reached: ${message}.`, {
    hint:
      code === 'ENOTFOUND'
        ? 'Check the address and the connection; behind a proxy, set HTTPS_PROXY.'
        : 'Check the connection; for certificates of your own, set NODE_EXTRA_CA_CERTS.',
    cause: error,
  });
}

/**
 * Whether this Node sends requests through HTTP_PROXY and HTTPS_PROXY (its agents do since 24.5), and a sentence for the
 * user where such a variable is set and it does not.
 */
export function proxyWarning(environment: NodeJS.ProcessEnv = process.env, version: string = process.versions.node): string | undefined {
  const set = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].find((name) => (environment[name] ?? '') !== '');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (set === undefined || major > 24 || (major === 24 && minor >= 5)) return undefined;
  return `${set} is set, but Node ${version} cannot use it (24.5 and newer can): connecting directly.`;
}

/** Connections kept open between the requests of one fetch; proxies of the environment are honoured (NO_PROXY too). */
export interface Connections {
  readonly http: http.Agent;
  readonly https: https.Agent;
  close(): void;
}

/** @param environment where HTTP_PROXY, HTTPS_PROXY and NO_PROXY are looked for */
export function openConnections(environment: NodeJS.ProcessEnv = process.env): Connections {
  const options = { keepAlive: true, maxSockets: 2, proxyEnv: environment };
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };
  return {
    ...agents,
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** Most bytes of a body that wait to be written before the server is held back. */
const waitingBytes = 4 * 1024 * 1024;

/** An answer whose headers are there; its body is on the way. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /**
   * The body, chunk by chunk. When it fails, what had come before is given first: a stream's own iterator would drop what
   * it had buffered, and those bytes would be fetched again. Throws what the connection throws, after the last chunk.
   */
  body(): AsyncGenerator<Uint8Array, void, undefined>;
  /** Whether the body ended as HTTP says that it should. */
  complete(): boolean;
  /** Wants no more of it. */
  discard(): void;
}

/** Listens from the moment the headers are there: a connection that is cut at once must not be missed. */
function toAnswer(response: http.IncomingMessage): Answer {
  const waiting: Uint8Array[] = [];
  let bytes = 0;
  let ended = false;
  let fault: Error | undefined;
  let wake = (): void => {};
  response.on('data', (chunk: Uint8Array) => {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes > waitingBytes) response.pause();
    wake();
  });
  response.on('error', (error) => {
    fault = error;
    wake();
  });
  for (const event of ['end', 'close']) {
    response.on(event, () => {
      ended = true;
      wake();
    });
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    complete: () => response.complete,
    discard: () => void response.destroy(),
    async *body() {
      for (;;) {
        const chunk = waiting.shift();
        if (chunk !== undefined) {
          bytes -= chunk.length;
          if (bytes <= waitingBytes / 2 && response.isPaused()) response.resume();
          yield chunk;
        } else if (fault !== undefined) throw fault;
        else if (ended) return;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}

/** Sends one GET and gives the answer as soon as its headers are there. The body fails with a PassingFault when it stalls. */
function requestOnce(
  address: URL,
  headers: Readonly<Record<string, string>>,
  connections: Connections,
  limits: RequestLimits,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const secure = address.protocol === 'https:';
    const sent = (secure ? https : http).request(address, {
      headers,
      agent: secure ? connections.https : connections.http,
      ...(signal === undefined ? {} : { signal }),
    });
    let body: http.IncomingMessage | undefined;
    const giveUp = (why: string): void => {
      const fault = new PassingFault(why);
      body?.destroy(fault);
      sent.destroy(fault);
    };
    const connecting = setTimeout(() => giveUp(`no connection within ${limits.connectTimeout / 1000} s`), limits.connectTimeout);
    sent.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => clearTimeout(connecting));
      else clearTimeout(connecting);
    });
    sent.setTimeout(limits.idleTimeout, () => giveUp(`no byte for ${limits.idleTimeout / 1000} s`));
    sent.on('response', (response) => {
      clearTimeout(connecting);
      body = response;
      resolve(toAnswer(response));
    });
    sent.on('error', (error) => {
      clearTimeout(connecting);
      reject(error);
    });
    sent.end();
  });
}

/**
 * GET with redirects followed. Only http and https are spoken, and https never falls back to http.
 * @throws PassingFault where another attempt may help; CovidCtError NETWORK where it will not
 */
export async function get(
  address: URL,
  headers: Readonly<Record<string, string>>,
  connections: Connections,
  limits: RequestLimits,
  signal?: AbortSignal,
): Promise<Answer> {
  let current = address;
  for (let followed = 0; ; followed += 1) {
    let response: Answer;
    try {
      response = await requestOnce(current, headers, connections, limits, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw asRequestFault(error, current);
    }
    const { location } = response.headers;
    if (![301, 302, 303, 307, 308].includes(response.status) || location === undefined) return response;
    response.discard();
    if (followed >= limits.redirects) {
      throw new CovidCtError('NETWORK', `${address.href} redirects more than ${limits.redirects} times.`, { hint: 'Check the address: the server sends requests in a circle.' });
    }
    current = redirectTarget(current, location);
  }
}

/** Where a redirect leads. @throws CovidCtError NETWORK where it leads away from http(s), or from https to http */
export function redirectTarget(from: URL, location: string): URL {
  if (!URL.canParse(location, from)) {
    throw new CovidCtError('NETWORK', `${from.href} redirects to ${JSON.stringify(location.slice(0, 200))}, which is no address.`, { hint: 'Check the address.' });
  }
  const target = new URL(location, from);
  const downgrade = from.protocol === 'https:' && target.protocol === 'http:';
  if (downgrade || !['http:', 'https:'].includes(target.protocol)) {
    throw new CovidCtError('NETWORK', `${from.href} redirects to ${target.href.slice(0, 200)}, which is ${downgrade ? 'not encrypted' : 'neither http nor https'}.`, {
      hint: 'Nothing was fetched from there. Check the address.',
    });
  }
  return target;
}
