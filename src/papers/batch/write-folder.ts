import { copyFile, readdir, readFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { CovidCtError, ifThere, systemErrorCode, writeFileAtomic, writeFolderAtomic, type ObjectStore, type Progress } from '../../base/index.ts';
import { extractionSchema, type Extraction } from '../candidates/index.ts';

/** The document's name in a folder of candidates. */
export const candidatesFile = 'candidates.json';

/** Reads a folder's document. @returns `undefined` where there is none @throws CovidCtError BAD_INPUT where it is none of ours */
export async function readCandidates(folder: string): Promise<Extraction | undefined> {
  const text = await ifThere(readFile(join(folder, candidatesFile), 'utf8'));
  if (text === undefined) return undefined;
  try {
    return extractionSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${join(folder, candidatesFile)} was not written by covid-ct extract, or has been changed.`, { hint: 'Run covid-ct extract again with another --out.', cause: error });
  }
}

/**
 * Writes candidates into a folder: PNG files and `candidates.json`, at once. An earlier result is replaced, a folder that
 * holds anything else is not.
 * @throws CovidCtError TARGET_EXISTS
 */
export async function writeCandidates(folder: string, extraction: Extraction, objects: ObjectStore, progress: Progress): Promise<void> {
  await writeFolderAtomic(
    folder,
    async (draft) => {
      for (const [i, { file, sha256 }] of extraction.candidates.entries()) {
        await copyFile(objects.pathOf(sha256), join(draft, file), constants.COPYFILE_FICLONE);
        progress({ label: 'Writing', done: i, total: extraction.candidates.length });
      }
      progress({ label: 'Writing', done: 1, total: 1 });
      await writeFileAtomic(join(draft, candidatesFile), `${JSON.stringify(extraction, null, 2)}\n`);
    },
    { replace: await isOurs(folder) },
  );
}

/** Whether a folder holds an earlier result and nothing else. */
async function isOurs(folder: string): Promise<boolean> {
  const earlier = await readCandidates(folder).catch((error: unknown) => {
    if (error instanceof CovidCtError || systemErrorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  });
  if (earlier === undefined) return false;
  const known = new Set([candidatesFile, ...earlier.candidates.map(({ file }) => file)]);
  return (await readdir(folder)).every((name) => known.has(name));
}
