import { CovidCtError, noProgress, sha256, type Progress } from '../base/index.ts';
import { decodePicture } from '../imaging/node.ts';
import { isUpstream } from './claims.ts';
import { acceptedHashes, readManifest } from './manifest.ts';
import type { Release, ReleaseImage } from './types.ts';

/** What `covid-ct verify` found. Images are named by id, `<label>/<name>`. */
export interface Verification {
  /** Whether the release is one whose hashes are known; else only readability can be told. */
  readonly known: boolean;
  readonly images: number;
  readonly bytes: number;
  /** With an accepted hash. */
  readonly unchanged: number;
  /** Pixels were decoded: of all with `decode`, else of those whose hash is not an accepted one. */
  readonly decoded: number;
  /** Known, and not here; or named by a list, and not here. */
  readonly missing: readonly string[];
  /** Lists and tables that upstream's layout has and this release lacks. */
  readonly missingFiles: readonly string[];
  /** Here, and not known. */
  readonly extra: readonly string[];
  /** Here under a known name, with other bytes. */
  readonly changed: readonly string[];
  readonly unreadable: readonly { readonly image: string; readonly reason: string }[];
}

/** How to verify. */
export interface VerifyOptions {
  /** Decode every image, also those whose hash is accepted. */
  readonly decode?: boolean;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Reads and decoding run in threads; four at once keep two cores busy without holding many pictures. */
const atOnce = 4;

/**
 * Checks a release: complete, unchanged, readable? Every image's bytes are read and hashed. Bytes with an accepted hash
 * are known to decode, so that only others are decoded unless `decode` asks for all.
 * @throws CovidCtError CANCELLED; what is wrong with the release is in the result
 */
export async function verifyRelease(release: Release, options: VerifyOptions = {}): Promise<Verification> {
  const known = !release.synthetic && release.layout === 'upstream' && isUpstream(release.images);
  const accepted = known ? acceptedHashes(readManifest()) : new Map<string, readonly string[]>();
  const progress = options.progress ?? noProgress;
  const changed: string[] = [];
  const unreadable: { readonly image: string; readonly reason: string }[] = [];
  let unchanged = 0;
  let decoded = 0;
  let done = 0;

  const check = async (image: ReleaseImage): Promise<void> => {
    try {
      const bytes = await release.bytes(image);
      const hashes = accepted.get(image.id);
      const same = hashes?.includes(sha256(bytes)) === true;
      if (same) unchanged += 1;
      else if (hashes !== undefined) changed.push(image.id);
      if (!same || options.decode === true) {
        decoded += 1;
        await decodePicture(bytes);
      }
    } catch (error) {
      if (!(error instanceof CovidCtError)) throw error;
      unreadable.push({ image: image.id, reason: error.message });
    }
    done += 1;
    progress({ label: 'verifying', done, total: release.images.length });
  };

  const queue = release.images[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      if (options.signal?.aborted === true) throw new CovidCtError('CANCELLED', 'Verifying was interrupted.');
      await check(next.value);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));

  const here = new Set(release.images.map((image) => image.id));
  const listed = release.lists.flatMap((list) => list.names.map((name) => `${list.label}/${name}`));
  const absent = [...new Set([...accepted.keys(), ...listed])].filter((id) => !here.has(id));
  return {
    known,
    images: release.images.length,
    bytes: release.images.reduce((sum, image) => sum + image.size, 0),
    unchanged,
    decoded,
    missing: absent.toSorted(),
    missingFiles: release.problems.filter((problem) => problem.code === 'LIST_MISSING' || problem.code === 'TABLE_MISSING').map((problem) => (problem.code === 'LIST_MISSING' ? problem.file : problem.message)),
    extra: known ? release.images.map((image) => image.id).filter((id) => !accepted.has(id)) : [],
    changed: changed.toSorted(),
    unreadable: unreadable.toSorted((a, b) => (a.image < b.image ? -1 : 1)),
  };
}

/** Whether a verification found nothing wrong. */
export function isWhole(found: Verification): boolean {
  return found.missing.length + found.missingFiles.length + found.extra.length + found.changed.length + found.unreadable.length === 0;
}
