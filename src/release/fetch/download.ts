import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CovidCtError, formatBytes, sha256OfFile, type ObjectStore, type Progress } from '../../base/index.ts';
import { PassingFault, asRequestFault, get, type Answer, type Connections, type RequestLimits } from './http-request.ts';
import { openPartialFile, type PartialFile, type PartialState } from './partial-file.ts';
import { contentRange, retriedStatuses, retryAfter, validator } from './response-headers.ts';

/** How patient a download is. Times in milliseconds. */
export interface DownloadLimits extends RequestLimits {
  /** Attempts in a row that bring nothing new before it gives up. */
  readonly attempts: number;
  /** Pause after the first fault; doubled after each further one. */
  readonly pause: number;
  /** The longest pause, also when the server asks for one by Retry-After. */
  readonly longestPause: number;
}

/** The limits of `covid-ct fetch`; `docs/FETCH.md` gives them as numbers. */
export const downloadLimits: DownloadLimits = {
  connectTimeout: 15_000,
  idleTimeout: 30_000,
  redirects: 5,
  attempts: 6,
  pause: 500,
  longestPause: 60_000,
};

/** A file that has wholly come. */
export interface Download {
  readonly sha256: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Bytes that came over the network this time. */
  readonly fetched: number;
  /** Whether bytes of an earlier attempt were used. */
  readonly resumed: boolean;
}

/** What to do where an address cannot serve: the ends of sentences for the user. */
export interface DownloadAdvice {
  /** When nothing is there. */
  readonly missing: string;
  /** How else the file can be brought in: `fetch the file by other means and …`. */
  readonly otherwise: string;
}

/** Advice for the release's files. */
export const releaseAdvice: DownloadAdvice = {
  missing: 'it must be the folder that holds Images-processed and Data-split, or a zip of it',
  otherwise: 'fetch the file by other means and give covid-ct fetch the folder',
};

/** What a download is given. */
export interface DownloadContext {
  /** The folder of partial files. */
  readonly folder: string;
  readonly objects: ObjectStore;
  readonly connections: Connections;
  readonly limits: DownloadLimits;
  readonly progress: Progress;
  readonly label: string;
  readonly signal: AbortSignal | undefined;
  readonly advice: DownloadAdvice;
}

function stateOf(address: string, response: Answer): PartialState {
  const { etag, 'last-modified': lastModified, 'content-length': length } = response.headers;
  return {
    address,
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(length === undefined || !/^\d{1,15}$/.test(length) ? {} : { total: Number(length) }),
  };
}

function tooLong(address: string, limit: number): CovidCtError {
  return new CovidCtError('LIMIT_EXCEEDED', `${address} is longer than the ${formatBytes(limit)} that such a file may have.`, {
    hint: 'Check the address; what came of it was removed.',
  });
}

/** Turns an answer that is neither 200 nor 206 into what it means. */
function statusFault(address: string, response: Answer, advice: DownloadAdvice): PassingFault | CovidCtError {
  const status = response.status;
  if (retriedStatuses.has(status)) {
    const wait = retryAfter(response.headers['retry-after'], Date.now());
    return new PassingFault(`the server answers ${status}`, wait === undefined ? {} : { wait });
  }
  if (status === 404 || status === 410) {
    return new CovidCtError('NOT_FOUND', `${address} is not there (the server answers ${status}).`, { hint: `Check the address: ${advice.missing}.` });
  }
  return new CovidCtError('NETWORK', `The server answers ${status} for ${address}.`, { hint: status === 401 || status === 403 ? `It gives this file only to those it knows; ${advice.otherwise}.` : 'Check the address, or try again later.' });
}

/** What the attempts of one download add up to. */
interface Tally {
  /** Bytes that came over the network. */
  fetched: number;
  /** Whether the file was put together from more than one answer. */
  resumed: boolean;
}

function endedEarly(size: number, state: PartialState, cause?: PassingFault): PassingFault {
  const why = cause === undefined || cause.message === 'aborted' ? 'the connection ended' : cause.message;
  return new PassingFault(`${why} after ${size} of ${state.total ?? 'unknown'} bytes`, { cause });
}

/**
 * Appends the body to the partial file, chunk by chunk, so that a kill loses none that was written.
 * @throws PassingFault when the connection ends early; CovidCtError LIMIT_EXCEEDED; what the disk throws
 */
async function receive(response: Answer, partial: PartialFile, from: number, state: PartialState, limit: number, tally: Tally, context: DownloadContext): Promise<number> {
  const file = await partial.open(from === 0 ? 'empty' : 'append');
  tally.resumed = from > 0;
  let size = from;
  try {
    const body = response.body();
    for (;;) {
      const next = await body.next().catch((error: unknown) => {
        context.signal?.throwIfAborted();
        const fault = asRequestFault(error, new URL(state.address));
        throw fault instanceof PassingFault ? endedEarly(size, state, fault) : fault;
      });
      if (next.done === true) break;
      const chunk = next.value;
      if (size + chunk.length > limit) throw tooLong(state.address, limit);
      await file.appendFile(chunk);
      size += chunk.length;
      tally.fetched += chunk.length;
      context.progress({ label: context.label, done: size, total: Math.max(state.total ?? 0, size + 1) });
    }
  } finally {
    response.discard();
    await file.close();
  }
  if (!response.complete() || (state.total !== undefined && size < state.total)) {
    throw endedEarly(size, state);
  }
  return size;
}

/** One attempt: asks for what is missing and receives it. Gives the whole size, or `undefined` where it must start again. */
async function attempt(address: string, partial: PartialFile, limit: number, tally: Tally, context: DownloadContext): Promise<number | undefined> {
  const known = await partial.state();
  const size = known === undefined ? 0 : await partial.size();
  if (known?.total !== undefined && size === known.total) return size;
  const condition = validator(known);
  const have = condition === undefined || (known?.total !== undefined && size > known.total) ? 0 : size;
  const response = await get(
    new URL(address),
    {
      'user-agent': 'covid-ct',
      'accept-encoding': 'identity',
      ...(have > 0 && condition !== undefined ? { range: `bytes=${have}-`, 'if-range': condition } : {}),
    },
    context.connections,
    context.limits,
    context.signal,
  );
  try {
    const encoding = response.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') {
      throw new CovidCtError('NETWORK', `The server sends ${address} in the encoding ${JSON.stringify(encoding.slice(0, 40))}, which was not asked for.`, {
        hint: `A proxy in between may be at fault; ${context.advice.otherwise}.`,
      });
    }
    const announced = stateOf(address, response);
    if (response.status === 200) {
      if ((announced.total ?? 0) > limit) throw tooLong(address, limit);
      // The bytes of another version go before the note says that these are of the new one.
      await partial.discard();
      await partial.note(announced);
      return await receive(response, partial, 0, announced, limit, tally, context);
    }
    if (response.status === 206 && known !== undefined) {
      const range = contentRange(response.headers['content-range']);
      const same = range?.first === have && (known.total ?? range.total) === range.total && (announced.etag ?? known.etag) === known.etag;
      if (range !== undefined && same) {
        if (range.total > limit) throw tooLong(address, limit);
        return await receive(response, partial, have, { ...known, total: range.total }, limit, tally, context);
      }
    }
    if (response.status !== 206 && response.status !== 416) throw statusFault(address, response, context.advice);
    // The server has another file by now, or answers what was not asked: start again.
    await partial.discard();
    return undefined;
  } finally {
    response.discard();
  }
}

/** Asks whether a file that has wholly come is still the same there. Where the server cannot tell, it is taken to be. */
async function unchanged(state: PartialState, context: DownloadContext): Promise<boolean> {
  const { etag, lastModified } = state;
  if (etag === undefined && lastModified === undefined) return true;
  const response = await get(
    new URL(state.address),
    {
      'user-agent': 'covid-ct',
      'accept-encoding': 'identity',
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
      ...(etag !== undefined || lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
    },
    context.connections,
    context.limits,
    context.signal,
  );
  response.discard();
  if (response.status === 304) return true;
  if (response.status === 200) return etag === undefined ? response.headers['last-modified'] === lastModified : response.headers.etag === etag;
  throw statusFault(state.address, response, context.advice);
}

/** Runs something that may meet passing faults, again and again, as long as attempts bring something new. */
async function persist<T>(address: string, context: DownloadContext, reached: () => Promise<number>, work: () => Promise<T | undefined>): Promise<T> {
  const { attempts, pause, longestPause } = context.limits;
  let furthest = await reached();
  let fruitless = 0;
  let fault = new PassingFault('the server does not give what it announces');
  for (;;) {
    context.signal?.throwIfAborted();
    try {
      const result = await work();
      if (result !== undefined) return result;
    } catch (error) {
      if (!(error instanceof PassingFault)) throw error;
      fault = error;
    }
    const now = await reached();
    fruitless = now > furthest ? 1 : fruitless + 1;
    furthest = Math.max(furthest, now);
    const wait = fault.wait ?? Math.min(longestPause, pause * 2 ** (fruitless - 1));
    if (fruitless >= attempts || wait > longestPause) {
      throw new CovidCtError('NETWORK', `${address} could not be fetched: ${fault.message}${wait > longestPause ? `, and asks to wait ${Math.round(wait / 1000)} s` : `, ${fruitless} times in a row`}.`, {
        hint: 'Run the same command again later: it goes on where it stopped.',
        cause: fault,
      });
    }
    await delay(wait, undefined, context.signal === undefined ? {} : { signal: context.signal });
  }
}

/**
 * Fetches a file into the object store. What an earlier, cut or killed attempt left is used if the server still has
 * the same file; bytes that are here are not fetched again.
 * @param limit the most bytes that it may have
 * @param accept looks at the whole file before it becomes an object; a file that it refuses is removed, and is fetched
 *   once more from its start if it had been put together from several attempts
 * @throws CovidCtError NOT_FOUND, NETWORK, LIMIT_EXCEEDED, what `accept` throws, what the disk throws; the signal's reason
 */
export async function download(address: string, limit: number, context: DownloadContext, accept: (path: string) => Promise<void>): Promise<Download> {
  await mkdir(context.folder, { recursive: true });
  const partial = openPartialFile(context.folder, address);
  const finished = (await partial.state())?.done;
  if (finished !== undefined) {
    const kept = await keepFinished(partial, context);
    if (kept !== undefined) return kept;
    await partial.discard();
  }
  const tally: Tally = { fetched: 0, resumed: (await partial.size()) > 0 };
  for (;;) {
    let size: number;
    try {
      size = await persist(address, context, () => partial.size(), () => attempt(address, partial, limit, tally, context));
    } catch (error) {
      if (error instanceof CovidCtError && error.code === 'LIMIT_EXCEEDED') await partial.discard();
      throw error;
    }
    context.progress({ label: context.label, done: 1, total: 1 });
    try {
      await accept(partial.path);
    } catch (error) {
      if (error instanceof CovidCtError && error.exitCode === 3) {
        await partial.discard();
        if (tally.resumed) {
          tally.resumed = false;
          continue;
        }
      }
      throw error;
    }
    const hash = await sha256OfFile(partial.path);
    const state = (await partial.state()) ?? { address };
    await partial.note({ ...state, done: { sha256: hash, size } });
    await context.objects.adopt(partial.path, hash);
    return { sha256: hash, size, etag: state.etag, lastModified: state.lastModified, fetched: tally.fetched, resumed: tally.resumed };
  }
}

/** A file that had wholly come before: kept if it is here and the server does not have another by now. */
async function keepFinished(partial: PartialFile, context: DownloadContext): Promise<Download | undefined> {
  const state = await partial.state();
  const done = state?.done;
  if (state === undefined || done === undefined) return undefined;
  const address = state.address;
  // Killed between the note and the renaming: the file is still in its place.
  if ((await partial.size()) === done.size && (await sha256OfFile(partial.path).catch(() => '')) === done.sha256) {
    await context.objects.adopt(partial.path, done.sha256);
  }
  if (!(await context.objects.has(done.sha256))) return undefined;
  if (!(await persist(address, context, () => Promise.resolve(0), async () => ({ same: await unchanged(state, context) }))).same) return undefined;
  return { sha256: done.sha256, size: done.size, etag: state.etag, lastModified: state.lastModified, fetched: 0, resumed: true };
}
