import { decodePicture } from '../../src/imaging/node.ts';
import { openFileTree } from '../../src/release/index.ts';
import type { Picture } from '../../src/imaging/index.ts';
import { realPath } from './real-release.ts';

/** A real picture and a name that is unique among all that are read here: `COVID/x.png`, `NonCOVID/y.jpg`, `LUNA/z.png`. */
export interface RealPicture {
  readonly name: string;
  readonly picture: Picture;
}

async function picturesOf(path: string, nameOf: (path: string) => string | undefined, every: number): Promise<RealPicture[]> {
  const tree = await openFileTree(path);
  try {
    const named = tree.entries.flatMap((entry) => {
      const name = nameOf(entry.path);
      return name === undefined ? [] : [{ name, path: entry.path }];
    });
    const pictures: RealPicture[] = [];
    for (const { name, path: inner } of named.filter((_, i) => i % every === 0)) pictures.push({ name, picture: await decodePicture(await tree.read(inner)) });
    return pictures;
  } finally {
    await tree.close();
  }
}

/** The release's pictures, or every n-th of them, sorted by path. */
export function releasePictures(every = 1): Promise<RealPicture[]> {
  return picturesOf(realPath('release'), (path) => /CT_((?:Non)?COVID\/[^/]+\.(?:png|jpe?g))$/i.exec(path)?.[1], every);
}

/** The 1,000 slices of LUNA16, or every n-th of them. */
export function lunaPictures(every = 1): Promise<RealPicture[]> {
  return picturesOf(realPath('luna'), (path) => (/\.png$/i.test(path) ? `LUNA/${path.replace(/^.*\//, '')}` : undefined), every);
}
