import { CovidCtError, sha256, withLock, type Progress, type Workspace } from '../../base/index.ts';
import { refuseStandIn } from './accept.ts';
import { download, downloadLimits, type Download, type DownloadAdvice, type DownloadLimits } from './download.ts';
import { openConnections } from './http-request.ts';

/** How a single file is fetched. */
export interface DownloadObjectOptions {
  readonly workspace: Workspace;
  /** The most bytes that it may have. */
  readonly limit: number;
  /** What progress calls it. */
  readonly label: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  readonly advice: DownloadAdvice;
  readonly limits?: DownloadLimits;
  /** Where proxies are looked for. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Brings one file from an http(s) address into the workspace's objects. What a cut or killed attempt left is used, as
 * `covid-ct fetch` does it; two at once of one address are refused.
 * @param accept sees the whole file before it becomes an object, and throws to refuse it
 * @throws CovidCtError NOT_FOUND, NETWORK, LIMIT_EXCEEDED, DISK, what `accept` throws; BAD_INPUT for a web page in place of the file;
 *   USAGE for what is no http(s) address; ENVIRONMENT while another process fetches it; CANCELLED by the signal
 */
export async function downloadObject(address: string, options: DownloadObjectOptions, accept: (path: string) => Promise<void>): Promise<Download> {
  const { workspace, progress, label, signal, advice } = options;
  if (!URL.canParse(address) || !['http:', 'https:'].includes(new URL(address).protocol)) {
    throw new CovidCtError('USAGE', `${JSON.stringify(address)} is no http(s) address.`, { hint: 'Give one that starts with https://.' });
  }
  // Apart from what `covid-ct fetch` downloads, which sweeps its folder while this may be running.
  const folder = workspace.path('downloads', 'objects');
  const connections = openConnections(options.environment ?? process.env);
  const context = { folder, objects: workspace.objects, connections, limits: options.limits ?? downloadLimits, progress, label, signal, advice };
  const checked = async (path: string): Promise<void> => {
    await refuseStandIn(path, address, 'BAD_INPUT');
    await accept(path);
  };
  try {
    return await withLock(workspace.path('downloads', 'objects', `${sha256(address).slice(0, 32)}.lock`), () => download(address, options.limit, context, checked), 0);
  } catch (error) {
    if (signal?.aborted !== true || error instanceof CovidCtError) throw error;
    throw new CovidCtError('CANCELLED', 'The download was interrupted.', { hint: 'Run the same command again: it goes on where it stopped.', cause: error });
  } finally {
    connections.close();
  }
}
