import { CovidCtError } from '../../base/index.ts';
import { formatFileName, parseFileName, type MetadataRow, type Release, type SplitName } from '../../release/index.ts';
import { connectPapers, paperKey, type PaperFacts } from '../papers.ts';
import type { CandidateRecord } from '../record.ts';
import type { ReviewedCandidate } from '../review/state.ts';
import { assignSplits, type Placed } from './assign-splits.ts';

/** What a patient is called who is one of the release's: `release/Patient 12`. Other names are the submission's or the paper's own. */
const releasePatient = /^release\/(.+)$/;

/** An accepted candidate as an image of the release to come. */
export interface NewImage {
  readonly candidate: ReviewedCandidate;
  readonly label: string;
  readonly name: string;
  /** As the tables have it: `Patient 217`. */
  readonly patient: string | null;
  readonly split: SplitName;
}

/** One key for a candidate's patient: names of patients mean something within one paper or submission only. */
function patientKey(record: CandidateRecord, papers: PaperFacts): string | undefined {
  const { patient, origin, doi } = record;
  if (patient === null || patient === '') return undefined;
  const known = releasePatient.exec(patient)?.[1];
  if (known !== undefined) return `patient ${known}`;
  const scope = doi !== null ? papers.allDois(doi).toSorted()[0] : origin.kind === 'paper' ? origin.paper : origin.submission;
  return `patient ${patient} of ${scope ?? ''}`;
}

function paperTies(doi: string | undefined, stem: string | undefined, papers: PaperFacts): string[] {
  const key = paperKey(doi ?? '') ?? (stem === undefined ? undefined : paperKey(stem));
  const dois = key === undefined ? [] : papers.allDois(key).map((one) => `paper ${one}`);
  return stem === undefined ? dois : [...dois, `stem ${stem}`];
}

function tiesOf(record: CandidateRecord, papers: PaperFacts): string[] {
  const { origin, doi } = record;
  const patient = patientKey(record, papers);
  const stem = origin.kind === 'paper' ? origin.paper : undefined;
  return [...(patient === undefined ? [] : [patient]), ...paperTies(doi ?? undefined, stem, papers), ...(origin.kind === 'submission' && doi === null ? [`submission ${origin.submission}`] : [])];
}

/** A name that no other image of its label has: another panel number where it is taken. */
function freeName(record: CandidateRecord, taken: Set<string>): string {
  const extension = record.picture.format === 'png' ? 'png' : 'jpg';
  const parsed = parseFileName(record.name);
  const matching = record.picture.format === 'png' ? /^png$/i : /^jpe?g$/i;
  const wanted = matching.test(parsed.extension) ? record.name : formatFileName({ ...parsed, extension });
  for (let number = 0, name = wanted; ; number++) {
    if (!taken.has(name.toLowerCase())) {
      taken.add(name.toLowerCase());
      return name;
    }
    const [outer] = parsed.panels;
    name = formatFileName({ base: parsed.base, panels: outer === undefined || parsed.panels.length === 1 ? [number] : [outer, number], extension: matching.test(parsed.extension) ? parsed.extension : extension });
  }
}

/** The highest number that a patient of the release has: `Patient 216`. */
function lastPatient(base: Release | undefined): number {
  const names = base === undefined ? [] : [...base.metadata.map((row) => row.patient.value), ...base.images.map((image) => image.patient)];
  return Math.max(0, ...names.flatMap((name) => Number(/^Patient (\d+)$/i.exec(name ?? '')?.[1] ?? 0)));
}

/**
 * Names, numbers and places for accepted candidates. Patients are numbered on from the release's, in the order of the images' names, as
 * contributors' own IDs may say too much.
 * @param base the release that grows; `undefined`: from nothing
 * @throws CovidCtError BAD_INPUT for a candidate of a patient that the release does not have
 */
export function placeCandidates(base: Release | undefined, accepted: readonly ReviewedCandidate[], facts: { readonly same: readonly (readonly string[])[]; readonly retracted: ReadonlyMap<string, string> }): NewImage[] {
  const papers = connectPapers(facts.same, facts.retracted);
  const sorted = accepted.toSorted((a, b) => (a.record.name < b.record.name ? -1 : a.record.name > b.record.name ? 1 : a.id < b.id ? -1 : 1));
  const taken = new Map<string, Set<string>>();
  for (const image of base?.images ?? []) taken.set(image.label, (taken.get(image.label) ?? new Set()).add(image.name.toLowerCase()));
  const patients = new Set(base?.images.flatMap((image) => image.patient ?? []));
  const numbers = new Map<string, string>();
  let last = lastPatient(base);
  const named = sorted.map((candidate) => {
    const { record } = candidate;
    const label = record.label ?? 'COVID';
    const names = taken.get(label) ?? new Set();
    taken.set(label, names);
    const key = patientKey(record, papers);
    const known = releasePatient.exec(record.patient ?? '')?.[1];
    if (known !== undefined && !patients.has(known)) throw new CovidCtError('BAD_INPUT', `${candidate.id} is said to be of ${known}, whom the release does not have.`, { hint: `covid-ct review assign "…" ${candidate.id}` });
    if (key !== undefined && known === undefined && !numbers.has(key)) numbers.set(key, `Patient ${++last}`);
    return { candidate, label, name: freeName(record, names), patient: known ?? (key === undefined ? null : (numbers.get(key) ?? null)) };
  });
  const fixed = new Map<string, SplitName[]>();
  const counts = new Map<string, Record<SplitName, number>>();
  for (const image of base?.images ?? []) {
    if (image.split === undefined) continue;
    const count = counts.get(image.label) ?? { train: 0, val: 0, test: 0 };
    count[image.split] += 1;
    counts.set(image.label, count);
    for (const tie of [...(image.patient === undefined ? [] : [`patient ${image.patient}`]), ...paperTies(image.doi, image.parts.stem, papers)]) fixed.set(tie, [...(fixed.get(tie) ?? []), image.split]);
  }
  const placed = named.map(({ candidate, label, name }): Placed => ({ id: `${label}/${name}`, label, ties: tiesOf(candidate.record, papers) }));
  const splits = assignSplits(placed, fixed, counts);
  return named.map((one) => ({ ...one, split: splits.get(`${one.label}/${one.name}`) ?? 'train' }));
}

/** A Python list of one string, as upstream's captions are written. */
export function pythonList(text: string): string {
  return `['${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`).replaceAll('\n', String.raw`\n`).replaceAll('\t', String.raw`\t`).replaceAll('\r', String.raw`\r`)}']`;
}

/** The row of a new image in its label's table. @param row 1-based, the header being row 1 */
export function rowOfImage({ candidate: { record }, name, patient }: NewImage, file: string, row: number): MetadataRow {
  const cell = <T>(raw: string | null): { readonly raw: string; readonly value: T | undefined } => ({ raw: raw ?? '', value: undefined });
  return {
    file, row, imageName: { raw: name, value: name }, patient: { raw: patient ?? '', value: patient ?? undefined }, age: cell(record.age), sex: cell(record.sex), location: cell(record.location),
    history: cell(record.history), time: cell(record.time), severity: cell(record.severity), otherDiseases: cell(record.otherDiseases), doi: { raw: record.doi ?? '', value: record.doi ?? undefined },
    captions: cell(record.caption === null || record.caption === '' ? '' : pythonList(record.caption)), overflow: [],
  };
}
