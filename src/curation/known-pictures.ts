import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { noProgress, sha256, writeFileAtomic, type Progress, type Workspace } from '../base/index.ts';
import { createDuplicateIndex, describePicture, findDuplicatesOf, type DescribedPicture, type PicturePair } from '../audit/index.ts';
import { decodePicture } from '../imaging/node.ts';
import type { Picture } from '../imaging/index.ts';
import type { Release } from '../release/index.ts';
import type { Store } from '../store/index.ts';
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

/**
 * Gathers the pictures of a release and the candidates of a store, ready to be searched.
 * @param except candidates that are passed over: those that are looked at themselves
 */
export async function knownPictures(release: Release | undefined, store: Store, options: { readonly progress?: Progress; readonly except?: ReadonlySet<string> } = {}): Promise<KnownPictures> {
  const { progress = noProgress, except = new Set<string>() } = options;
  const candidates = (await listCandidates(store.db, { states: ['proposed', 'accepted', 'needs work', 'disputed'] })).filter(({ id }) => !except.has(id));
  return gatherPictures(store.workspace, release, candidates, progress);
}

/** The same, of candidates that were read before: the database is not needed. */
export async function gatherPictures(workspace: Workspace, release: Release | undefined, candidates: readonly ReviewedCandidate[], progress: Progress): Promise<KnownPictures> {
  const described: DescribedPicture[] = [];
  const byHash = new Map<string, string[]>();
  const add = async (id: string, bytes: Uint8Array): Promise<void> => {
    const hash = sha256(bytes);
    byHash.set(hash, [...(byHash.get(hash) ?? []), id]);
    const one = await describe(workspace, id, bytes, hash);
    if (one !== undefined) described.push(one);
  };
  const images = release?.images ?? [];
  const total = images.length + candidates.length;
  let done = 0;
  for (const image of images) {
    if (release !== undefined) await add(image.id, await release.bytes(image));
    progress({ label: 'known pictures', done: ++done, total });
  }
  for (const { id, record } of candidates) {
    await add(id, await workspace.objects.get(record.picture.sha256));
    progress({ label: 'known pictures', done: ++done, total });
  }
  const index = createDuplicateIndex(described);
  return { withHash: (hash) => byHash.get(hash) ?? [], like: (picture) => findDuplicatesOf(describePicture('\0', picture), index) };
}
