import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { CovidCtError, systemErrorCode } from '../../base/index.ts';
import { decodePicture } from '../../imaging/node.ts';
import type { Picture } from '../../imaging/index.ts';
import { isPictureName, type Release, type ReleaseImage } from '../../release/index.ts';

/** A picture to be scored: its name in the table, and how to get it. */
export interface PictureSource {
  readonly name: string;
  /** Throws CovidCtError where it is missing or no picture. */
  readonly read: () => Promise<Picture>;
}

function fileSource(path: string, name = path): PictureSource {
  return { name, read: async () => decodePicture(await readFile(path)) };
}

/**
 * Pictures by path: a file is one, whatever its name; of a folder all below it whose names end as pictures' do, sorted.
 * What is not there becomes a picture that cannot be read, so that the others are scored all the same.
 */
export async function picturesAt(paths: readonly string[]): Promise<readonly PictureSource[]> {
  const sources: PictureSource[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then((entry) => entry.isDirectory(), () => false);
    if (!isFolder) sources.push(fileSource(path));
    else sources.push(...(await readdir(path, { recursive: true })).filter(isPictureName).toSorted().map((name) => fileSource(join(path, name))));
  }
  // A picture that was named twice, by itself and by its folder, is one.
  return [...new Map(sources.map((source) => [source.name, source])).values()];
}

/**
 * Pictures named in a text file, a line each; a relative path starts from the file's own folder. Empty lines are skipped.
 * @throws CovidCtError NOT_FOUND when there is no such file
 */
export async function picturesListed(list: string): Promise<readonly PictureSource[]> {
  let text: string;
  try {
    text = await readFile(list, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new CovidCtError('NOT_FOUND', `There is no list ${list}.`, { hint: 'Give a text file with the path of a picture in each line.', cause: error });
  }
  const names = text.replace(/^\uFEFF/, '').split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
  return names.map((name) => fileSource(isAbsolute(name) ? name : join(dirname(list), name), name));
}

/** Pictures of a release, by their names in its lists; where two labels share a name, by `<label>/<name>`. */
export function picturesOf(release: Release, images: readonly ReleaseImage[]): readonly PictureSource[] {
  const counts = new Map<string, number>();
  for (const { name } of release.images) counts.set(name, (counts.get(name) ?? 0) + 1);
  return images.map((image) => ({ name: counts.get(image.name) === 1 ? image.name : image.id, read: () => release.picture(image) }));
}
