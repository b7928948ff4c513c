import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CovidCtError, ifThere, sha256 } from '../../base/index.ts';
import { appendEvent, canonicalJson, readEventsOf, type Database } from '../../store/index.ts';
import { reviewerId, reviewerSchema, type Reviewer } from './reviewers.ts';

const signedSchema = z.strictObject({
  format: z.literal('covid-ct confirmation 1'),
  reviewer: reviewerSchema,
  /** What the reviewer says of the images. */
  statement: z.string().min(1).max(5000),
  /** ISO 8601, UTC. */
  when: z.iso.datetime(),
  /** SHA-256 of the files of the images, sorted. */
  images: z.array(z.string().regex(/^[0-9a-f]{64}$/)).min(1),
});

/** A reviewer's signed statement on images. The signature is Ed25519 (RFC 8032) over the canonical JSON of everything else. */
export const confirmationSchema = signedSchema.extend({ signature: z.base64() });
/** See {@link confirmationSchema}. */
export type Confirmation = z.infer<typeof confirmationSchema>;

/** The bytes that are signed: JSON with keys in order, in UTF-8. */
function signedBytes({ signature: _signature, ...rest }: Confirmation): Buffer {
  return Buffer.from(canonicalJson(rest));
}

/** Signs a statement on images. @param images hashes of their files; at least one */
export function signConfirmation(reviewer: Reviewer, key: KeyObject, statement: string, images: readonly string[], when: Date): Confirmation {
  const parsed = signedSchema.safeParse({ format: 'covid-ct confirmation 1', reviewer, statement, when: when.toISOString(), images: [...new Set(images)].toSorted() });
  if (!parsed.success) throw new CovidCtError('USAGE', 'A confirmation is a statement on at least one image.', { hint: 'covid-ct reviewer confirm --statement "…"', cause: parsed.error });
  const unsigned = { ...parsed.data, signature: '' };
  return { ...unsigned, signature: sign(null, signedBytes(unsigned), key).toString('base64') };
}

/** What is wrong with a confirmation: a sentence each; none where its signature holds and its id belongs to its key. */
export function confirmationFaults(confirmation: Confirmation): string[] {
  const { reviewer } = confirmation;
  const who = `The confirmation of ${reviewer.name} (${reviewer.id})`;
  if (reviewerId(reviewer.publicKey) !== reviewer.id) return [`${who} carries another key than its id belongs to.`];
  try {
    const key = createPublicKey({ key: Buffer.from(reviewer.publicKey, 'base64'), type: 'spki', format: 'der' });
    if (key.asymmetricKeyType !== 'ed25519') return [`${who} is not signed with Ed25519.`];
    if (!verify(null, signedBytes(confirmation), key, Buffer.from(confirmation.signature, 'base64'))) return [`${who} does not bear a valid signature: it was altered, or not signed by that key.`];
  } catch {
    return [`${who} carries no readable key.`];
  }
  return [];
}

/** Keeps a confirmation. Confirming the same again keeps one. */
export async function keepConfirmation(db: Database, confirmation: Confirmation): Promise<void> {
  const id = sha256(confirmation.signature).slice(0, 16);
  await appendEvent(db, { stream: `confirmation/${id}`, kind: 'confirmed', body: confirmation, at: new Date(confirmation.when), after: 0 });
}

/** Every confirmation that is kept, oldest first. */
export async function listConfirmations(db: Database): Promise<Confirmation[]> {
  return (await readEventsOf(db, 'confirmation/')).map(({ body }) => confirmationSchema.parse(body));
}

/** The name of the file in a release that holds its confirmations. */
export const confirmationsFile = 'confirmations.json';

/** The confirmations that a release carries; none where it has no such file. @throws CovidCtError BAD_RELEASE for one that cannot be read */
export async function readConfirmations(folder: string): Promise<Confirmation[]> {
  const path = join(folder, confirmationsFile);
  const text = await ifThere(readFile(path, 'utf8'));
  if (text === undefined) return [];
  try {
    return z.array(confirmationSchema).parse(JSON.parse(text));
  } catch (error) {
    throw new CovidCtError('BAD_RELEASE', `${path} cannot be read as confirmations.`, { hint: 'Restore it, or take it out.', cause: error });
  }
}
