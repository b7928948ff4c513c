import { noProgress, sha256, type Progress } from '../../base/index.ts';
import type { MetadataRow, Release, ReleaseImage } from '../../release/index.ts';
import type { ChangeLevel } from './version.ts';

/** What is different between two releases. Images are named by id, `<label>/<name>`. */
export interface ReleaseDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The same picture under another label. */
  readonly relabelled: readonly { readonly name: string; readonly from: string; readonly to: string }[];
  /** In another split; `none` where no list names it. */
  readonly moved: readonly { readonly id: string; readonly from: string; readonly to: string }[];
  /** The same name with other bytes. */
  readonly changed: readonly string[];
  /** Cells of the metadata, as written. */
  readonly metadata: readonly { readonly id: string; readonly column: string; readonly from: string; readonly to: string }[];
  /** A record that moves, goes, changes or gets another label makes results of before incomparable: major. More of them: minor. */
  readonly level: ChangeLevel;
}

const columns = ['patient', 'age', 'sex', 'location', 'history', 'time', 'severity', 'otherDiseases', 'doi', 'captions'] as const satisfies readonly (keyof MetadataRow)[];

const splitOf = (image: ReleaseImage): string => (image.splits.length === 0 ? 'none' : image.splits.join(' and '));

/** Hashes of the images' files, by id. */
export async function hashImages(release: Release, progress: Progress = noProgress): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const [done, image] of release.images.entries()) {
    hashes.set(image.id, sha256(await release.bytes(image)));
    progress({ label: `reading ${release.name}`, done: done + 1, total: release.images.length });
  }
  return hashes;
}

/**
 * Compares two releases: images by id and by the bytes of their files, splits, metadata.
 * @param hashes of both, as {@link hashImages} gives them
 */
export function compareReleases(before: Release, after: Release, hashes: readonly [ReadonlyMap<string, string>, ReadonlyMap<string, string>]): ReleaseDiff {
  const [hashBefore, hashAfter] = hashes;
  const old = new Map(before.images.map((image) => [image.id, image]));
  const now = new Map(after.images.map((image) => [image.id, image]));
  const gone = before.images.filter(({ id }) => !now.has(id));
  const come = after.images.filter(({ id }) => !old.has(id));
  const relabelled = gone.flatMap((image) => {
    const twin = come.find((other) => other.name === image.name && hashAfter.get(other.id) === hashBefore.get(image.id));
    return twin === undefined ? [] : [{ name: image.name, from: image.label, to: twin.label }];
  });
  const renamed = new Set(relabelled.flatMap(({ name, from, to }) => [`${from}/${name}`, `${to}/${name}`]));
  const both = after.images.flatMap((image) => {
    const earlier = old.get(image.id);
    return earlier === undefined ? [] : [{ image, earlier }];
  });
  const moved = both.flatMap(({ image, earlier }) => (splitOf(image) === splitOf(earlier) ? [] : [{ id: image.id, from: splitOf(earlier), to: splitOf(image) }]));
  const changed = both.flatMap(({ image }) => (hashBefore.get(image.id) === hashAfter.get(image.id) ? [] : [image.id]));
  const metadata = both.flatMap(({ image, earlier }) =>
    columns.flatMap((column) => {
      const from = earlier.metadata?.[column].raw ?? '';
      const to = image.metadata?.[column].raw ?? '';
      return from === to ? [] : [{ id: image.id, column, from, to }];
    }),
  );
  const removed = gone.map(({ id }) => id).filter((id) => !renamed.has(id));
  const added = come.map(({ id }) => id).filter((id) => !renamed.has(id));
  const level = removed.length + relabelled.length + moved.length + changed.length > 0 ? 'major' : added.length > 0 ? 'minor' : metadata.length > 0 ? 'patch' : 'none';
  return { added, removed, relabelled, moved, changed, metadata, level };
}
