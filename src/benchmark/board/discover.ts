import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CovidCtError, pathExists, systemErrorCode } from '../../base/index.ts';
import { openSubmission, type Submission } from '../evaluation/index.ts';

/** Folders below the one that is named: results/<run>, results/<stage>/<run>. */
const deepest = 4;

/** Whether a CSV begins as a table of predictions does. */
async function isPredictions(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(300), 0, 300, 0);
    const columns = (buffer.subarray(0, bytesRead).toString('utf8').split(/\r?\n/)[0] ?? '').replace('\ufeff', '').split(',').map((name) => name.trim().replaceAll('"', '').toLowerCase());
    return columns.includes('image') && columns.includes('score');
  } finally {
    await handle.close();
  }
}

async function below(folder: string, depth: number): Promise<string[]> {
  if (await pathExists(join(folder, 'predictions', 'test.csv'))) return [folder];
  if (depth === deepest) return [];
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.')).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await below(path, depth + 1)));
    else if (entry.name.toLowerCase().endsWith('.csv') && (await isPredictions(path))) found.push(path);
  }
  return found;
}

/**
 * Finished runs and tables of predictions: those named, and those in the folders named. Runs without predictions, which
 * have not finished, are passed over.
 * @throws CovidCtError NOT_FOUND for a path where there is none
 */
export async function findSubmissions(paths: readonly string[]): Promise<Submission[]> {
  const found: string[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then((entry) => entry.isDirectory(), (error: unknown) => {
      if (!['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw error;
      throw new CovidCtError('NOT_FOUND', `There is nothing at ${path}.`, { hint: 'Give folders of runs, or tables of predictions.' });
    });
    const here = isFolder ? await below(path, 0) : [path];
    if (here.length === 0) throw new CovidCtError('NOT_FOUND', `${path} holds no finished run and no table of predictions.`, { hint: 'A run is finished when it has predictions/test.csv; a table has the header image,score.' });
    found.push(...here);
  }
  return Promise.all([...new Set(found)].map(openSubmission));
}
