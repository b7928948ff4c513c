import type { Venue } from './types.ts';

const preprint = /^([0-9]{4})\.([0-9]{2})\.([0-9]{2})\.([0-9]{6,8})(?:v[0-9]+)?$/;

/**
 * The DOI that a paper's stem spells, where it spells one:
 * `2020.mm.dd.n` (medRxiv, bioRxiv), `PIIS…` (Lancet: the publisher's item number), `bmj.…`, `ehaa…` (European Heart
 * Journal), `med-<ISBN>-chapter-<n>` (Oxford Medicine). Others (`kjr-21-e24`, titles) do not tell it.
 */
export function doiOfStem(stem: string): string | undefined {
  if (preprint.test(stem)) return `10.1101/${stem.replace(/v[0-9]+$/, '')}`;
  const pii = /^PIIS([0-9]{4})([0-9]{3}[0-9X])([0-9]{2})([0-9]{5})([0-9X])$/.exec(stem);
  if (pii !== null) return `10.1016/S${pii[1]}-${pii[2]}(${pii[3]})${pii[4]}-${pii[5]}`;
  const bmj = /^(bmj\.[a-z][0-9]+)(?:\.full)?$/.exec(stem);
  if (bmj !== null) return `10.1136/${bmj[1]}`;
  if (/^ehaa[0-9]{3,4}$/.test(stem)) return `10.1093/eurheartj/${stem}`;
  const chapter = /^med-([0-9]{13})-chapter-([0-9]{1,4})$/.exec(stem);
  if (chapter !== null) return `10.1093/med/${chapter[1]}.003.${(chapter[2] ?? '').padStart(4, '0')}`;
  return undefined;
}

/** The stem that upstream gives to a paper with this DOI, where a rule tells it; the inverse of {@link doiOfStem}. */
export function stemOfDoi(doi: string): string | undefined {
  const suffix = /^10\.1101\/(.+)$/.exec(doi)?.[1];
  if (suffix !== undefined && preprint.test(suffix)) return suffix;
  const pii = /^10\.1016\/S([0-9]{4})-([0-9]{3}[0-9X])\(([0-9]{2})\)([0-9]{5})-([0-9X])$/i.exec(doi);
  if (pii !== null) return `PIIS${pii.slice(1).join('').toUpperCase()}`;
  const bmj = /^10\.1136\/(bmj\.[a-z][0-9]+)$/i.exec(doi);
  if (bmj !== null) return `${(bmj[1] ?? '').toLowerCase()}.full`;
  const heart = /^10\.1093\/eurheartj\/(ehaa[0-9]{3,4})$/i.exec(doi);
  if (heart !== null) return heart[1];
  const chapter = /^10\.1093\/med\/([0-9]{13})\.003\.([0-9]{4})$/.exec(doi);
  if (chapter !== null) return `med-${chapter[1]}-chapter-${Number(chapter[2])}`;
  return undefined;
}

/**
 * A DOI as people write it (an address, `doi:…`, with blanks within, bare), as `10.…/…`; `undefined` where it is none.
 */
export function parseDoi(text: string): string | undefined {
  const bare = text.replaceAll(/[\s\u200b]+/g, '').replace(/^(?:https?:\/\/)?(?:dx\.)?doi\.org\//i, '').replace(/^doi:?/i, '').replace(/[.,;]+$/, '');
  return /^10\.[0-9]{4,9}\/[^\s]+$/.test(bare) ? bare : undefined;
}

const venues: readonly (readonly [RegExp, Venue])[] = [
  // medRxiv numbers its preprints by eight digits that begin with the year's two, bioRxiv by six.
  [/^10\.1101\/20[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.(?:19|2[0-9])[0-9]{6}$/, 'medRxiv'],
  [/^10\.1101\/20[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{6}$/, 'bioRxiv'],
  [/^10\.1101\//, 'medRxiv/bioRxiv'],
  [/^10\.1056\//, 'NEJM'],
  [/^10\.1001\/(?:jama|archinternmed)/i, 'JAMA'],
  // The ISSNs of The Lancet and of its journals: Infectious Diseases, Respiratory Medicine, Oncology, Neurology, Digital Health.
  [/^10\.1016\/S(?:0140-6736|1473-3099|2213-2600|1470-2045|1474-4422|2589-7500|2214-109X)/i, 'Lancet'],
  [/^10\.1136\/bmj/i, 'BMJ'],
];

/**
 * Where an image was published, as far as DOI and patient tell. `medRxiv` and `bioRxiv` are told apart by the length of
 * their numbers, a habit of the two servers and no promise; where it does not tell, `medRxiv/bioRxiv`.
 * @param known whether any paper is known at all
 */
export function venueOf(doi: string | undefined, patient: string | undefined, known: boolean): Venue {
  if (patient !== undefined && /^medpix/i.test(patient)) return 'MedPix';
  if (patient !== undefined && /^luna/i.test(patient)) return 'LUNA';
  if (doi === undefined) return known ? 'other' : 'unknown';
  return venues.find(([pattern]) => pattern.test(doi))?.[1] ?? 'other';
}
