import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { openFileTree } from '../../src/release/index.ts';
import { realPath } from './real-release.ts';

/**
 * Writes a part of the real release into a folder that a test removes: its metadata whole, and some images of each label.
 * What takes a time for each image takes little then.
 */
export async function writePartOfRelease(folder: string, imagesOfLabel: number): Promise<void> {
  const tree = await openFileTree(realPath('release'));
  const taken = new Map<string, number>();
  try {
    for (const { path } of tree.entries) {
      const label = /CT_((?:Non)?COVID)\/[^/]+\.(?:png|jpe?g)$/i.exec(path)?.[1];
      const count = taken.get(label ?? '') ?? 0;
      if (label !== undefined && count >= imagesOfLabel) continue;
      if (label !== undefined) taken.set(label, count + 1);
      const target = label === undefined ? join(folder, path) : join(folder, 'Images-processed', `CT_${label}`, basename(path));
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, await tree.read(path));
    }
  } finally {
    await tree.close();
  }
}
