import { looseNameKey, withoutExtension } from './file-name.ts';
import type { FoundImage, FoundRelease } from './found-files.ts';
import type { MetadataRow, ReadProblem } from './types.ts';

/** Rows by image, and what did not fit. */
export interface JoinedMetadata {
  readonly rowOf: ReadonlyMap<FoundImage, MetadataRow>;
  readonly problems: readonly ReadProblem[];
}

/**
 * Joins rows to images by name: as written, else without the extension, else with `_` or `-` for `%`, each only where it
 * fits one image. A row that fits none, and a second row for an image, are problems; the first row counts.
 */
export function joinMetadata(found: Pick<FoundRelease, 'images' | 'tables'>): JoinedMetadata {
  const rowOf = new Map<FoundImage, MetadataRow>();
  const problems: ReadProblem[] = [];
  for (const table of found.tables) {
    const own = found.images.filter((image) => image.label === table.label);
    const images = own.length > 0 ? own : found.images;
    const exact = groupByKey(images, (image) => image.name);
    const bare = groupByKey(images, (image) => withoutExtension(image.name));
    const loose = groupByKey(images, (image) => looseNameKey(image.name));
    for (const row of table.rows) {
      const name = row.imageName.value;
      if (name === undefined) continue;
      const place = { file: row.file, row: row.row, raw: row.imageName.raw };
      const attempts: readonly (readonly [string | undefined, readonly FoundImage[] | undefined, string])[] = [
        [undefined, exact.get(name), ''],
        ['NAME_WITHOUT_EXTENSION', bare.get(name), 'lacks its extension'],
        ['NAME_SPELLED_OTHERWISE', loose.get(looseNameKey(name)), 'spells it otherwise'],
      ];
      const hit = attempts.find(([, images]) => images !== undefined && images.length > 0);
      const fitting = hit?.[1] ?? [];
      const [image] = fitting;
      if (hit === undefined || image === undefined) {
        problems.push({ ...place, code: 'ROW_WITHOUT_IMAGE', image: name, message: `No image has the name ${JSON.stringify(name)}.` });
        continue;
      }
      // The same name under two labels is two images, and a row of a table about both may mean either.
      if (fitting.length > 1) {
        problems.push({ ...place, code: 'IMAGE_AMBIGUOUS', image: name, message: `${fitting.length} images could be meant by ${JSON.stringify(name)}; it is joined to none.` });
        continue;
      }
      if (hit[0] !== undefined) problems.push({ ...place, code: hit[0], image: image.name, message: `${JSON.stringify(name)} ${hit[2]}: the file is ${JSON.stringify(image.name)}.` });
      const before = rowOf.get(image);
      if (before === undefined) rowOf.set(image, row);
      else problems.push({ ...place, code: 'ROW_REPEATED', image: image.name, message: `Row ${before.row} of ${before.file} describes the same image, and counts.` });
    }
  }
  return { rowOf, problems };
}

function groupByKey<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
