import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CovidCtError, systemErrorCode } from '../../base/index.ts';
import { parseDoi } from '../../release/index.ts';

/** One thing to read. */
export type PaperInput = { readonly kind: 'file'; readonly given: string; readonly path: string; readonly fileName: string } | { readonly kind: 'doi'; readonly given: string; readonly doi: string };

/**
 * What the arguments name: files as they are, folders with all their PDFs (those in folders within too, by name), DOIs.
 * @throws CovidCtError NOT_FOUND for what is none of them; BAD_INPUT for a folder without a PDF
 */
export async function expandInputs(names: readonly string[]): Promise<PaperInput[]> {
  const inputs: PaperInput[] = [];
  for (const name of names) {
    const kind = await kindOf(name);
    if (kind === 'file') inputs.push({ kind, given: name, path: name, fileName: basename(name) });
    else if (kind === 'folder') {
      const files = await pdfsIn(name);
      if (files.length === 0) throw new CovidCtError('BAD_INPUT', `${name} holds no PDF.`, { hint: 'Name a folder with files that end in .pdf, or the files themselves.' });
      inputs.push(...files.map((path): PaperInput => ({ kind: 'file', given: path, path, fileName: basename(path) })));
    } else {
      const doi = parseDoi(name);
      if (doi === undefined) throw new CovidCtError('NOT_FOUND', `${JSON.stringify(name)} is no file, no folder and no DOI.`, { hint: 'A DOI begins with 10., as 10.1101/2020.02.17.20024018.' });
      inputs.push({ kind: 'doi', given: name, doi });
    }
  }
  return inputs;
}

async function kindOf(name: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(name)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}

async function pdfsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.pdf$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
