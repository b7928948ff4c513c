import { openWorkspace } from '../base/index.ts';
import type { Study } from '../study/index.ts';
import { listen, type Listener } from './listen.ts';
import type { Log } from './log.ts';
import { createReadingApp } from './reading-app.ts';
import { publicOrigin } from './security/guard.ts';
import { openStudies } from './studies/open-studies.ts';
import { readWebFiles } from './web-files.ts';

/** How a reading room is served. */
export interface ReadingServerOptions {
  readonly study: Study;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Further names by which readers reach it. */
  readonly allowedHosts?: readonly string[];
  /** Where browsers reach it through a proxy with TLS: `https://study.example.org`. */
  readonly publicOrigins?: readonly string[];
  /** The built page; null: the API alone. */
  readonly web: string | null;
  readonly log: Log;
}

/**
 * Serves the reading room of one study, for readers on other machines: each comes in by a link of his or her own, and finds nothing else.
 * @throws CovidCtError ENVIRONMENT where the address is taken or the page is not built, USAGE for what is no origin
 */
export async function startReadingServer({ study, host, port, allowedHosts = [], publicOrigins = [], web, log }: ReadingServerOptions): Promise<Listener> {
  const origins = publicOrigins.map(publicOrigin);
  const files = web === null ? undefined : await readWebFiles(web);
  let bound = port;
  const app = createReadingApp({ studies: openStudies(openWorkspace(study.folder), study), guard: { host, port: () => bound, allowedHosts, publicOrigins: origins, token: undefined }, web: files, log });
  const listener = await listen(app, host, port);
  bound = listener.port;
  return listener;
}
