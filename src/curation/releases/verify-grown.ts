import type { Release } from '../../release/index.ts';
import { confirmationFaults, readConfirmations, type Confirmation } from '../review/confirmations.ts';
import { hashImages } from './diff.ts';
import { readReleaseDocument } from './document.ts';

/** What a release that covid-ct made says of itself, held against its files. */
export interface GrownVerification {
  readonly version: string;
  /** A sentence each: images that are missing, altered, too many or in another split; signatures that do not hold. */
  readonly faults: readonly string[];
  readonly confirmations: readonly { readonly confirmation: Confirmation; readonly valid: boolean; readonly covered: number }[];
}

/**
 * Checks a release against its release.json and the confirmations that it carries. Whether a key belongs to whom it names, nobody can
 * tell from here.
 * @returns `undefined` for a release that covid-ct did not make
 * @throws CovidCtError BAD_RELEASE for documents that cannot be read
 */
export async function verifyGrown(release: Release): Promise<GrownVerification | undefined> {
  const document = await readReleaseDocument(release);
  if (document === undefined) return undefined;
  const hashes = await hashImages(release);
  const told = new Map(document.images.map((image) => [image.id, image]));
  const faults = [
    ...document.images.flatMap(({ id, sha256 }) => (hashes.has(id) ? (hashes.get(id) === sha256 ? [] : [`${id} is not the picture that release.json names.`]) : [`${id} is missing.`])),
    ...release.images.flatMap((image) => {
      const known = told.get(image.id);
      if (known === undefined) return [`${image.id} is not named by release.json.`];
      return (image.split ?? null) === known.split ? [] : [`${image.id} is in ${image.split ?? 'no list'}; release.json says ${known.split ?? 'no list'}.`];
    }),
    ...document.tombstones.flatMap(({ id, sha256 }) => (hashes.get(id) === sha256 ? [`${id} was withdrawn, and is there.`] : [])),
  ];
  const present = new Set(hashes.values());
  const confirmations = (await readConfirmations(release.source)).map((confirmation) => {
    const wrong = confirmationFaults(confirmation);
    faults.push(...wrong);
    return { confirmation, valid: wrong.length === 0, covered: confirmation.images.filter((hash) => present.has(hash)).length };
  });
  return { version: document.version, faults, confirmations };
}
