import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CovidCtError, ifThere, withLock, writeFileAtomic, type Workspace } from '../../base/index.ts';
import type { Release } from '../../release/index.ts';
import { emptyCorrections, releaseFingerprint } from './corrections.ts';
import { correctionsFileSchema, type CorrectionsFile } from './schema.ts';

/** In a release's folder: the accepted corrections of the version before it that still hold. */
export const errataFile = 'errata.json';

/** Where the corrections of a release stand: in the workspace, one file a release. */
export function correctionsPath(workspace: Workspace, release: Release): string {
  return workspace.path('corrections', `${releaseFingerprint(release).slice(0, 16)}.json`);
}

/** The corrections that a release brings along, as `covid-ct release new` writes them; none where there is no such file. */
async function broughtAlong(release: Release): Promise<CorrectionsFile> {
  const path = join(release.source, errataFile);
  const text = await ifThere(readFile(path, 'utf8'));
  return text === undefined ? emptyCorrections(release) : parseCorrections(text, path, release);
}

/**
 * Reads the overlay of a release. Where the file is absent, the release's own errata are its overlay, so that accepted corrections
 * are followed wherever the release is read; without them it is empty.
 * @throws CovidCtError BAD_INPUT when the file is no overlay, or one of another release
 */
export async function readCorrections(path: string, release: Release): Promise<CorrectionsFile> {
  const text = await ifThere(readFile(path, 'utf8'));
  return text === undefined ? broughtAlong(release) : parseCorrections(text, path, release);
}

function parseCorrections(text: string, path: string, release: Release): CorrectionsFile {
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
