import { CovidCtError } from '../../base/index.ts';
import type { KnownPictures } from '../known-pictures.ts';
import { connectPapers, paperKey } from '../papers.ts';
import type { Submission, SubmittedCase } from './schema.ts';
import { inspectFile, type Inspection } from './inspect-file.ts';
import type { SubmittedFile } from './submitted-file.ts';

/** Why a submission is refused, by code, with what to do. */
export const refusals = {
  ATTESTATION_MISSING: 'Say all three: that nothing tells who a patient is, by which consent or ethics decision, and by which right.',
  PATIENT_MISSING: 'Give each case a patient ID of your own (not the hospital’s): --patient p1',
  DOI_MISSING: 'Give the paper’s DOI (--doi 10.…/…), or, for a case without a paper, --unpublished and its --source.',
  DOI_KNOWN: 'The release has this paper already. If these are other figures of it, propose them to a curator with the figure’s number.',
  DOI_RETRACTED: 'Cases of retracted papers are not taken.',
  CAPTION_MISSING: 'Give the figure’s caption, or say in a sentence what is to be seen: --caption "…"',
  DUPLICATE: 'The picture is there already. Leave it out, or send a case that is not.',
  WITHDRAWN: 'This picture was withdrawn from the release, and is not taken again.',
  UNREADABLE: 'Send PNG, JPEG or DICOM (CT, axial, one file a slice).',
  IDENTIFIED: 'De-identify the file first (for instance gdcmanon, or the export of your PACS), then look at its pixels too.',
  BURNED_IN_TEXT: 'Crop the text away, or have it exported without annotations. Where it names nobody (a side mark, a scale, a panel letter), say what it is: --writing "side mark R"',
  NO_CT: 'Send single axial CT slices of the chest, each as one picture.',
  TOO_SMALL: 'Send the picture at the size at which it was published or exported: at least 100 pixels a side.',
} as const;
/** See {@link refusals}. */
export type RefusalCode = keyof typeof refusals;

/** One thing that is wrong with a submission. */
export interface Refusal {
  readonly code: RefusalCode;
  /** The file, where it is one file's. */
  readonly file: string | null;
  readonly message: string;
  readonly hint: string;
}

/** A case whose file was read. */
export interface CheckedCase {
  readonly given: SubmittedCase;
  readonly file: SubmittedFile;
  /** What a reviewer should know. */
  readonly notes: readonly string[];
}

/** What a submission is checked against. */
export interface CheckContext {
  /** The release's papers, as `knownPapers` gives them. */
  readonly papers: ReadonlySet<string>;
  readonly pictures: KnownPictures;
  readonly same: readonly (readonly string[])[];
  readonly retracted: ReadonlyMap<string, string>;
  /** Hashes of pictures that were withdrawn. */
  readonly withdrawn: ReadonlySet<string>;
}

/** Least side of a picture: below it nothing can be read, and no duplicate found. */
const leastSide = 100;

function refusal(code: RefusalCode, file: string | null, message: string): Refusal {
  return { code, file, message, hint: refusals[code] };
}

/** Below it a picture is refused as no CT. The scorer takes pictures for CTs from 0.5 on; between the two a person decides. */
const surelyNoCt = 0.1;
/** Of a picture's pixels: a CT is gray, but for marks. */
const mostColour = 0.2;

function checkPicture({ file: name, writing }: SubmittedCase, { file, text, colour, lungs, likeness }: Inspection, notes: string[]): Refusal[] {
  const { picture, identities } = file;
  const found: Refusal[] = [];
  if (identities.length > 0) {
    const which = [...new Set(identities.map(({ keyword, tag }) => `${keyword} ${tag}`))];
    found.push(refusal('IDENTIFIED', name, `${name} says who the patient is: ${which.slice(0, 4).join(', ')}${which.length > 4 ? ` and ${which.length - 4} more` : ''}.`));
  }
  if (file.saysBurnedIn) found.push(refusal('BURNED_IN_TEXT', name, `${name} says itself that text is burned into its pixels (BurnedInAnnotation).`));
  if (text !== undefined && (writing === null || writing === '')) {
    const { x, y, width, height } = text.box;
    found.push(refusal('BURNED_IN_TEXT', name, `${name} seems to have writing in it, at ${x},${y} (${width}×${height} pixels).`));
  } else if (text !== undefined) notes.push(`There is writing in it; the contributor says: ${writing ?? ''}`);
  if (Math.min(picture.width, picture.height) < leastSide) found.push(refusal('TOO_SMALL', name, `${name} has ${picture.width}×${picture.height} pixels.`));
  if (colour > mostColour) found.push(refusal('NO_CT', name, `${name} is no CT: ${Math.round(100 * colour)} % of it is coloured.`));
  // A DICOM file says itself that it is a CT slice.
  else if (file.hounsfield === null && likeness.score < surelyNoCt) found.push(refusal('NO_CT', name, `${name} does not look like a CT of the chest. ${likeness.reasons.join(' ')}`));
  else if (file.hounsfield === null) {
    if (!lungs.found) notes.push(`No lungs were found in it (${lungs.reason}): look whether it is a chest CT.`);
    if (likeness.score < 0.5) notes.push(`It does not look like a CT (likeness ${likeness.score.toFixed(2)}). ${likeness.reasons.join(' ')}`);
  }
  return found;
}

function checkWords(given: SubmittedCase, context: Pick<CheckContext, 'papers' | 'same' | 'retracted'>, notes: string[]): Refusal[] {
  const { file } = given;
  const found: Refusal[] = [];
  const empty = (value: string | null): boolean => value === null || value === '';
  if (empty(given.patient)) found.push(refusal('PATIENT_MISSING', file, `${file} has no patient ID.`));
  if (empty(given.caption)) found.push(refusal('CAPTION_MISSING', file, `${file} has no caption.`));
  if (given.doi === null) {
    if (!given.unpublished || empty(given.source)) found.push(refusal('DOI_MISSING', file, `${file} has no DOI.`));
    return found;
  }
  const facts = connectPapers([...context.same, [given.doi, ...given.samePaper]], context.retracted);
  const dois = facts.allDois(given.doi);
  const known = dois.find((doi) => context.papers.has(doi));
  if (known !== undefined) found.push(refusal('DOI_KNOWN', file, known === paperKey(given.doi) ? `${file}: the paper ${given.doi} is in the release.` : `${file}: the paper ${given.doi} is in the release, as ${known}.`));
  const retraction = facts.retraction(given.doi);
  if (retraction !== undefined) found.push(refusal('DOI_RETRACTED', file, `${file}: the paper ${given.doi} was retracted (${retraction}).`));
  if (dois.length > 1) notes.push(`One paper under several DOIs: ${dois.join(', ')}.`);
  return found;
}

/** What was found of a submission. */
export interface CheckResult {
  readonly refusals: readonly Refusal[];
  /** Those whose file could be read. */
  readonly cases: readonly CheckedCase[];
}

/** Checks a submission whose files are read by name. */
export type Check = (submission: Submission, read: (file: string) => Promise<Uint8Array>) => Promise<CheckResult>;

/** Checks what can be told without looking at any picture: attestations, and each case's words. */
export function checkAllWords({ attestations, cases }: Submission, context: Pick<CheckContext, 'papers' | 'same' | 'retracted'>): Refusal[] {
  return [...checkAttestations(attestations), ...cases.flatMap((given) => checkWords(given, context, []))];
}

function checkAttestations({ deidentified, consent, rights }: Submission['attestations']): Refusal[] {
  if (deidentified && consent !== '' && rights !== '') return [];
  const missing = [deidentified ? '' : 'de-identification', consent === '' ? 'consent or ethics' : '', rights === '' ? 'rights' : ''].filter((what) => what !== '');
  return [refusal('ATTESTATION_MISSING', null, `Not attested: ${missing.join(', ')}.`)];
}

/**
 * Checks a submission at once, and says everything that is wrong with it: complete, readable, de-identified, a CT, its papers and
 * pictures not known yet.
 * @param read gives a file's bytes; what it throws as CovidCtError is a refusal
 * @param inspect measures a file; one that remembers makes checking again cheap
 */
export async function checkSubmission(submission: Submission, read: (file: string) => Promise<Uint8Array>, context: CheckContext, inspect: typeof inspectFile = inspectFile): Promise<CheckResult> {
  const found: Refusal[] = checkAttestations(submission.attestations);
  const cases: CheckedCase[] = [];
  const own = new Map<string, string>();
  for (const given of submission.cases) {
    const notes: string[] = [];
    found.push(...checkWords(given, context, notes));
    let inspection: Inspection;
    try {
      inspection = await inspect(await read(given.file), given.file);
    } catch (error) {
      if (!(error instanceof CovidCtError)) throw error;
      found.push({ code: 'UNREADABLE', file: given.file, message: error.message, hint: error.hint ?? refusals.UNREADABLE });
      continue;
    }
    found.push(...checkPicture(given, inspection, notes));
    const { file, hash } = inspection;
    const twin = own.get(hash);
    if (twin !== undefined) found.push(refusal('DUPLICATE', given.file, `${given.file} is the same picture as ${twin} of this submission.`));
    own.set(hash, given.file);
    if (context.withdrawn.has(hash)) found.push(refusal('WITHDRAWN', given.file, `${given.file} was withdrawn from the release before.`));
    const [same] = context.pictures.withHash(hash);
    const pairs = same === undefined ? context.pictures.like(file.picture) : [];
    const copy = pairs.find((pair) => pair.kind === 'duplicate');
    if (same !== undefined) found.push(refusal('DUPLICATE', given.file, `${given.file} is ${same}, byte for byte.`));
    else if (copy !== undefined) found.push(refusal('DUPLICATE', given.file, `${given.file} shows the same picture as ${copy.second}: fine structures correlate by ${copy.detailMedian.toFixed(2)}.`));
    for (const pair of pairs) if (pair.kind === 'adjacent') notes.push(`It looks like a neighbouring slice of ${pair.second}.`);
    cases.push({ given, file, notes });
  }
  return { refusals: found, cases };
}
