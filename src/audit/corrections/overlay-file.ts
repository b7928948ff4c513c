import { readFile } from 'node:fs/promises';
import { CovidCtError, systemErrorCode, withLock, writeFileAtomic, type Workspace } from '../../base/index.ts';
import type { Release } from '../../release/index.ts';
import { emptyCorrections, releaseFingerprint } from './corrections.ts';
import { correctionsFileSchema, type CorrectionsFile } from './schema.ts';

/** Where the corrections of a release stand: in the workspace, one file a release. */
export function correctionsPath(workspace: Workspace, release: Release): string {
  return workspace.path('corrections', `${releaseFingerprint(release).slice(0, 16)}.json`);
}

/**
 * Reads the overlay of a release; an absent file is an empty overlay.
 * @throws CovidCtError BAD_INPUT when the file is no overlay, or one of another release
 */
export async function readCorrections(path: string, release: Release): Promise<CorrectionsFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return emptyCorrections(release);
    throw error;
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${path} is not JSON.`, { hint: 'Restore it from a copy: corrections are never rewritten by hand.', cause: error });
  }
  const parsed = correctionsFileSchema.safeParse(document);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new CovidCtError('BAD_INPUT', `${path} holds no corrections: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`, {
      hint: 'Name the file that covid-ct correct wrote.',
      cause: parsed.error,
    });
  }
  if (parsed.data.release.fingerprint !== releaseFingerprint(release)) {
    throw new CovidCtError('BAD_INPUT', `${path} corrects ${parsed.data.release.name}, which is another release than ${release.name}.`, {
      hint: 'Name the release that these corrections were made for with --release.',
    });
  }
  return parsed.data;
}

/** Changes the overlay on disk: one process at a time, and atomically. Gives what `change` gave. */
export function changeCorrections<T extends { readonly file: CorrectionsFile }>(
  path: string,
  release: Release,
  change: (file: CorrectionsFile) => T,
): Promise<T> {
  return withLock(`${path}.lock`, async () => {
    const result = change(await readCorrections(path, release));
    await writeFileAtomic(path, `${JSON.stringify(result.file, null, 2)}\n`);
    return result;
  });
}
