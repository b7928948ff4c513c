import { z } from 'zod';
import { CovidCtError, sha256 } from '../base/index.ts';
import type { Release } from '../release/index.ts';
import { appendEvent, readEvents, type Database } from '../store/index.ts';
import type { Actor } from './review/candidates.ts';

const stream = 'withdrawals';

/** What stays of an image that was withdrawn: that it was there, and why it is gone. The picture does not stay. */
export const tombstoneSchema = z.strictObject({
  /** `<label>/<name>`. */
  id: z.string(),
  /** Of its file: by it the picture is known when somebody gives it again. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Why, in words that may be published. */
  reason: z.string().min(1).max(2000),
  by: z.string(),
  /** ISO 8601, UTC. */
  when: z.iso.datetime(),
});
/** See {@link tombstoneSchema}. */
export type Tombstone = z.infer<typeof tombstoneSchema>;

/** Every withdrawal, oldest first. */
export async function listTombstones(db: Database): Promise<Tombstone[]> {
  return (await readEvents(db, stream)).map(({ body }) => tombstoneSchema.parse(body));
}

/** Hashes of the files of everything that was withdrawn. */
export async function withdrawnHashes(db: Database): Promise<ReadonlySet<string>> {
  return new Set((await listTombstones(db)).map((tombstone) => tombstone.sha256));
}

/**
 * Withdraws images from the releases to come; published ones stay as they are, and it is for whoever serves them to take them down.
 * Withdrawing the same again changes nothing.
 * @param names ids or names of images of the release
 * @throws CovidCtError NOT_FOUND, USAGE without a reason
 */
export async function withdrawImages(db: Database, release: Release, names: readonly string[], actor: Actor): Promise<Tombstone[]> {
  if (actor.why.trim() === '') throw new CovidCtError('USAGE', 'A withdrawal needs a reason that may be published.', { hint: '--reason "consent withdrawn"' });
  const known = new Set((await listTombstones(db)).map(({ id }) => id));
  const added: Tombstone[] = [];
  for (const name of names) {
    const found = release.images.filter((image) => image.id === name || image.name === name);
    const [image] = found;
    if (image === undefined) throw new CovidCtError('NOT_FOUND', `No image of ${release.name} is called ${JSON.stringify(name)}.`, { hint: 'covid-ct list shows the names; quote names with % or spaces.' });
    if (found.length > 1) throw new CovidCtError('USAGE', `${JSON.stringify(name)} is the name of ${found.length} images.`, { hint: `Say which: ${found.map(({ id }) => id).join(', ')}.` });
    if (known.has(image.id)) continue;
    const tombstone: Tombstone = { id: image.id, sha256: sha256(await release.bytes(image)), reason: actor.why, by: actor.by, when: actor.when.toISOString() };
    await appendEvent(db, { stream, kind: 'withdrawn', body: tombstone, at: actor.when });
    added.push(tombstone);
  }
  return added;
}
