import { resolveImages, type Overlay } from '../audit/index.ts';
import type { Release } from '../release/index.ts';
import type { LeftOut } from './types.ts';

/** What is known of a release beyond its files: from the audit, and from accepted corrections. */
export interface Evidence {
  /** Groups of true duplicates by the names that the audit uses (`CheckResult.groups` of its duplicates check). */
  readonly duplicates: readonly (readonly string[])[];
  /** Images that cannot be decoded, by the names that the audit uses. */
  readonly unreadable: readonly string[];
  readonly overlay: Overlay;
}

/** Evidence that knows nothing: groups are then made of patients, papers and figures alone. */
export const noEvidence: Evidence = { duplicates: [], unreadable: [], overlay: { quarantined: new Set(), labels: new Map(), groups: [] } };

/** The labels of a release's images with accepted corrections applied, by id. */
export function correctedLabels(release: Release, overlay: Overlay): ReadonlyMap<string, string> {
  return new Map(release.images.map((image) => [image.id, overlay.labels.get(image.id) ?? image.label]));
}

/**
 * What the clean track leaves out, by these rules:
 * 1. images quarantined by an accepted correction;
 * 2. all copies of a true duplicate whose copies bear different labels, since nobody knows which is right (an accepted
 *    relabel that makes them agree, or a quarantine of the wrong copies, brings the others back);
 * 3. images that cannot be decoded.
 */
export function leftOutOf(release: Release, evidence: Evidence): LeftOut[] {
  const labels = correctedLabels(release, evidence.overlay);
  const found = new Map<string, LeftOut>();
  for (const id of evidence.overlay.quarantined) found.set(id, { id, reason: 'quarantined', detail: 'by an accepted correction' });
  for (const names of evidence.duplicates) {
    const ids = resolveImages(release, names).filter((id) => !evidence.overlay.quarantined.has(id));
    if (new Set(ids.map((id) => labels.get(id))).size < 2) continue;
    for (const id of ids) {
      const others = ids.filter((other) => labels.get(other) !== labels.get(id));
      if (!found.has(id)) found.set(id, { id, reason: 'opposite-labels', detail: `the same picture as ${others.join(', ')}` });
    }
  }
  for (const id of resolveImages(release, evidence.unreadable)) {
    if (!found.has(id)) found.set(id, { id, reason: 'unreadable', detail: 'its file cannot be decoded' });
  }
  return [...found.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
