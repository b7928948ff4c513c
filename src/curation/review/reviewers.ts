import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { CovidCtError, pathExists, sha256, systemErrorCode, type Workspace } from '../../base/index.ts';
import { appendEvent, readEventsOf, type Database, type Store } from '../../store/index.ts';
import type { Actor } from './candidates.ts';

/** Somebody who reviews, as told by themselves: nobody here checks who they are. */
export const reviewerSchema = z.strictObject({
  /** `r-` and twelve digits of the hash of the public key. */
  id: z.string().regex(/^r-[0-9a-f]{12}$/),
  name: z.string().min(1).max(200),
  /** `senior radiologist, thoracic imaging, 15 years`. */
  qualification: z.string().min(1).max(500),
  /** Ed25519 (RFC 8410), SubjectPublicKeyInfo in DER, base64. */
  publicKey: z.base64(),
});
/** See {@link reviewerSchema}. */
export type Reviewer = z.infer<typeof reviewerSchema>;

/** The id that belongs to a public key: nobody can claim the id of another. */
export function reviewerId(publicKey: string): string {
  return `r-${sha256(Buffer.from(publicKey, 'base64')).slice(0, 12)}`;
}

/** Where the private key of a reviewer stands, unless it was put elsewhere: in the workspace, readable by its owner alone. */
export function keyPath(workspace: Workspace, id: string): string {
  return workspace.path('reviewers', `${id}.pem`);
}

/**
 * Registers a reviewer with a new Ed25519 key. The private key goes into a file that never leaves the machine.
 * @param keyFile where to put it; default: {@link keyPath}. It must not exist.
 * @param passphrase encrypts the key file (PKCS #8, AES-256)
 */
export async function newReviewer(store: Store, who: { readonly name: string; readonly qualification: string }, when: Date, options: { readonly keyFile?: string | undefined; readonly passphrase?: string | undefined } = {}): Promise<{ readonly reviewer: Reviewer; readonly keyFile: string }> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const encoded = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const parsed = reviewerSchema.safeParse({ id: reviewerId(encoded), name: who.name.trim(), qualification: who.qualification.trim(), publicKey: encoded });
  if (!parsed.success) throw new CovidCtError('USAGE', 'A reviewer has a name and a qualification.', { hint: 'covid-ct reviewer new --name "…" --qualification "senior radiologist, 15 years"', cause: parsed.error });
  const reviewer = parsed.data;
  const keyFile = options.keyFile ?? keyPath(store.workspace, reviewer.id);
  const encryption = options.passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: options.passphrase };
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption });
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 });
  try {
    await writeFile(keyFile, pem, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw new CovidCtError('TARGET_EXISTS', `${keyFile} is there already.`, { hint: 'Choose another --key: keys are never overwritten.' });
    throw error;
  }
  await store.transaction((db) => appendEvent(db, { stream: `reviewer/${reviewer.id}`, kind: 'registered', body: reviewer, at: when, after: 0 }));
  return { reviewer, keyFile };
}

/** Every reviewer that is registered here, in order of registration. */
export async function listReviewers(db: Database): Promise<Reviewer[]> {
  return (await readEventsOf(db, 'reviewer/')).map(({ body }) => reviewerSchema.parse(body));
}

/**
 * The reviewer of an id or a name; `undefined` where none is registered under it.
 * @throws CovidCtError USAGE where several have the name
 */
export async function findReviewer(db: Database, nameOrId: string): Promise<Reviewer | undefined> {
  const found = (await listReviewers(db)).filter(({ id, name }) => id === nameOrId || name === nameOrId);
  if (found.length > 1) throw new CovidCtError('USAGE', `${found.length} reviewers are called ${JSON.stringify(nameOrId)}.`, { hint: `Say which: ${found.map(({ id }) => id).join(', ')}.` });
  return found[0];
}

/**
 * Who decides: a reviewer by id or name, whose qualification is kept with the decision, or a name that is nobody's registered.
 * @throws CovidCtError USAGE where nobody is named
 */
export async function actorNamed(db: Database, name: string, why: string, when: Date): Promise<Actor> {
  const by = name.trim();
  if (by === '') throw new CovidCtError('USAGE', 'A decision needs somebody who takes it.', { hint: 'Say --reviewer "Your name" or --reviewer r-…, or set COVID_CT_AUTHOR.' });
  const reviewer = await findReviewer(db, by);
  return { by: reviewer?.id ?? by, qualification: reviewer?.qualification ?? null, why, when };
}

/** Reads a reviewer's private key, and that it is theirs. @throws CovidCtError NOT_FOUND, BAD_INPUT */
export async function readKey(workspace: Workspace, reviewer: Reviewer, options: { readonly keyFile?: string | undefined; readonly passphrase?: string | undefined } = {}): Promise<KeyObject> {
  const path = options.keyFile ?? keyPath(workspace, reviewer.id);
  if (!(await pathExists(path))) throw new CovidCtError('NOT_FOUND', `The private key of ${reviewer.name} is not at ${path}.`, { hint: 'Only its owner can sign: name the file with --key.' });
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: await readFile(path, 'utf8'), ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }) });
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${path} holds no private key that can be read.`, { hint: 'Where it is encrypted, set COVID_CT_KEY_PASSPHRASE.', cause: error });
  }
  const own = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
  if (own !== reviewer.publicKey) throw new CovidCtError('BAD_INPUT', `${path} is not the key of ${reviewer.name} (${reviewer.id}).`, { hint: 'Name the right file with --key.' });
  return key;
}
