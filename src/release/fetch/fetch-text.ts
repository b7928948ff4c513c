import { setTimeout as delay } from 'node:timers/promises';
import { CovidCtError, formatBytes } from '../../base/index.ts';
import { downloadLimits, type DownloadLimits } from './download.ts';
import { PassingFault, asRequestFault, get, openConnections } from './http-request.ts';
import { retriedStatuses, retryAfter } from './response-headers.ts';

/** How a text is fetched. */
export interface FetchTextOptions {
  /** The most bytes that it may have. */
  readonly limit: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly limits?: DownloadLimits;
  readonly signal?: AbortSignal | undefined;
  readonly environment?: NodeJS.ProcessEnv;
}

/** What a server answers to a question: `status` is 200, or 404 and 410 where it has nothing. */
export interface FetchedText {
  readonly status: number;
  readonly text: string;
}

/**
 * GET of a short text, such as the answer of an API, tried again after passing faults as downloads are.
 * @throws CovidCtError NETWORK, LIMIT_EXCEEDED; the signal's reason
 */
export async function fetchText(address: string, options: FetchTextOptions): Promise<FetchedText> {
  const limits = options.limits ?? downloadLimits;
  const connections = openConnections(options.environment ?? process.env);
  try {
    for (let attempt = 1; ; attempt++) {
      options.signal?.throwIfAborted();
      try {
        return await once(address, options, limits, connections);
      } catch (error) {
        const fault = error instanceof Error && !(error instanceof CovidCtError) && options.signal?.aborted !== true ? asRequestFault(error, new URL(address)) : error;
        if (!(fault instanceof PassingFault)) throw fault;
        const wait = fault.wait ?? limits.pause * 2 ** (attempt - 1);
        if (attempt >= limits.attempts || wait > limits.longestPause) {
          throw new CovidCtError('NETWORK', `${address} gave no answer: ${fault.message}${wait > limits.longestPause ? `, and asks to wait ${Math.round(wait / 1000)} s` : `, ${attempt} times in a row`}.`, { hint: 'Try again later.', cause: fault });
        }
        await delay(wait, undefined, options.signal === undefined ? {} : { signal: options.signal });
      }
    }
  } finally {
    connections.close();
  }
}

async function once(address: string, { limit, headers = {}, signal }: FetchTextOptions, limits: DownloadLimits, connections: ReturnType<typeof openConnections>): Promise<FetchedText> {
  const answer = await get(new URL(address), { 'user-agent': 'covid-ct', 'accept-encoding': 'identity', ...headers }, connections, limits, signal);
  try {
    if (retriedStatuses.has(answer.status)) {
      const wait = retryAfter(answer.headers['retry-after'], Date.now());
      throw new PassingFault(`the server answers ${answer.status}`, wait === undefined ? {} : { wait });
    }
    if (answer.status === 404 || answer.status === 410) return { status: answer.status, text: '' };
    if (answer.status !== 200) throw new CovidCtError('NETWORK', `The server answers ${answer.status} for ${address}.`, { hint: 'Try again later; what it asks for may have changed.' });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body()) {
      size += chunk.length;
      if (size > limit) throw new CovidCtError('LIMIT_EXCEEDED', `${address} is longer than the ${formatBytes(limit)} that such an answer may have.`);
      chunks.push(chunk);
    }
    if (!answer.complete()) throw new PassingFault(`the connection ended after ${size} bytes`);
    return { status: 200, text: Buffer.concat(chunks).toString('utf8') };
  } finally {
    answer.discard();
  }
}
