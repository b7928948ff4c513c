import { auditDocumentSchema, auditRelease, type Overlay } from '../audit/index.ts';
import { CovidCtError, type Progress } from '../base/index.ts';
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

/** Looks for what the clean track needs to know: true duplicates, and files that cannot be decoded. */
export async function findEvidence(
  release: Release,
  overlay: Overlay,
  options: { readonly progress?: Progress; readonly signal?: AbortSignal } = {},
): Promise<Evidence> {
  const audit = await auditRelease(release, { checks: ['files', 'duplicates'], ...options });
  return evidenceOf(release, audit, overlay, 'The audit');
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
