import { nameImages, releaseFingerprint } from '../../audit/index.ts';
import { CovidCtError, sha256 } from '../../base/index.ts';
import type { Release, ReleaseImage } from '../../release/index.ts';
import type { ShelfPlace } from './shelf.ts';

/** An image with what lists and searches ask of it. */
export interface ImageEntry {
  readonly image: ReleaseImage;
  /** Stands in addresses: the first 64 bits of its id's SHA-256. Names hold blanks, slashes and percent signs. */
  readonly key: string;
  /** As the audit and name lists call it. */
  readonly name: string;
  readonly caption: string | undefined;
  /** All words that a search looks at, in small letters. */
  readonly words: string;
}

/** A release that was opened, with its images to be found by key and by name. */
export interface IndexedRelease {
  readonly place: ShelfPlace;
  readonly release: Release;
  /** The same for the same images: part of every cache's name. */
  readonly fingerprint: string;
  readonly entries: readonly ImageEntry[];
  /** @throws CovidCtError NOT_FOUND */
  byKey(key: string): ImageEntry;
  /** By name or id; undefined for one that is not there. */
  byName(name: string): ImageEntry | undefined;
}

/** The captions of an image, one below the other. */
function captionOf({ metadata }: ReleaseImage): string | undefined {
  const captions = metadata?.captions.value ?? [];
  return captions.length > 0 ? captions.join('\n') : undefined;
}

function toEntry(image: ReleaseImage, name: string): ImageEntry {
  const caption = captionOf(image);
  const words = [image.id, image.patient, image.paper, image.doi, image.venue, caption, image.metadata?.location.raw, image.metadata?.history.raw].filter((part) => part !== undefined).join('\n').toLowerCase();
  return { image, key: sha256(image.id).slice(0, 16), name, caption, words };
}

/** Makes the images of a release findable. */
export function indexRelease(place: ShelfPlace, release: Release): IndexedRelease {
  const nameOf = nameImages(release.images);
  const entries = release.images.map((image) => toEntry(image, nameOf(image)));
  const keys = new Map(entries.map((entry) => [entry.key, entry]));
  if (keys.size !== entries.length) throw new CovidCtError('BAD_RELEASE', `Two images of ${release.name} share a key.`);
  const names = new Map([...entries.map((entry): [string, ImageEntry] => [entry.image.id, entry]), ...entries.map((entry): [string, ImageEntry] => [entry.name, entry])]);
  return {
    place,
    release,
    fingerprint: releaseFingerprint(release).slice(0, 16),
    entries,
    byKey: (key) => {
      const entry = keys.get(key);
      if (entry === undefined) throw new CovidCtError('NOT_FOUND', `${release.name} has no image ${key}.`);
      return entry;
    },
    byName: (name) => names.get(name),
  };
}
