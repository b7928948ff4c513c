import { z } from 'zod';
import { CovidCtError } from '../base/index.ts';
import { doiOfStem, parseDoi, type Release } from '../release/index.ts';
import { appendEvent, readEvents, type Database } from '../store/index.ts';
import type { Actor } from './review/candidates.ts';

const stream = 'papers';

const factSchema = z.discriminatedUnion('kind', [
  /** DOIs of one paper: a preprint and its journal version. */
  z.strictObject({ kind: z.literal('same'), dois: z.array(z.string()).min(2), by: z.string(), why: z.string() }),
  z.strictObject({ kind: z.literal('retracted'), doi: z.string(), by: z.string(), why: z.string() }),
]);

/** What is known of papers beyond their DOIs. */
export interface PaperFacts {
  /** Every DOI of the paper, the given one among them; all in the form of {@link paperKey}. */
  allDois(doi: string): readonly string[];
  /** Why the paper was retracted; `undefined` where it is not known to be. */
  retraction(doi: string): string | undefined;
}

/**
 * One key for one paper's DOI, however it is written: an address, `doi:…`, bare, or a preprint's stem (`2020.mm.dd.n`); lower case, no version.
 * `undefined` where it is none.
 */
export function paperKey(text: string): string | undefined {
  const doi = parseDoi(text) ?? doiOfStem(text.trim());
  return doi?.toLowerCase().replace(/^(10\.1101\/.*?)v[0-9]+$/, '$1');
}

/** Connects DOIs of one paper. Facts from elsewhere (a submission's `samePaper`) may be added. */
export function connectPapers(same: readonly (readonly string[])[], retracted: ReadonlyMap<string, string> = new Map()): PaperFacts {
  const groups = new Map<string, Set<string>>();
  for (const dois of same) {
    const keys = dois.flatMap((doi) => paperKey(doi) ?? []);
    const joined = new Set(keys.flatMap((key) => [...(groups.get(key) ?? [key])]));
    for (const key of joined) groups.set(key, joined);
  }
  const allDois = (doi: string): readonly string[] => {
    const key = paperKey(doi) ?? doi.toLowerCase();
    return [...(groups.get(key) ?? [key])];
  };
  return { allDois, retraction: (doi) => allDois(doi).map((key) => retracted.get(key)).find((why) => why !== undefined) };
}

/** Pairs of DOIs that were told to be one paper, and retractions, as the workspace knows them. */
export async function readPaperFacts(db: Database): Promise<{ readonly same: readonly (readonly string[])[]; readonly retracted: ReadonlyMap<string, string> }> {
  const facts = (await readEvents(db, stream)).map(({ body }) => factSchema.parse(body));
  return {
    same: facts.flatMap((fact) => (fact.kind === 'same' ? [fact.dois] : [])),
    retracted: new Map(facts.flatMap((fact) => (fact.kind === 'retracted' ? [[fact.doi, fact.why] as const] : []))),
  };
}

function keyOf(text: string): string {
  const key = paperKey(text);
  if (key === undefined) throw new CovidCtError('USAGE', `${JSON.stringify(text)} is no DOI.`, { hint: 'Write it as 10.…/… or as an address of doi.org.' });
  return key;
}

/** Records that several DOIs are one paper: a preprint and its journal version. */
export async function recordSamePaper(db: Database, dois: readonly string[], actor: Actor): Promise<void> {
  const keys = [...new Set(dois.map(keyOf))];
  if (keys.length < 2) throw new CovidCtError('USAGE', 'Name at least two DOIs of one paper.');
  await appendEvent(db, { stream, kind: 'same', body: factSchema.parse({ kind: 'same', dois: keys, by: actor.by, why: actor.why }), at: actor.when });
}

/** Records that a paper was retracted. */
export async function recordRetraction(db: Database, doi: string, actor: Actor): Promise<void> {
  if (actor.why.trim() === '') throw new CovidCtError('USAGE', 'Say by whom and why it was retracted.', { hint: '--reason "…"' });
  await appendEvent(db, { stream, kind: 'retracted', body: factSchema.parse({ kind: 'retracted', doi: keyOf(doi), by: actor.by, why: actor.why }), at: actor.when });
}

/** The papers of a release, by every DOI that its metadata or file names give. */
export function knownPapers(release: Release): ReadonlySet<string> {
  const written = release.metadata.flatMap((row) => [row.doi.value, row.doi.raw]);
  const told = release.images.flatMap((image) => [image.doi, image.parts.doi, image.parts.stem]);
  return new Set([...written, ...told].flatMap((text) => (text === undefined ? [] : (paperKey(text) ?? []))));
}
