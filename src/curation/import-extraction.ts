import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CovidCtError, joinInside, sha256, systemErrorCode, type Workspace } from '../base/index.ts';
import { candidatesFile, extractionSchema, type Candidate, type Extraction } from '../papers/index.ts';
import { parseDoi } from '../release/index.ts';
import type { Store } from '../store/index.ts';
import { candidateId, proposeCandidates, type Actor, type NewCandidate } from './review/candidates.ts';
import { emptyDescription, type CandidateRecord } from './record.ts';

/** What was imported. */
export interface ImportedExtraction {
  readonly added: readonly string[];
  /** There already, whatever was decided on them. */
  readonly known: number;
  /** Not chosen by their captions, and left out. */
  readonly notSelected: number;
}

/** How an extraction is imported. */
export interface ImportOptions {
  /** Also pictures that were not chosen by their captions. */
  readonly all?: boolean;
  readonly reviewers?: 1 | 2;
  /** The label that candidates begin with which their captions chose, or which `only` names; `null`: the reviewer says it. */
  readonly label?: CandidateRecord['label'];
  /** Only these; then also what was not chosen by its caption. */
  readonly only?: (candidate: Candidate) => boolean;
}

/**
 * Reads what `covid-ct extract` left: a folder, or its candidates.json.
 * @throws CovidCtError NOT_FOUND, BAD_INPUT
 */
export async function readExtraction(path: string): Promise<{ readonly extraction: Extraction; readonly folder: string }> {
  const isFolder = await stat(path).then((facts) => facts.isDirectory(), () => false);
  const file = isFolder ? join(path, candidatesFile) : path;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new CovidCtError('NOT_FOUND', `There is no ${basename(file)} at ${path}.`, { hint: 'Make one with: covid-ct extract PAPER.pdf --out DIR' });
  }
  try {
    return { extraction: extractionSchema.parse(JSON.parse(text)), folder: dirname(file) };
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${file} was not written by covid-ct extract, or has been changed.`, { hint: 'Run covid-ct extract again.', cause: error });
  }
}

/** The id that an extracted picture has, or will have, as a candidate. */
export function idOfExtracted({ paper, page, xref, panel, sha256 }: Candidate): string {
  return candidateId('paper', paper, page, xref, ...panel, sha256);
}

function toRecord(candidate: Candidate, label: CandidateRecord['label']): CandidateRecord {
  const { paper, page, xref, figure, panel, selected, reasons, scores, whole } = candidate;
  return {
    ...emptyDescription,
    name: candidate.file,
    label,
    picture: { sha256: candidate.sha256, format: 'png', width: candidate.width, height: candidate.height },
    hounsfield: null,
    category: null,
    origin: { kind: 'paper', paper, page, xref, figure, panel, ...(whole === undefined ? {} : { whole }), selected, reasons, scores },
    notes: candidate.source === 'rendered' ? ['Drawn anew from the page: these are not the pixels of an embedded picture.'] : [],
    doi: candidate.doi === null ? null : (parseDoi(candidate.doi) ?? null),
    caption: candidate.panelCaption ?? candidate.caption,
    licence: candidate.licence,
  };
}

/** The picture is an object of the workspace already, or a file beside candidates.json. */
async function fetchPicture(workspace: Workspace, candidate: Candidate, folder: string): Promise<void> {
  if (await workspace.objects.has(candidate.sha256)) return;
  const path = joinInside(folder, candidate.file);
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) throw new CovidCtError('NOT_FOUND', `The picture ${candidate.file} is neither in the workspace nor beside candidates.json.`, { hint: 'Keep the whole folder that covid-ct extract wrote.' });
  if (sha256(bytes) !== candidate.sha256) throw new CovidCtError('HASH_MISMATCH', `${path} is not the picture that was extracted.`, { hint: 'Run covid-ct extract again.' });
  await workspace.objects.put(bytes);
}

/**
 * Proposes what was extracted from papers. Importing the same again adds nothing.
 * @param folder where the PNG files are that the workspace lacks
 * @throws CovidCtError NOT_FOUND or HASH_MISMATCH for pictures that are missing or altered; nothing is imported then
 */
export async function importExtraction(store: Store, extraction: Extraction, folder: string, actor: Actor, options: ImportOptions = {}): Promise<ImportedExtraction> {
  const { all = false, reviewers = 1, label = 'COVID', only } = options;
  const wanted = extraction.candidates.filter((candidate) => (only === undefined ? all || candidate.selected : only(candidate)));
  for (const candidate of wanted) await fetchPicture(store.workspace, candidate, folder);
  const candidates = wanted.map((candidate): NewCandidate => ({
    id: idOfExtracted(candidate),
    // What was not chosen by its caption has no label yet.
    record: toRecord(candidate, candidate.selected || only !== undefined ? label : null),
    reviewers,
  }));
  const added = await store.transaction((db) => proposeCandidates(db, candidates, actor));
  return { added, known: candidates.length - added.length, notSelected: extraction.candidates.length - wanted.length };
}
