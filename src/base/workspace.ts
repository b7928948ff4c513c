import { join, resolve } from 'node:path';
import { openObjectStore, type ObjectStore } from './objects.ts';

/** The folder in which covid-ct keeps what it fetched and made: objects by hash, the fetched release, corrections. */
export interface Workspace {
  readonly folder: string;
  readonly objects: ObjectStore;
  /** A path inside the workspace. */
  path(...parts: readonly string[]): string;
}

/**
 * The workspace: the folder given, else `COVID_CT_WORKSPACE`, else `.covid-ct` in the working directory.
 * Nothing is made until something is written.
 */
export function openWorkspace(folder?: string, environment: NodeJS.ProcessEnv = process.env): Workspace {
  const root = resolve(folder ?? environment['COVID_CT_WORKSPACE'] ?? '.covid-ct');
  return { folder: root, objects: openObjectStore(join(root, 'objects')), path: (...parts) => join(root, ...parts) };
}
