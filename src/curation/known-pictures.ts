import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { noProgress, sha256, writeFileAtomic, type Progress, type Workspace } from '../base/index.ts';
import { createDuplicateIndex, describePicture, findDuplicatesOf, type DescribedPicture, type PicturePair } from '../audit/index.ts';
import { decodePicture } from '../imaging/node.ts';
import type { Picture } from '../imaging/index.ts';
import type { Release } from '../release/index.ts';
import type { Database, Store } from '../store/index.ts';
import { listCandidates } from './review/candidates.ts';
import type { ReviewedCandidate } from './review/state.ts';

/** Every picture that a new one may be a copy of: those of a release, and the candidates that nobody has rejected. */
export interface KnownPictures {
  /** Ids of images (`<label>/<name>`) and candidates with the very bytes. */
  withHash(hash: string): readonly string[];
  /** Copies and look-alikes, by id, the surest first. */
  like(picture: Picture): readonly PicturePair[];
}

/** Raised when the description of the same picture would differ from before. */
const descriptionVersion = 1;

/** The description of a picture from the workspace, else made and kept there: making one takes 30 ms. */
async function describe(workspace: Workspace, name: string, bytes: Uint8Array, hash: string): Promise<DescribedPicture | undefined> {
  const path = workspace.path('descriptions', String(descriptionVersion), hash.slice(0, 2), hash.slice(2));
  try {
    return { ...(deserialize(await readFile(path)) as DescribedPicture), name };
  } catch {
    // Not there, or cut short by a full disk: made anew.
  }
  const picture = await decodePicture(bytes).catch(() => undefined);
  if (picture === undefined) return undefined;
  const described = describePicture(name, picture);
  await writeFileAtomic(path, serialize(described));
  return described;
}

/** A picture that is known. */
export interface KnownPicture {
  readonly id: string;
  readonly hash: string;
  /** Undefined where it cannot be decoded: it is known by its bytes alone. */
  readonly described: DescribedPicture | undefined;
}

/** Describes pictures of a release, or some of its images. */
export async function describeImages(workspace: Workspace, release: Release, progress: Progress = noProgress): Promise<KnownPicture[]> {
  const known: KnownPicture[] = [];
  for (const image of release.images) {
    const bytes = await release.bytes(image);
    const hash = sha256(bytes);
    known.push({ id: image.id, hash, described: await describe(workspace, image.id, bytes, hash) });
    progress({ label: 'known pictures', done: known.length, total: release.images.length });
  }
  return known;
}

/** Candidates that a new picture may be a copy of: those that nobody has rejected. @param except passed over: those that are looked at themselves */
export async function livingCandidates(db: Database, except: ReadonlySet<string> = new Set()): Promise<{ readonly id: string; readonly hash: string }[]> {
  const candidates = await listCandidates(db, { states: ['proposed', 'accepted', 'needs work', 'disputed'] });
  return candidates.flatMap(({ id, record }) => (except.has(id) ? [] : [{ id, hash: record.picture.sha256 }]));
}

/** Describes pictures of candidates, which are objects of the workspace. */
export async function describeCandidates(workspace: Workspace, candidates: readonly { readonly id: string; readonly hash: string }[], progress: Progress = noProgress): Promise<KnownPicture[]> {
  const known: KnownPicture[] = [];
  for (const { id, hash } of candidates) {
    known.push({ id, hash, described: await describe(workspace, id, await workspace.objects.get(hash), hash) });
    progress({ label: 'known candidates', done: known.length, total: candidates.length });
  }
  return known;
}

/** Makes pictures searchable. */
export function indexPictures(known: readonly KnownPicture[]): KnownPictures {
  const byHash = new Map<string, string[]>();
  for (const { id, hash } of known) byHash.set(hash, [...(byHash.get(hash) ?? []), id]);
  const index = createDuplicateIndex(known.flatMap(({ described }) => described ?? []));
  return { withHash: (hash) => byHash.get(hash) ?? [], like: (picture) => findDuplicatesOf(describePicture('\0', picture), index) };
}

/**
 * Gathers the pictures of a release and the candidates of a store, ready to be searched.
 * @param except candidates that are passed over: those that are looked at themselves
 */
export async function knownPictures(release: Release | undefined, store: Store, options: { readonly progress?: Progress; readonly except?: ReadonlySet<string> } = {}): Promise<KnownPictures> {
  const { progress = noProgress, except } = options;
  const images = release === undefined ? [] : await describeImages(store.workspace, release, progress);
  return indexPictures([...images, ...(await describeCandidates(store.workspace, await livingCandidates(store.db, except), progress))]);
}

/** The same, of candidates that were read before: the database is not needed. */
export async function gatherPictures(workspace: Workspace, release: Release | undefined, candidates: readonly ReviewedCandidate[], progress: Progress): Promise<KnownPictures> {
  const images = release === undefined ? [] : await describeImages(workspace, release, progress);
  return indexPictures([...images, ...(await describeCandidates(workspace, candidates.map(({ id, record }) => ({ id, hash: record.picture.sha256 })), progress))]);
}
