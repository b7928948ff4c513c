import { parseDoi, type Release } from '../../release/index.ts';

/** A DOI as a key: in lower case, without a preprint's version (`…v2`). */
export function doiKey(doi: string): string {
  const lower = doi.toLowerCase();
  return lower.startsWith('10.1101/') ? lower.replace(/v\d{1,2}$/, '') : lower;
}

/** DOIs of a release's papers, by file name and by metadata, as keys. */
export function knownDois({ images, metadata }: Pick<Release, 'images' | 'metadata'>): ReadonlySet<string> {
  const told = [...images.map(({ doi }) => doi), ...metadata.map(({ doi }) => doi.value ?? parseDoi(doi.raw))];
  return new Set(told.flatMap((doi) => (doi === undefined ? [] : [doiKey(doi)])));
}
