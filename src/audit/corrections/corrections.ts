import { CovidCtError, sha256 } from '../../base/index.ts';
import type { Release } from '../../release/index.ts';
import type { Defect } from '../types.ts';
import type { Correction, CorrectionStatus, CorrectionsFile, Decision } from './schema.ts';

/** What is to be corrected, before anybody decided on it. */
export type Proposal =
  | { readonly action: 'quarantine' | 'regroup'; readonly images: readonly string[]; readonly defect?: Correction['defect'] }
  | { readonly action: 'relabel'; readonly images: readonly string[]; readonly label: string; readonly defect?: Correction['defect'] };

/** Who decides, why and when. */
export interface Decider {
  readonly author: string;
  readonly reason: string;
  readonly when: Date;
}

/** A release's identity for its corrections: the SHA-256 of its images' ids and sizes. */
export function releaseFingerprint(release: Release): string {
  return sha256(release.images.map((image) => `${image.id}\t${image.size}\n`).join(''));
}

/** An overlay with nothing in it. */
export function emptyCorrections(release: Release): CorrectionsFile {
  return { format: 'covid-ct corrections 1', release: { name: release.name, fingerprint: releaseFingerprint(release) }, corrections: [] };
}

/** The status of a correction: that of its last decision. */
export function statusOf(correction: Correction): CorrectionStatus {
  return correction.history.at(-1)?.status ?? 'proposed';
}

/**
 * Ids of images by the names that people give: a name, or `<label>/<name>`.
 * @throws CovidCtError NOT_FOUND for a name that no image has, USAGE for one that two labels share
 */
export function resolveImages(release: Release, names: readonly string[]): string[] {
  const ids = names.map((name) => {
    const found = release.images.filter((image) => image.id === name || image.name === name);
    if (found.length === 0) {
      throw new CovidCtError('NOT_FOUND', `No image of ${release.name} is called ${JSON.stringify(name)}.`, {
        hint: 'covid-ct list shows the names; quote names with % or spaces.',
      });
    }
    if (found.length > 1) {
      throw new CovidCtError('USAGE', `${JSON.stringify(name)} is the name of ${found.length} images.`, {
        hint: `Say which: ${found.map((image) => image.id).join(', ')}.`,
      });
    }
    return found.map((image) => image.id);
  });
  return [...new Set(ids.flat())].toSorted();
}

/** The id of what a proposal corrects: the same proposal always has the same. */
function idOf(proposal: Proposal): string {
  const label = proposal.action === 'relabel' ? proposal.label : '';
  return `c-${sha256(JSON.stringify([proposal.action, label, proposal.images])).slice(0, 12)}`;
}

function decision(status: CorrectionStatus, decider: Decider): Decision {
  return { status, author: decider.author, reason: decider.reason, when: decider.when.toISOString() };
}

function checkProposal(release: Release, proposal: Proposal): void {
  if (proposal.action === 'regroup' && proposal.images.length < 2) {
    throw new CovidCtError('USAGE', 'A group needs at least two images.', { hint: 'Name all images that belong together.' });
  }
  if (proposal.action === 'relabel' && !release.labels.includes(proposal.label)) {
    throw new CovidCtError('USAGE', `${JSON.stringify(proposal.label)} is no label of ${release.name}.`, { hint: `Its labels are ${release.labels.join(' and ')}.` });
  }
}

/**
 * Adds proposals; one that is there already, whatever was decided on it, is left as it is.
 * @returns the new overlay, and which ids are new
 * @throws CovidCtError as {@link resolveImages}, and USAGE for a label that the release lacks or a group of one
 */
export function propose(
  file: CorrectionsFile,
  release: Release,
  proposals: readonly Proposal[],
  decider: Decider,
): { readonly file: CorrectionsFile; readonly added: readonly string[] } {
  const known = new Set(file.corrections.map((correction) => correction.id));
  const added: Correction[] = [];
  for (const given of proposals) {
    const proposal = { ...given, images: resolveImages(release, given.images) };
    checkProposal(release, proposal);
    const id = idOf(proposal);
    if (known.has(id)) continue;
    known.add(id);
    const { defect, ...what } = proposal;
    added.push({ ...what, id, ...(defect === undefined ? {} : { defect }), history: [decision('proposed', decider)] });
  }
  return { file: { ...file, corrections: [...file.corrections, ...added] }, added: added.map((correction) => correction.id) };
}

/**
 * Accepts or rejects corrections by id. A decision can be taken again; the history keeps each.
 * @throws CovidCtError NOT_FOUND for an id that is not there
 */
export function decide(file: CorrectionsFile, ids: readonly string[], status: 'accepted' | 'rejected', decider: Decider): CorrectionsFile {
  const unknown = ids.find((id) => !file.corrections.some((correction) => correction.id === id));
  if (unknown !== undefined) {
    throw new CovidCtError('NOT_FOUND', `There is no correction ${unknown}.`, { hint: 'covid-ct correct list shows all.' });
  }
  return {
    ...file,
    corrections: file.corrections.map((correction) =>
      ids.includes(correction.id) ? { ...correction, history: [...correction.history, decision(status, decider)] } : correction,
    ),
  };
}

/** Proposals that the audit's suggestions make; suggestions that only ask to look make none. */
export function proposalsFrom(defects: readonly Pick<Defect, 'code' | 'evidence' | 'suggestion'>[]): Proposal[] {
  return defects.flatMap(({ code, evidence, suggestion }): Proposal[] => {
    if (suggestion.action === 'look' || suggestion.images.length === 0) return [];
    const defect = { code, evidence };
    return suggestion.action === 'relabel'
      ? [{ action: 'relabel', images: suggestion.images, label: suggestion.label, defect }]
      : [{ action: suggestion.action, images: suggestion.images, defect }];
  });
}

/** What the accepted corrections say of a release. */
export interface Overlay {
  /** Ids of images that are left out of the clean track. */
  readonly quarantined: ReadonlySet<string>;
  /** New labels by id. A later correction wins over an earlier one. */
  readonly labels: ReadonlyMap<string, string>;
  /** Ids that belong together, beyond what the metadata says. */
  readonly groups: readonly (readonly string[])[];
}

/** Sums the accepted corrections up. */
export function overlayOf(file: CorrectionsFile | undefined): Overlay {
  const accepted = (file?.corrections ?? []).filter((correction) => statusOf(correction) === 'accepted');
  return {
    quarantined: new Set(accepted.flatMap((correction) => (correction.action === 'quarantine' ? correction.images : []))),
    labels: new Map(accepted.flatMap((correction) => (correction.action === 'relabel' ? correction.images.map((id): [string, string] => [id, correction.label]) : []))),
    groups: accepted.flatMap((correction) => (correction.action === 'regroup' ? [correction.images] : [])),
  };
}

/** The accepted corrections as the errata of a next release, in Markdown. */
export function formatErrata(file: CorrectionsFile): string {
  const accepted = file.corrections.filter((correction) => statusOf(correction) === 'accepted');
  const lines = accepted.map((correction) => {
    const last = correction.history.at(-1);
    const what = correction.action === 'relabel' ? `relabel as ${correction.label}` : correction.action;
    const names = correction.images.map((id) => `\`${id}\``).join(', ');
    return `- **${what}** (${correction.id}): ${names}. ${last?.reason ?? ''} (${last?.author ?? ''}, ${last?.when.slice(0, 10) ?? ''})`;
  });
  return [`# Errata of ${file.release.name}`, '', ...(lines.length === 0 ? ['None.'] : lines), ''].join('\n');
}
