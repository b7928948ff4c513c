import { resolveImages, type Overlay } from '../audit/index.ts';
import type { Release, ReleaseImage } from '../release/index.ts';
import { tieKinds, type TieKind, type Ties } from './types.ts';

/** Keys of a kind that an image has by itself. A paper has several names; images tied by any of them are one paper's. */
function ownKeys(kind: TieKind, image: ReleaseImage): string[] {
  if (kind === 'patient') return image.patient === undefined ? [] : [image.patient];
  if (kind === 'figure') return image.parts.figure === undefined ? [] : [image.parts.figure];
  if (kind !== 'paper') return [];
  const dois = [image.doi, image.parts.doi].flatMap((doi) => (doi === undefined ? [] : [`doi:${doi.toLowerCase()}`]));
  const stem = image.parts.stem === undefined ? [] : [`stem:${image.parts.stem}`];
  const named = image.paper === undefined || dois.includes(`doi:${image.paper.toLowerCase()}`) || image.paper === image.parts.stem;
  return [...new Set([...dois, ...stem, ...(named ? [] : [`paper:${image.paper}`])])];
}

/**
 * All that ties the images of a release together: patient, paper (its DOI, its stem), figure, true duplicate, and what
 * accepted corrections group. An image whose paper or patient the release does not tell has no key of that kind.
 * @param duplicates groups of true duplicates, by the names that the audit uses
 * @throws CovidCtError NOT_FOUND or USAGE when a duplicate's name is none of the release
 */
export function tiesOf(release: Release, duplicates: readonly (readonly string[])[] = [], overlay?: Pick<Overlay, 'groups'>): Ties {
  const named = new Map<TieKind, readonly (readonly string[])[]>([
    ['duplicate', duplicates.map((names) => resolveImages(release, names))],
    ['correction', overlay?.groups ?? []],
  ]);
  return new Map(
    tieKinds.map((kind) => {
      const keys = new Map<string, string[]>();
      for (const image of release.images) {
        for (const key of ownKeys(kind, image)) {
          const ids = keys.get(key) ?? [];
          ids.push(image.id);
          keys.set(key, ids);
        }
      }
      for (const ids of named.get(kind) ?? []) {
        const sorted = [...new Set(ids)].toSorted();
        if (sorted.length > 1) keys.set(sorted.join(' = '), sorted);
      }
      return [kind, keys];
    }),
  );
}
