import type { InferRequestType, InferResponseType } from 'hono/client';
import { client, problemOf } from '../../app/client.ts';

const endpoint = client.api.releases[':release'].drafts[':draft'];

/** A contribution as it is being typed. */
export type Draft = InferRequestType<typeof endpoint.$put>['json'];
/** One of its cases. */
export type DraftCase = Draft['cases'][number];
/** What is wrong with it. */
export type DraftCheck = InferResponseType<typeof endpoint.$put>;
/** A file that the server kept. */
export type TakenFile = InferResponseType<(typeof client.api.releases)[':release']['uploads']['drafts'][':draft']['$post']>;

/** A draft in which nothing is said yet. */
export const emptyDraft: Draft = { contributor: { name: '', email: '' }, attestations: { deidentified: false, consent: '', rights: '' }, cases: [] };

/** What is the same for all pictures of one paper and patient. */
const shared = ['label', 'patient', 'doi', 'caption', 'licence', 'age', 'sex', 'location', 'history', 'time', 'severity', 'otherDiseases', 'finding', 'source', 'samePaper', 'unpublished'] as const satisfies readonly (keyof DraftCase)[];

/** A new case: what was said of the one before it, which is mostly of the same paper, but for its caption. */
export function newCase(file: string, before: DraftCase | undefined): DraftCase {
  const empty: DraftCase = { file, label: '', patient: '', doi: '', caption: '', licence: '', age: '', sex: '', location: '', history: '', time: '', severity: '', otherDiseases: '', finding: '', source: '', writing: '', samePaper: '', unpublished: false };
  return before === undefined ? empty : { ...empty, ...Object.fromEntries(shared.map((name) => [name, before[name]])), file };
}

/** A new id. */
export function newDraftId(): string {
  return `d-${[...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

const types: Readonly<Record<string, string>> = { png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', dcm: 'application/dicom' };

/** Sends a picture into a draft. The server looks at its first bytes, whatever its name says. @throws ServerProblem */
export async function uploadPicture(release: string, draft: string, file: File): Promise<TakenFile> {
  const type = types[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
  const response = await fetch(`/api/releases/${release}/uploads/drafts/${draft}?name=${encodeURIComponent(file.name.slice(-300))}`, { method: 'POST', headers: { 'content-type': type }, body: file });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as TakenFile;
}

/** Where a picture of a draft is. */
export const pictureAddress = (release: string, draft: string, file: string): string => `/api/releases/${release}/drafts/${draft}/picture?file=${encodeURIComponent(file)}`;
