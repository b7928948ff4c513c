import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { CovidCtError, sha256, systemErrorCode, writeFileAtomic, type Workspace } from '../../base/index.ts';
import { fetchText, type DownloadLimits } from '../../release/index.ts';

/** Where each service is asked. */
export const endpointsSchema = z.strictObject({
  crossref: z.url().default('https://api.crossref.org'),
  biorxiv: z.url().default('https://api.biorxiv.org'),
  /** Where PDFs of the two preprint servers stand, by the server's name. */
  medrxivFiles: z.url().default('https://www.medrxiv.org'),
  biorxivFiles: z.url().default('https://www.biorxiv.org'),
  europePmc: z.url().default('https://www.ebi.ac.uk/europepmc'),
  unpaywall: z.url().default('https://api.unpaywall.org'),
  pmc: z.url().default('https://www.ncbi.nlm.nih.gov'),
  /** In place of `ftp://ftp.ncbi.nlm.nih.gov`, which serves the same files by https. */
  pmcFiles: z.url().default('https://ftp.ncbi.nlm.nih.gov'),
});

/** See {@link endpointsSchema}. */
export type Endpoints = z.infer<typeof endpointsSchema>;

/** How services are asked. */
export interface ApiOptions {
  readonly workspace: Workspace;
  readonly endpoints?: Endpoints;
  /** Unpaywall asks for one, Crossref answers sooner to those who give one. */
  readonly email?: string | undefined;
  /** Milliseconds between two requests to one service. */
  readonly pause?: number;
  readonly limits?: DownloadLimits;
  readonly signal?: AbortSignal | undefined;
}

/** Asks services politely: one request at a time and a second apart for each, answers kept, faults tried again. */
export interface Api {
  readonly endpoints: Endpoints;
  readonly email: string | undefined;
  readonly options: ApiOptions;
  /**
   * Asks for a document. @returns `undefined` where the service has nothing
   * @throws CovidCtError NETWORK where it does not answer, or answers something else than its schema
   */
  json<T>(address: string, schema: z.ZodType<T>): Promise<T | undefined>;
  text(address: string): Promise<string | undefined>;
}

/** Answers are kept for a day: papers get published and retracted. */
const keptMilliseconds = 24 * 3600 * 1000;
const longestAnswer = 20e6;
const politePause = 1000;

const answerSchema = z.strictObject({ address: z.string(), at: z.number(), status: z.number(), text: z.string() });

/** Opens the way to the services. */
export function openApi(options: ApiOptions): Api {
  const endpoints = options.endpoints ?? endpointsSchema.parse({});
  const pause = options.pause ?? politePause;
  const next = new Map<string, Promise<number>>();
  /** Waits until it is this request's turn at its host. */
  const takeTurn = async (host: string): Promise<void> => {
    const turn = (next.get(host) ?? Promise.resolve(0)).then(async (free) => {
      await delay(Math.max(0, free - performance.now()), undefined, options.signal === undefined ? {} : { signal: options.signal });
      return performance.now() + pause;
    });
    next.set(host, turn.catch(() => 0));
    await turn;
  };
  const ask = async (address: string): Promise<string | undefined> => {
    const path = options.workspace.path('papers', 'answers', `${sha256(address).slice(0, 40)}.json`);
    const kept = await readAnswer(path);
    if (kept !== undefined && kept.address === address && Date.now() - kept.at < keptMilliseconds) return kept.status === 200 ? kept.text : undefined;
    await takeTurn(new URL(address).host);
    const agent = `covid-ct (research; ${options.email === undefined ? 'no address given' : `mailto:${options.email}`})`;
    const answer = await fetchText(address, { limit: longestAnswer, headers: { 'user-agent': agent, accept: 'application/json, application/xml;q=0.8, */*;q=0.5' }, signal: options.signal, ...(options.limits === undefined ? {} : { limits: options.limits }) });
    await writeFileAtomic(path, JSON.stringify({ address, at: Date.now(), ...answer }));
    return answer.status === 200 ? answer.text : undefined;
  };
  return {
    endpoints,
    email: options.email,
    options,
    text: ask,
    json: async (address, schema) => {
      const text = await ask(address);
      if (text === undefined) return undefined;
      try {
        return schema.parse(JSON.parse(text));
      } catch (error) {
        throw new CovidCtError('NETWORK', `${new URL(address).host} answers something that is not understood.`, { hint: `Look at ${address}: the service may have changed.`, cause: error });
      }
    },
  };
}

async function readAnswer(path: string): Promise<z.infer<typeof answerSchema> | undefined> {
  try {
    return answerSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
