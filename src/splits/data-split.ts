import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CovidCtError, joinInside, writeFolderAtomic } from '../base/index.ts';
import type { Release } from '../release/index.ts';
import type { Track } from './types.ts';

/** A name list to write: its path in the folder, and its bytes. */
export interface ListFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

function listFile(folder: string, label: string, split: string, names: readonly string[]): ListFile {
  const seen = new Set(names);
  if (seen.size < names.length) {
    throw new CovidCtError('BAD_RELEASE', `Two images of ${label} have the same name: a correction gave one the label of another.`, {
      hint: 'A name list cannot tell them apart; reject that correction.',
    });
  }
  const broken = names.find((name) => /[\r\n]/.test(name));
  if (broken !== undefined) throw new CovidCtError('BAD_RELEASE', `The name ${JSON.stringify(broken)} holds a line break, so no list can hold it.`);
  return { path: `${folder}${label}/${split}CT_${label}.txt`, bytes: new TextEncoder().encode(names.map((name) => `${name}\n`).join('')) };
}

/**
 * The name lists of a track as upstream lays them out: `<label>/<split>CT_<label>.txt`, one name a line. The legacy track
 * gives the published lists, byte for byte. Folds give a folder each, `fold-<k>/`: fold k tests, the next one (the first
 * after the last) validates, the others train.
 */
export function dataSplitFiles(release: Release, track: Track): ListFile[] {
  if (track.name === 'legacy' && release.layout === 'upstream') {
    return release.lists.map(({ path, bytes }) => ({ path: path.replace(/^(?:.*\/)?Data-split\//, ''), bytes }));
  }
  const labels = [...new Set([...release.labels, ...track.images.map((entry) => entry.label)])];
  const names = (label: string, parts: readonly string[]): string[] =>
    track.images.filter((entry) => entry.label === label && parts.includes(entry.part)).map((entry) => entry.image.name);
  if (track.kind === 'split') return labels.flatMap((label) => track.parts.map((part) => listFile('', label, part, names(label, [part]))));
  return track.parts.flatMap((test, k) => {
    const val = track.parts[(k + 1) % track.parts.length] ?? test;
    const train = track.parts.filter((part) => part !== test && part !== val);
    return labels.flatMap((label) => [
      listFile(`${test}/`, label, 'train', names(label, train)),
      listFile(`${test}/`, label, 'val', names(label, [val])),
      listFile(`${test}/`, label, 'test', names(label, [test])),
    ]);
  });
}

/**
 * Writes `Data-split` of a track: all lists or none.
 * @param out the folder that holds the labels' folders, as upstream's `Data-split` does
 * @throws CovidCtError TARGET_EXISTS, or BAD_RELEASE for names that lists cannot hold
 */
export async function writeDataSplit(release: Release, track: Track, out: string): Promise<readonly ListFile[]> {
  const files = dataSplitFiles(release, track);
  await writeFolderAtomic(out, async (folder) => {
    for (const { path, bytes } of files) {
      const target = joinInside(folder, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, bytes);
    }
  });
  return files;
}
