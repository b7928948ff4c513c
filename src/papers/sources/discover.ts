import { parseDoi } from '../../release/index.ts';
import type { Api } from './api.ts';
import { readLicence } from './licences.ts';
import { recordOfHit, searchEuropePmc } from './services.ts';

/** A paper that a search found. */
export interface FoundPaper {
  readonly doi: string;
  readonly title: string;
  /** `undefined` where it states none that allows reuse. */
  readonly licence: string | undefined;
  /** Whether an open-licensed full text can be fetched, as far as Europe PMC knows. */
  readonly open: boolean;
  readonly published: string | undefined;
  readonly retraction: string | undefined;
  readonly versions: readonly string[];
}

/** What a search came to. */
export interface Discovery {
  readonly papers: readonly FoundPaper[];
  /** Hits that the release has, by themselves or by another version. */
  readonly inRelease: number;
  /** Hits that are another version of one that is listed. */
  readonly otherVersions: number;
  readonly withoutDoi: number;
}

/**
 * Searches Europe PMC, which indexes bioRxiv and medRxiv beside the journals, and drops what the release has.
 * @param query in Europe PMC's language: words, `"phrases"`, AND, OR
 * @param known DOIs of the release, in lower case and without a preprint's version
 */
export async function discover(query: string, known: ReadonlySet<string>, count: number, api: Api): Promise<Discovery> {
  const papers: FoundPaper[] = [];
  const taken = new Set<string>();
  let [inRelease, otherVersions, withoutDoi] = [0, 0, 0];
  // Preprints are a source of their own there; the question asks for both.
  for (const hit of await searchEuropePmc(`(${query})`, count, api)) {
    const doi = parseDoi(hit.doi ?? '')?.toLowerCase();
    if (doi === undefined) {
      withoutDoi += 1;
      continue;
    }
    const record = recordOfHit(hit);
    const all = [doi, ...record.versions.map((version) => version.toLowerCase())];
    if (all.some((each) => known.has(each))) inRelease += 1;
    else if (all.some((each) => taken.has(each))) otherVersions += 1;
    else {
      const licence = readLicence(hit.license);
      papers.push({ doi, title: record.title ?? '', licence, open: licence !== undefined && (record.fullTexts.length > 0 || hit.pmcid !== undefined || doi.startsWith('10.1101/')), published: hit.firstPublicationDate, retraction: record.retraction, versions: record.versions });
    }
    for (const each of all) taken.add(each);
  }
  return { papers, inRelease, otherVersions, withoutDoi };
}
