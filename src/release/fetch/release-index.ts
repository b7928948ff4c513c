import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CovidCtError, ifThere, writeFileAtomic, type Workspace } from '../../base/index.ts';
import { cleanPath } from '../file-tree.ts';

const fileSchema = z.strictObject({
  /** Where it stands in the release. */
  path: z.string().refine((path) => {
    const cleaned = cleanPath(path);
    return 'path' in cleaned && cleaned.path === path && path !== '';
  }, 'leads out of the release, or is not normalised'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
  /** The address, or the path below the source, from which it came. */
  from: z.string(),
  fetched: z.iso.datetime(),
});

const indexSchema = z.strictObject({
  format: z.literal('covid-ct release'),
  version: z.literal(1),
  source: z.string(),
  fetched: z.iso.datetime(),
  files: z.array(fileSchema).refine((files) => new Set(files.map((file) => file.path)).size === files.length, 'names a path twice'),
});

/** One file of the workspace's release: its path, and the object that holds its bytes. */
export type IndexedFile = z.infer<typeof fileSchema>;
/** `release.json`: what the workspace's release is made of. It is written last; without it nothing was imported. */
export type ReleaseIndex = z.infer<typeof indexSchema>;

/** The workspace's release, if one was fetched. @throws CovidCtError BAD_RELEASE where the file cannot be read */
export async function readReleaseIndex(workspace: Workspace): Promise<ReleaseIndex | undefined> {
  const path = workspace.path('release.json');
  const hint = 'Remove that file and run covid-ct fetch again.';
  const text = await ifThere(readFile(path, 'utf8'));
  if (text === undefined) return undefined;
  try {
    return indexSchema.parse(JSON.parse(text));
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0] : 'it is no JSON';
    throw new CovidCtError('BAD_RELEASE', `${path} cannot be read: ${what}.`, { hint, cause: error });
  }
}

/** Makes files the workspace's release, at once: a kill leaves the one before, or this one. */
export async function writeReleaseIndex(workspace: Workspace, index: ReleaseIndex): Promise<void> {
  await writeFileAtomic(workspace.path('release.json'), `${JSON.stringify(index, null, 1)}\n`);
}
