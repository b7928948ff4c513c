import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { auditDocumentSchema, auditRelease, type Overlay } from '../audit/index.ts';
import { CovidCtError, ifThere, sha256, writeFileAtomic, type Progress } from '../base/index.ts';
import type { Release } from '../release/index.ts';
import type { Evidence } from './left-out.ts';
import { tiesOf } from './ties.ts';

interface Audited {
  readonly checks: readonly { readonly check: string }[];
  readonly defects: readonly { readonly code: string; readonly images: readonly string[] }[];
  readonly duplicateGroups: readonly (readonly string[])[];
}

function evidenceOf(release: Release, audit: Audited, overlay: Overlay, source: string): Evidence {
  // Without this, an audit of other checks would pass for one that looked and found no duplicate.
  if (!audit.checks.some(({ check }) => check === 'duplicates')) {
    throw new CovidCtError('BAD_INPUT', `${source} did not look for duplicates.`, { hint: 'Run covid-ct audit with all checks, or leave --audit out.' });
  }
  const unreadable = audit.defects.filter(({ code }) => code === 'FILE_UNREADABLE').flatMap(({ images }) => images);
  const evidence = { duplicates: audit.duplicateGroups, unreadable, overlay };
  tiesOf(release, evidence.duplicates, overlay);
  return evidence;
}

/** Raised when the same pictures would give other groups than before: what was kept is not used then. */
const evidenceVersion = 1;

const keptSchema = z.strictObject({ unreadable: z.array(z.string()), duplicateGroups: z.array(z.array(z.string())) });

/** One text for the very bytes of all images, in whatever order they are read; the audit says which cannot be. */
async function contentHash(release: Release): Promise<string> {
  const lines: string[] = [];
  for (const image of release.images) lines.push(`${image.id}\t${await release.bytes(image).then(sha256, () => 'unreadable')}\n`);
  return sha256(lines.toSorted().join(''));
}

/** @returns undefined where nothing was kept, or what was is damaged: it is looked for again then */
async function readKept(path: string): Promise<Audited | undefined> {
  const text = await ifThere(readFile(path, 'utf8'));
  if (text === undefined) return undefined;
  let kept: z.infer<typeof keptSchema>;
  try {
    kept = keptSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
  const { unreadable, duplicateGroups } = kept;
  return { checks: [{ check: 'duplicates' }], defects: [{ code: 'FILE_UNREADABLE', images: unreadable }], duplicateGroups };
}

/**
 * Looks for what the clean track needs to know: true duplicates, and files that cannot be decoded.
 * @param options `keep`: a folder in which it is kept by the hash of all images' bytes, so that it is looked for once
 */
export async function findEvidence(
  release: Release,
  overlay: Overlay,
  { keep, ...options }: { readonly progress?: Progress; readonly signal?: AbortSignal; readonly keep?: string } = {},
): Promise<Evidence> {
  const path = keep === undefined ? undefined : join(keep, `${evidenceVersion}-${await contentHash(release)}.json`);
  const kept = path === undefined ? undefined : await readKept(path);
  if (kept !== undefined) return evidenceOf(release, kept, overlay, 'The audit');
  const audit = await auditRelease(release, { checks: ['files', 'duplicates'], ...options });
  const evidence = evidenceOf(release, audit, overlay, 'The audit');
  if (path !== undefined) await writeFileAtomic(path, `${JSON.stringify({ unreadable: evidence.unreadable, duplicateGroups: audit.duplicateGroups })}\n`);
  return evidence;
}

/**
 * Takes it from an `audit.json` instead.
 * @param document the parsed JSON
 * @param source its path, for messages
 * @throws CovidCtError BAD_INPUT when it is no audit, one of another release, or one without the duplicates check
 */
export function evidenceFromAudit(release: Release, document: unknown, overlay: Overlay, source: string): Evidence {
  const parsed = auditDocumentSchema.safeParse(document);
  if (!parsed.success) {
    throw new CovidCtError('BAD_INPUT', `${source} is no audit.json of this version.`, { hint: 'Make one with: covid-ct audit --out DIR', cause: parsed.error });
  }
  const audit = parsed.data;
  if (audit.release.images !== release.images.length || audit.release.name !== release.name) {
    throw new CovidCtError('BAD_INPUT', `${source} audits ${audit.release.name} (${audit.release.images} images), not ${release.name} (${release.images.length} images).`, {
      hint: 'Audit this release, or leave --audit out.',
    });
  }
  return evidenceOf(release, audit, overlay, source);
}
