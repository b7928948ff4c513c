import { open, readFile } from 'node:fs/promises';
import { CovidCtError } from '../../base/index.ts';
import { readCsvTable, readWorkbookTable } from '../table-file.ts';
import { openZipFileTree } from '../zip-tree.ts';
import type { FileKind } from './source.ts';

/** The first bytes of a file. */
async function head(path: string, length: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await handle.read(buffer, 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * Refuses what servers send in place of a file, and call a success: a login page, or Git LFS's pointer.
 * @param name what to call it in messages
 * @param code of the error
 */
export async function refuseStandIn(path: string, name: string, code: 'BAD_RELEASE' | 'BAD_INPUT' = 'BAD_RELEASE'): Promise<void> {
  const text = (await head(path, 512)).toString('latin1');
  if (/^\s*<(?:!doctype html|html)/i.test(text)) {
    throw new CovidCtError(code, `${name} is a web page.`, { hint: 'The server sends a page (a login?) in place of the file: check the address in a browser.' });
  }
  if (text.startsWith('version https://git-lfs')) {
    throw new CovidCtError(code, `${name} is a pointer of Git LFS.`, { hint: 'Take the address that serves the file itself, or clone with git lfs and give the folder.' });
  }
}

/**
 * Looks at a file before it is kept.
 * Of a zip every file is unpacked once in memory, so that its checksums prove the bytes that came; a table is read once.
 * @param name what to call it in messages
 * @throws CovidCtError BAD_RELEASE, BAD_ARCHIVE, BAD_WORKBOOK, BAD_TABLE or LIMIT_EXCEEDED
 */
export async function acceptFile(path: string, kind: FileKind, name: string): Promise<void> {
  await refuseStandIn(path, name);
  if (kind === 'workbook') {
    await readWorkbookTable(await readFile(path), name);
    return;
  }
  if (kind === 'names' || kind === 'table') {
    if ((await head(path, 512)).includes(0)) throw new CovidCtError('BAD_RELEASE', `${name} is no text.`, { hint: 'Check the address: something else is served under this name.' });
    if (kind === 'table') readCsvTable(await readFile(path), name);
    return;
  }
  const tree = await openZipFileTree(path).catch((error: unknown) => {
    throw named(error, path, name);
  });
  try {
    for (const entry of tree.entries) await tree.read(entry.path);
  } catch (error) {
    throw named(error, path, name);
  } finally {
    await tree.close();
  }
}

/** The same error with the file called by its name instead of the path of its partial file. */
function named(error: unknown, path: string, name: string): unknown {
  if (!(error instanceof CovidCtError)) return error;
  return new CovidCtError(error.code, error.message.replaceAll(path, name), { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) });
}
