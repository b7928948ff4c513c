import { sha256, type Progress } from '../../base/index.ts';
import type { FileTree } from '../file-tree.ts';

/** Every hash under which an image is known, by `<label>/<name>`. Public copies differ in two images: either hash is right. */
export type KnownImages = ReadonlyMap<string, readonly string[]>;

/** How the images that are here differ from those that are known. Names are `<label>/<name>`, sorted. */
export interface ImageCheck {
  readonly known: number;
  /** Here, with a known hash. */
  readonly unchanged: number;
  readonly changed: readonly string[];
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
}

/** `<label>/<name>` of an image of the layout; `undefined` for every other path. */
export function imageIdOf(path: string): string | undefined {
  const match = /^Images-processed\/(?:[^/]+\/)*CT_([A-Za-z]+)\/([^/]+\.(?:png|jpe?g))$/i.exec(path);
  return match === null ? undefined : `${match[1]}/${match[2]}`;
}

/**
 * Compares the bytes of every image of a tree with the known hashes. No picture is decoded.
 * @throws what reading throws
 */
export async function checkImages(tree: FileTree, known: KnownImages, progress: Progress, signal?: AbortSignal): Promise<ImageCheck> {
  const changed: string[] = [];
  const unknown: string[] = [];
  const seen = new Set<string>();
  const images = tree.entries.flatMap(({ path }) => {
    const id = imageIdOf(path);
    return id === undefined ? [] : [{ path, id }];
  });
  let unchanged = 0;
  for (const [index, { path, id }] of images.entries()) {
    signal?.throwIfAborted();
    seen.add(id);
    const accepted = known.get(id);
    if (accepted === undefined) unknown.push(id);
    else if (accepted.includes(sha256(await tree.read(path)))) unchanged += 1;
    else changed.push(id);
    progress({ label: 'checking', done: index + 1, total: images.length });
  }
  const missing = [...known.keys()].filter((id) => !seen.has(id));
  return { known: known.size, unchanged, changed: changed.toSorted(), missing: missing.toSorted(), unknown: unknown.toSorted() };
}

/** Whether every image is here, and as it is known. */
export function imagesAgree(check: ImageCheck): boolean {
  return check.changed.length + check.missing.length + check.unknown.length === 0;
}
